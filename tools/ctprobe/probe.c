/*
 * probe.c - see probe.h
 */
#include "probe.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* Becomes the command, as the leader of a group of its own. */
static _Noreturn void child(char *const *argv, int out)
{
	struct err e;

	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	chain_exec((char **)argv, &e);
	die_err(EXIT_OWN, &e);
}

/* Reads until the end, the deadline, or until there is no room; what is more is read and forgotten. */
static bool read_output(int fd, uint64_t deadline, struct probe_result *r)
{
	char more[512];

	for (;;) {
		uint64_t now = now_ns();
		struct pollfd p = {.fd = fd, .events = POLLIN};
		struct timespec left;
		ssize_t n;

		if (now >= deadline)
			return false;
		left = (struct timespec){(time_t)((deadline - now) / NS_PER_S), (long)((deadline - now) % NS_PER_S)};
		if (ppoll(&p, 1, &left, NULL) <= 0)
			continue;
		n = r->n < PROBE_OUTPUT ? read(fd, r->output + r->n, PROBE_OUTPUT - r->n)
		                        : read(fd, more, sizeof(more));
		if (n == 0 || (n < 0 && errno != EINTR))
			return true;
		if (n > 0 && r->n < PROBE_OUTPUT)
			r->n += (size_t)n;
	}
}

/* Waits until the leader has ended, at most until the deadline. */
static bool wait_until(pid_t pid, uint64_t deadline)
{
	AUTO_FD fd = sys_pidfd_open(pid, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	for (uint64_t now = now_ns(); now < deadline; now = now_ns()) {
		struct timespec left = {(time_t)((deadline - now) / NS_PER_S), (long)((deadline - now) % NS_PER_S)};

		if (ppoll(&p, 1, &left, NULL) > 0)
			return true;
	}
	return false;
}

int probe_run(char *const *argv, uint64_t timeout, struct probe_result *ret, struct err *e)
{
	uint64_t deadline = now_ns() + timeout;
	struct exit_info x;
	bool in_time;
	int out[2];
	pid_t pid;

	*ret = (struct probe_result){0};
	time_text(ret->start, sizeof(ret->start));
	if (pipe2(out, O_CLOEXEC) < 0)
		return err_set(e, errno, "make a pipe");
	pid = fork();
	if (pid == 0)
		child(argv, out[1]);
	fd_close(&out[1]);
	if (pid < 0) {
		fd_close(&out[0]);
		return err_set(e, errno, "fork");
	}
	setpgid(pid, pid);
	in_time = read_output(out[0], deadline, ret) && wait_until(pid, deadline);
	kill(-pid, SIGKILL);
	fd_close(&out[0]);
	if (exit_wait(pid, &x) < 0)
		return err_set(e, errno, "wait for the probe");
	ret->status = in_time ? exit_to_status(&x) : -1;
	if (!in_time)
		ret->n = (size_t)snprintf(ret->output, sizeof(ret->output), "Health check exceeded timeout (%gs)",
		                          (double)timeout / 1e9);
	time_text(ret->end, sizeof(ret->end));
	return 0;
}

void history_add(struct history *h, const struct probe_result *r, unsigned int retries, bool forgiven)
{
	if (h->n == PROBE_KEPT)
		memmove(&h->kept[0], &h->kept[1], sizeof(h->kept[0]) * --h->n);
	h->kept[h->n++] = *r;
	if (r->status == 0) {
		h->streak = 0;
		h->health = HEALTH_HEALTHY;
	} else if (!forgiven || h->health != HEALTH_STARTING) {
		h->streak++;
		if (h->streak >= retries)
			h->health = HEALTH_UNHEALTHY;
	}
}

const char *health_name(enum health h)
{
	static const char *const names[] = {"starting", "healthy", "unhealthy"};

	return names[h];
}

/* One line of output, every byte of it readable again. */
static void put_escaped(FILE *f, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\n')
			fputs("\\n", f);
		else if (c == '\\')
			fputs("\\\\", f);
		else if (c < ' ' || c == 0x7f)
			fprintf(f, "\\x%02x", c);
		else
			fputc(c, f);
	}
	fputc('\n', f);
}

int history_write(const struct history *h, const char *file, struct err *e)
{
	AUTO_FREE char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return err_set(e, errno, "write '%s'", file);
	fprintf(f, "%s %u\n", health_name(h->health), h->streak);
	for (size_t i = 0; i < h->n; i++) {
		fprintf(f, "%s %s %d ", h->kept[i].start, h->kept[i].end, h->kept[i].status);
		put_escaped(f, h->kept[i].output, h->kept[i].n);
	}
	if (fclose(f) != 0)
		return err_set(e, errno, "write '%s'", file);
	return file_write_atomic(AT_FDCWD, file, text, size, 0600, e);
}
