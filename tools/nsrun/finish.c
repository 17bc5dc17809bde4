/* finish.c - see finish.h */
#include "finish.h"
#include "launch.h"
#include "status.h"

#include "common/chain.h"
#include "common/event.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define DRAIN_MS 10000

void outcome_fail(struct outcome *o, int status)
{
	if (o->failed)
		return;
	o->failed = true;
	o->status = o->text[0] || !o->e.status ? status : o->e.status;
}

/* Says why nothing runs: on standard error, which for a detached supervisor becomes the way to its caller, behind the
 * status. */
static void tell_failure(struct outcome *o)
{
	unsigned char status = (unsigned char)o->status;

	if (o->tell >= 0) {
		if (fd_write_all(o->tell, &status, 1) < 0)
			return;
		dup2(o->tell, STDERR_FILENO);
		fd_close(&o->tell);
	}
	if (o->text[0])
		dprintf(STDERR_FILENO, "%s\n", o->text);
	else
		msg_err(&o->e);
}

/* A failed start leaves no file behind. */
static void remove_files(const struct config *c)
{
	if (c->pid_file)
		unlink(c->pid_file);
	if (c->supervisor_file)
		unlink(c->supervisor_file);
}

uint64_t oom_kills(const struct run *r)
{
	return r->memory.mount[0] ? cg_oom_kills(&r->memory, r->c->group) : 0;
}

/* One line of the event log. A log that cannot be written is no reason to end what runs. */
static void tell(const struct config *c, const char *action, const char *pair)
{
	const char *pairs[] = {pair, NULL};
	struct err e;

	if (c->event_log && event_append(c->event_log, "container", action, c->event_id, pairs, &e) < 0)
		msg_err(&e);
}

void tell_start(const struct config *c)
{
	tell(c, "start", NULL);
}

static void tell_end(const struct config *c, const struct exit_info *x)
{
	char pair[24];

	if (x->oom)
		tell(c, "oom", NULL);
	snprintf(pair, sizeof(pair), "exitCode=%d", exit_to_status(x));
	tell(c, "die", pair);
}

static void write_exit(struct run *r, struct outcome *o)
{
	struct err e;

	if (!r->c->exit_file)
		return;
	o->exit.oom = oom_kills(r) > o->oom_before;
	if (exit_write(AT_FDCWD, r->c->exit_file, &o->exit, &e) < 0)
		msg_err(&e);
}

void note_end(struct run *r, struct outcome *o)
{
	if (o->noted)
		return;
	write_exit(r, o);
	tell_end(r->c, &o->exit);
	o->noted = true;
}

/* The last line of --status-fd. */
static void tell_status(int fd, const struct outcome *o)
{
	const struct err *e = &o->e;
	char text[1024], clean[1024];

	if (fd < 0)
		return;
	if (!o->failed) {
		status_ended(fd, &o->exit);
		return;
	}
	snprintf(text, sizeof(text), "%s: %s%s%s%s%s", msg_tool(), e->text, e->code ? ": " : "",
	         e->code ? strerror(e->code) : "", e->hint[0] ? "; " : "", e->hint);
	status_failed(fd, o->status, o->text[0] ? o->text : msg_clean(clean, sizeof(clean), text));
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads the signals that have come. Whether one of them says that nobody wants to wait. */
static bool is_interrupted(int sigfd)
{
	struct signalfd_siginfo si;
	bool yes = false;

	while (read(sigfd, &si, sizeof(si)) == sizeof(si))
		yes = yes || si.ssi_signo == SIGHUP || si.ssi_signo == SIGINT || si.ssi_signo == SIGQUIT ||
		      si.ssi_signo == SIGTERM;
	return yes;
}

/* Waits for end of file on the drain descriptor, for a limited time. A byte there says that not all of the output could
 * be passed on; returns whether one came. */
static bool drain(int fd, int sigfd)
{
	long end = now_ms() + DRAIN_MS, left;
	bool lost = false;
	char buf[256];

	while ((left = end - now_ms()) > 0) {
		struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = sigfd, .events = POLLIN}};

		if (poll(p, 2, (int)left) < 0) {
			if (errno != EINTR)
				break;
			continue;
		}
		if (p[1].revents && is_interrupted(sigfd))
			break;
		if (p[0].revents && read(fd, buf, sizeof(buf)) <= 0)
			break;
		lost = lost || p[0].revents;
	}
	return lost;
}

/* Becomes on-exit: default signals, and none that waited while they were blocked. */
static _Noreturn void exec_on_exit(const struct config *c)
{
	sigset_t pending;
	struct err e;

	sigpending(&pending);
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (sigismember(&pending, sig) == 1)
			signal(sig, SIG_IGN);
	sig_reset();
	chain_exec(c->on_exit, &e);
	msg_err(&e);
	_exit(EXIT_OWN);
}

/* In the foreground on-exit is a child, out of reach of the terminal's Ctrl-C, and what it prints is not the
 * command's output. */
static void run_on_exit(const struct config *c)
{
	struct exit_info x;
	pid_t pid = fork();

	if (pid < 0) {
		msg("start on-exit '%s': %s", c->on_exit[0], strerror(errno));
		return;
	}
	if (pid == 0) {
		setsid();
		dup2(STDERR_FILENO, STDOUT_FILENO);
		exec_on_exit(c);
	}
	exit_wait(pid, &x);
}

/* On-exit that is told the status answers for it: it takes our place in the foreground too. Signals stay blocked until it
 * knows what to do about them. */
static _Noreturn void hand_over(const struct config *c, int status)
{
	struct err e;

	snprintf(c->on_exit_status, STATUS_WORD, "%d", status);
	if (!c->detach)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	chain_exec(c->on_exit, &e);
	msg_err(&e);
	_exit(status);
}

int finish(struct run *r, int sigfd, struct outcome *o)
{
	const struct config *c = r->c;
	bool lost = false;
	int status;

	if (o->failed) {
		launch_undo(r);
		remove_files(c);
		tell_failure(o);
	} else {
		note_end(r, o);
		if (c->drain_fd >= 0 && !c->detach)
			lost = drain(c->drain_fd, sigfd);
	}
	tell_status(c->status_fd, o);
	status = o->failed ? o->status : exit_to_status(&o->exit);
	if (status == 0 && lost)
		status = EXIT_FAILED;
	if (c->on_exit[0]) {
		if (c->on_exit_status)
			hand_over(c, status);
		if (c->detach)
			exec_on_exit(c);
		run_on_exit(c);
	}
	return status;
}
