/*
 * supervise.c - see supervise.h.
 *
 * The child is a child until it is reaped here, so its pid cannot be another's when a signal is passed on.
 */
#include "supervise.h"

#include "common/proc.h"
#include "common/sig.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int supervise_begin(struct supervisor *s, struct err *e)
{
	sigset_t set;

	sig_forward_set(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTSTP);
	if (sigprocmask(SIG_BLOCK, &set, &s->old_mask) < 0)
		return err_set(e, errno, "block signals");
	s->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->sigfd < 0 ? err_set(e, errno, "open a signal descriptor") : 0;
}

pid_t supervise_fork(struct supervisor *s, int cgroup, bool sibling, struct err *e)
{
	/* A sibling has its exit signal from the caller. */
	struct clone_args args = {.flags = sibling ? CLONE_PARENT : 0, .exit_signal = sibling ? 0 : SIGCHLD};

	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned int)cgroup;
	}
	s->child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (s->child < 0 && errno == ENOSYS && cgroup < 0 && !sibling)
		s->child = fork();
	if (s->child >= 0)
		return s->child;
	err_set(e, errno, "fork");
	/* pid_namespaces(7): what the kernel says when nobody can be born there any more. */
	return e->code == ENOMEM ? err_hint(e, "the init of the PID namespace has ended") : -1;
}

/* SIGCHLD: true when the command has ended. When it has stopped, this process stops too, so that the shell that
 * waits for it sees a stopped job; continued, it continues the command. */
static bool has_ended(const struct supervisor *s)
{
	siginfo_t si = {0};

	if (waitid(P_PID, (id_t)s->child, &si, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) < 0 || si.si_pid == 0)
		return false;
	if (si.si_code != CLD_STOPPED)
		return true;
	waitid(P_PID, (id_t)s->child, &si, WSTOPPED | WNOHANG);
	raise(SIGSTOP);
	kill(s->child, SIGCONT);
	return false;
}

/* Handles every signal that has come; true when the command has ended. */
static bool handle(const struct supervisor *s)
{
	struct signalfd_siginfo si;

	while (read(s->sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGCHLD) {
			if (has_ended(s))
				return true;
		} else if (si.ssi_code != SI_KERNEL || s->own_session) {
			kill(s->child, (int)si.ssi_signo);
		}
	}
	return false;
}

int supervise(struct supervisor *s, struct err *e)
{
	struct pollfd p[3] = {{.fd = s->sigfd, .events = POLLIN}, {.events = POLLIN}, {.events = POLLIN}};
	struct exit_info how;

	do {
		p[1].fd = s->output.from[0];
		p[2].fd = s->output.from[1];
		poll(p, 3, -1);
		output_copy(&s->output);
	} while (!handle(s));
	output_copy(&s->output);
	if (exit_wait(s->child, &how) < 0)
		return err_set(e, errno, "wait for the command");
	return exit_to_status(&how);
}
