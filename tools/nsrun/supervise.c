/*
 * supervise.c - see supervise.h
 *
 * Every signal that matters is blocked before the clone and read from a signalfd(2), so that none is lost between the
 * clone and the loop. One poll(2) waits for signals and for the exec report. A blocked SIGPIPE makes a vanished
 * reader an error and not our end.
 *
 * Job control: the command stays in our process group, so that the terminal's signals reach it by themselves and are
 * not passed on a second time (si_code SI_KERNEL). When it stops, we stop too, which is what the shell sees; SIGCONT
 * then is passed on. The init of a PID namespace ignores the terminal's stops: it is stopped from here, by SIGSTOP.
 */
#include "supervise.h"
#include "finish.h"
#include "launch.h"
#include "run.h"
#include "status.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/proc.h"
#include "common/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether the child is the init of a PID namespace. */
static bool is_init(const struct config *c)
{
	return config_ns_const(c, 'p')->how == NS_NEW;
}

/* Blocks what we handle and what would end us; remembers the mask for the command. */
static int take_signals(struct run *r, int *ret_fd, struct err *e)
{
	struct sigaction hup;
	sigset_t set;

	sig_forward_set(&set);
	/* Under nohup(1) the terminal's end is nobody's business. */
	if (sigaction(SIGHUP, NULL, &hup) == 0 && hup.sa_handler == SIG_IGN)
		sigdelset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGCONT);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGTTIN);
	sigaddset(&set, SIGTTOU);
	sig_children(); /* when it is ignored, the child's status is lost */
	*ret_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	sigaddset(&set, SIGPIPE);
	if (*ret_fd < 0 || sigprocmask(SIG_BLOCK, &set, &r->mask) < 0)
		return err_set(e, errno, "take the signals");
	return 0;
}

/* Stops with the command, as the shell expects of a job; afterwards the command gets the terminal back when it has a
 * process group of its own. */
static void stop_too(const struct run *r)
{
	AUTO_FD tty = r->c->detach ? -1 : open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t group = getpgid(r->pid);

	if (tty < 0)
		return;
	kill(getpid(), SIGSTOP);
	if (group > 0 && group != getpgrp() && tcgetpgrp(tty) == getpgrp())
		tcsetpgrp(tty, group);
}

/* Passes one signal on, unless the command has it from the terminal already. */
static void pass_on(const struct run *r, const struct signalfd_siginfo *si)
{
	int sig = (int)si->ssi_signo;
	bool is_stop = sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;

	/* At the gate nobody handles signals, and an init is not even ended by them. */
	if (r->sync[0] >= 0 && is_init(r->c) && (sig == SIGHUP || sig == SIGINT || sig == SIGQUIT || sig == SIGTERM))
		sig = SIGKILL;
	else if (is_stop && is_init(r->c) && !r->c->detach)
		sig = SIGSTOP;
	else if (si->ssi_code == SI_KERNEL && getpgid(r->pid) == getpgrp())
		return;
	sys_pidfd_send_signal(r->pidfd, sig);
}

/* The command has been executed: says so, in the order in which others rely on it. */
static void on_started(struct run *r, struct outcome *o)
{
	struct proc_id id;
	char done = 0;

	if (r->c->pid_file && (proc_identify(r->pid, &id, &o->e) < 0 ||
	                       proc_id_write_held(AT_FDCWD, r->c->pid_file, &id, &r->pid_held, &o->e) < 0)) {
		outcome_fail(o, EXIT_OWN);
	} else {
		tell_start(r->c);
		if (o->tell < 0 || fd_write_all(o->tell, &done, 1) == 0) {
			o->started = true;
			fd_close(&o->tell);
			/* Whoever forbids it looks for the pid afterwards: one of the two sees the other. */
			if (restart_forbidden(&r->c->restart))
				sys_pidfd_send_signal(r->pidfd, SIGKILL);
			return;
		}
		/* Whoever asked for it is gone and will never know of it. */
		err_set(&o->e, errno, "tell the caller of the start");
		outcome_fail(o, EXIT_OWN);
	}
	sys_pidfd_send_signal(r->pidfd, SIGKILL);
}

/* The exec report has come to its end. */
static void on_report(struct run *r, struct outcome *o)
{
	int status = msg_read_report(r->report[0], o->text, sizeof(o->text));

	fd_close(&r->report[0]);
	if (status == 0 && r->sync[0] >= 0) {
		err_set(&o->e, 0, "start the command: the process was ended before it could");
	} else if (status == 0) {
		on_started(r, o);
		return;
	}
	if (status < 0)
		err_set(&o->e, errno, "read the exec report");
	outcome_fail(o, status > 0 ? status : EXIT_OWN);
	/* It has said its last word; what it may have started goes with it. */
	sys_pidfd_send_signal(r->pidfd, SIGKILL);
}

/* The child may execute the command. */
static void open_gate(struct run *r)
{
	char c = 0;

	(void)send(r->sync[0], &c, 1, MSG_NOSIGNAL);
	fd_close(&r->sync[0]);
	r->at_gate = false;
}

/* The child has reached the gate: its namespaces can be seen. End of file: it has ended, and the report says why. */
static void on_gate(struct run *r)
{
	char c;

	r->at_gate = read(r->sync[0], &c, 1) == 1;
	if (r->at_gate && r->c->status_fd >= 0)
		status_started(r->c->status_fd, r->pid);
	if (r->c->block_fd < 0 || !r->at_gate)
		open_gate(r);
}

/* A byte or the end of --block-fd. */
static void on_unblock(struct run *r)
{
	char c;

	if (read(r->c->block_fd, &c, 1) < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	close(r->c->block_fd);
	open_gate(r);
}

/* The child has changed state. True when it has ended, and is reaped. */
static bool on_child(struct run *r, struct outcome *o)
{
	struct pollfd p = {.fd = r->report[0], .events = POLLIN};
	siginfo_t si = {0};

	if (waitid(P_PID, (id_t)r->pid, &si, WEXITED | WNOHANG | WNOWAIT) == 0 && si.si_pid == 0) {
		if (waitid(P_PID, (id_t)r->pid, &si, WSTOPPED | WNOHANG) == 0 && si.si_pid != 0)
			stop_too(r);
		return false;
	}
	/* It may have ended before its report was looked at, and may have left the report to a process of its own. */
	if (r->report[0] >= 0 && poll(&p, 1, 0) > 0)
		on_report(r, o);
	else if (r->report[0] >= 0)
		on_started(r, o);
	if (exit_wait(r->pid, &o->exit) < 0) {
		err_set(&o->e, errno, "wait for the command");
		outcome_fail(o, EXIT_OWN);
	}
	fd_close(&r->pid_held);
	return true;
}

/* Reads the signals that have come. True when the command has ended. */
static bool on_signals(struct run *r, int sigfd, struct outcome *o)
{
	struct signalfd_siginfo si;

	while (read(sigfd, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo != SIGCHLD)
			pass_on(r, &si);
		else if (on_child(r, o))
			return true;
	}
	return false;
}

/* Until the command has ended. */
static void watch(struct run *r, int sigfd, struct outcome *o)
{
	for (;;) {
		struct pollfd p[4] = {{.fd = sigfd, .events = POLLIN},
		                      {.fd = r->report[0], .events = POLLIN},
		                      {.fd = r->at_gate ? -1 : r->sync[0], .events = POLLIN},
		                      {.fd = r->at_gate ? r->c->block_fd : -1, .events = POLLIN}};

		if (poll(p, 4, -1) < 0)
			continue;
		if (p[1].revents) {
			on_report(r, o);
			stdio_release(&r->guard);
		}
		if (p[2].revents)
			on_gate(r);
		if (p[3].revents)
			on_unblock(r);
		if (p[0].revents && on_signals(r, sigfd, o))
			return;
	}
}

/* Closes the command's descriptors. */
static void release_fds(const struct config *c)
{
	for (size_t i = 0; i < c->n_keep_fds; i++)
		if (c->keep_fds[i] > 2)
			close(c->keep_fds[i]);
	if (c->stdout_fd > 2)
		close(c->stdout_fd);
	if (c->stderr_fd > 2 && c->stderr_fd != c->stdout_fd)
		close(c->stderr_fd);
}

/* What the supervisor has no business with once the child has it; what a further one needs stays, a detached one's
 * standard input too. */
static int release(struct run *r, struct err *e)
{
	const struct config *c = r->c;
	bool again = c->restart.when != RESTART_NO;
	int null;

	run_drop_groups(r);
	if (!again)
		release_fds(c);
	if (!c->detach)
		return 0;
	if (c->drain_fd > 2)
		close(c->drain_fd);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || chdir("/") < 0)
		return err_set(e, errno, null < 0 ? "open '/dev/null'" : "go to '/'");
	for (int fd = again ? 1 : 0; fd <= 2; fd++)
		dup2(null, fd);
	close(null);
	return 0;
}

/* What is written down or counted before there is a child. Files of an earlier run would be untrue from now on. */
static int begin(struct run *r, struct outcome *o)
{
	const struct config *c = r->c;
	struct proc_id id;

	if (c->pid_file)
		unlink(c->pid_file);
	if (c->exit_file)
		unlink(c->exit_file);
	if (c->supervisor_file &&
	    (proc_identify(getpid(), &id, &o->e) < 0 || proc_id_write(AT_FDCWD, c->supervisor_file, &id, &o->e) < 0))
		return -1;
	if (!c->group)
		return 0;
	if (run_find_groups(r, &o->e) < 0)
		return -1;
	if (c->exit_file)
		o->oom_before = oom_kills(r);
	return 0;
}

/* A start that fails although others went before is a run that has ended at once. */
static void count_failure(struct outcome *o)
{
	o->failed = false;
	o->exit = (struct exit_info){.value = o->status};
	o->text[0] = '\0';
}

/* Starts the command again when its policy has it so. False: that was its end. */
static bool start_again(struct run *r, int sigfd, struct outcome *o)
{
	const struct restart_policy *p = &r->c->restart;
	struct restart_policy now = restart_now(p);
	int begun;

	if (o->failed || !restart_wanted(&now, &r->restart, &o->exit) || restart_forbidden(p))
		return false;
	restart_announce(p, &r->restart);
	note_end(r, o);
	if (!restart_wait(p, &r->restart, sigfd)) {
		restart_waited(p);
		return false;
	}
	*o = (struct outcome){.tell = -1};
	fd_close(&r->pidfd);
	restart_started(&r->restart);
	begun = begin(r, o);
	restart_waited(p);
	if (begun < 0 || launch(r, &o->e) < 0) {
		outcome_fail(o, EXIT_OWN);
		fd_close(&r->report[0]);
		fd_close(&r->report[1]);
		fd_close(&r->sync[0]);
		fd_close(&r->sync[1]);
	} else {
		run_drop_groups(r);
		watch(r, sigfd, o);
	}
	if (o->failed)
		count_failure(o);
	return true;
}

int supervise(const struct config *c, int tell, int parent_fd)
{
	struct run r = {.c = c,
	                .group_fd = -1,
	                .report = {-1, -1},
	                .sync = {-1, -1},
	                .pidfd = -1,
	                .pid_held = -1,
	                .parent_fd = parent_fd,
	                .guard = STDIO_NO_GUARD};
	struct outcome o = {.tell = tell};
	int sigfd = -1;

	for (int i = 0; i < NS_COUNT; i++)
		r.join[i] = -1;
	if (take_signals(&r, &sigfd, &o.e) < 0 || begin(&r, &o) < 0 || launch(&r, &o.e) < 0) {
		outcome_fail(&o, EXIT_OWN);
		return finish(&r, sigfd, &o);
	}
	if (release(&r, &o.e) < 0) {
		outcome_fail(&o, EXIT_OWN);
		sys_pidfd_send_signal(r.pidfd, SIGKILL);
	}
	if (c->detach)
		proc_trim_stack();
	restart_started(&r.restart);
	watch(&r, sigfd, &o);
	stdio_release(&r.guard); /* if it ended before that could be done */
	while (start_again(&r, sigfd, &o))
		;
	if (c->restart.when != RESTART_NO)
		release_fds(c);
	return finish(&r, sigfd, &o);
}
