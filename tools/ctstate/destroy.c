/*
 * destroy.c - ctstate destroy: containers are ended and removed, many at a time.
 *
 * All are killed before the first one is waited for, so that together they take no longer than the slowest. Who waits
 * behind a command, its supervisor, cleans up first; then nothing of it is in our way.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "common/proc.h"
#include "ending.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define END_LIMIT_MS 10000
#define AGAIN_MS 500

/* As many as there are descriptors for. */
#define BATCH 256

static const struct opt_spec spec = {
    .tool = "ctstate destroy",
    .synopsis = "[OPTION]... ROOT RUN ID...",
    .about = "End containers, give back what they have and remove them, whatever there is of them.",
    .table = cmd_options + DESTROY_AT,
    .n = DESTROY_OPTIONS,
    .usage_status = EXIT_USAGE,
};

/* A pidfd of the process that the identity is of; -1 when it does not run. *ret_damaged when it is no identity. */
static int open_identity(struct ending *x, const char *id, const char *name, bool *ret_damaged)
{
	struct fact f = fact_line(&x->a, x->d.run, id, name);
	struct proc_id who;
	struct err e;
	int fd;

	if (!f.p)
		return -1;
	if (proc_id_parse(f.p, &who) < 0) {
		*ret_damaged = true;
		return -1;
	}
	return proc_open(&who, &fd, &e) < 0 ? -1 : fd;
}

/* Kills what runs of it; a supervisor without a command is told to end: it may be waiting to start it, the first time or
 * again, and would for a minute. A pidfd of the command, or -1. */
static int strike(struct ending *x, const char *id, int supervisor, bool damaged)
{
	int command = open_identity(x, id, "pid", &damaged);

	if (command >= 0)
		sys_pidfd_send_signal(command, SIGKILL);
	else if (supervisor >= 0)
		sys_pidfd_send_signal(supervisor, SIGTERM);
	/* Frozen processes of v1 do not even die; and which they are cannot always be told, but the group can. */
	if (damaged || fact_exists(x->d.run, id, "paused") || (command < 0 && supervisor >= 0))
		ending_kill(x, id);
	return command;
}

/* Strikes first. What to wait for: its supervisor, or else its command; -1 for neither. */
static int begin_end(struct ending *x, const char *id)
{
	bool damaged = false;
	int supervisor = open_identity(x, id, "supervisor", &damaged);
	int command;

	/* The mark comes first: a command that is started meanwhile is ended by the supervisor. */
	if (supervisor >= 0 && fact_exists(x->d.containers, id, "restart"))
		ending_mark(x, x->d.run, id, "stopping");
	command = strike(x, id, supervisor, damaged);
	if (supervisor < 0)
		return command;
	/* It may stand still, in a shell's job that was stopped. */
	sys_pidfd_send_signal(supervisor, SIGCONT);
	fd_close(&command);
	return supervisor;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Whether the process ends before that moment. */
static bool ends_before(int pidfd, long end)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	int r;

	do {
		long left = end - now_ms();

		r = poll(&p, 1, left > 0 ? (int)left : 0);
	} while (r < 0 && errno == EINTR);
	return r > 0;
}

/* The same, and strikes again from time to time: a supervisor that was told just when it let its command go on, which as an
 * init ignores what it was told, has written its pid by then. */
static bool end_before(struct ending *x, const char *id, int pidfd, long end)
{
	for (;;) {
		long now = now_ms(), pause = end - now < AGAIN_MS ? end - now : AGAIN_MS;
		int again;

		if (ends_before(pidfd, now + pause))
			return true;
		if (pause < AGAIN_MS)
			return false;
		again = begin_end(x, id);
		fd_close(&again);
	}
}

static int destroy_batch(struct ending *x, char *const *ids, size_t n, unsigned int flags)
{
	int fds[BATCH], r = 0;
	long end;

	for (size_t i = 0; i < n; i++)
		fds[i] = begin_end(x, ids[i]);
	end = now_ms() + END_LIMIT_MS;
	for (size_t i = 0; i < n; i++) {
		bool ended = fds[i] < 0 || end_before(x, ids[i], fds[i], end);

		fd_close(&fds[i]);
		if (!ended)
			msg("container '%s' does not end", ids[i]);
		if (!ended || ending_remove(x, ids[i], flags) < 0)
			r = -1;
	}
	return r;
}

int ending_destroy(struct ending *x, char *const *ids, unsigned int flags)
{
	int r = 0;

	while (*ids) {
		size_t n = 0;

		while (n < BATCH && ids[n])
			n++;
		if (destroy_batch(x, ids, n, flags) < 0)
			r = -1;
		ids += n;
	}
	return r;
}

int cmd_destroy(int argc, char **argv)
{
	bool volumes = false;
	struct ending x;
	char **ids = ending_begin(&x, &spec, argc, argv, &volumes);
	int r;

	if (!*ids)
		opt_usage(&spec, "which container?");
	r = ending_destroy(&x, ids, volumes ? ENDING_VOLUMES : 0);
	ending_close(&x);
	return r < 0 ? EXIT_FAILED : 0;
}
