/*
 * reaper.c - see reaper.h
 *
 * Signals are blocked before the fork and taken one at a time by sigwaitinfo(2): no handler, no race between a signal
 * and the fork. SIGCHLD merges, so that each one means "reap until there is nothing".
 *
 * What the terminal sends (si_code SI_KERNEL) it has sent to the whole foreground process group, the command
 * included: passing it on would make it two.
 */
#include "reaper.h"
#include "sig.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t reaper_fork(struct reaper *r, const sigset_t *mask, struct err *e)
{
	sigset_t before;

	sig_forward_set(&r->set);
	sigaddset(&r->set, SIGCHLD);
	/* A terminal's stop would leave the namespace without its init. */
	sigaddset(&r->set, SIGTSTP);
	sigaddset(&r->set, SIGTTIN);
	sigaddset(&r->set, SIGTTOU);
	if (sigprocmask(SIG_BLOCK, &r->set, &before) < 0)
		return err_set(e, errno, "block signals");
	if (getpid() != 1 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "become the subreaper");
	sig_children(); /* when it is ignored, children vanish with their status */
	r->command = fork();
	if (r->command < 0)
		return err_set(e, errno, "fork");
	if (r->command == 0)
		sigprocmask(SIG_SETMASK, mask ? mask : &before, NULL);
	return r->command;
}

/* Reaps what has ended. 1 when the command is among it, 0 when not, -1 on failure. */
static int reap(const struct reaper *r, struct exit_info *ret)
{
	for (;;) {
		siginfo_t si = {0};

		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) < 0)
			return errno == EINTR ? 0 : -1;
		if (si.si_pid == 0)
			return 0;
		if (si.si_pid == r->command)
			return exit_wait(si.si_pid, ret) < 0 ? -1 : 1;
		waitid(P_PID, (id_t)si.si_pid, &si, WEXITED | WNOHANG);
	}
}

/* Whether the command has the signal already: the terminal gave it to the whole group. */
static bool is_shared(const struct reaper *r, const siginfo_t *si)
{
	return si->si_code == SI_KERNEL && getpgid(r->command) == getpgrp();
}

int reaper_wait(struct reaper *r, struct exit_info *ret, struct err *e)
{
	for (;;) {
		siginfo_t si;
		int sig = sigwaitinfo(&r->set, &si);
		int done;

		if (sig < 0 && errno != EINTR)
			return err_set(e, errno, "wait for signals");
		if (sig == SIGCHLD) {
			done = reap(r, ret);
			if (done < 0)
				return err_set(e, errno, "wait for the command");
			if (done)
				return 0;
		} else if (sig > 0 && sig != SIGTSTP && sig != SIGTTIN && sig != SIGTTOU && !is_shared(r, &si)) {
			kill(r->command, sig);
		}
	}
}
