/* signals.c - see signals.h */
#include "signals.h"

#include "attach.h"
#include "relay.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/sig.h"

#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

void session_take_signals(struct session *s)
{
	sigset_t set;

	sig_forward_set(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGCONT);
	sigprocmask(SIG_BLOCK, &set, &s->old_mask);
	s->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->sigfd < 0)
		die(EXIT_OWN, "opening a signal descriptor failed");
}

/* Notes the end of the command, and of the relay: one that ends unasked leaves a terminal to be put back and a pty
 * to be hung up. */
static void reap(struct session *s)
{
	siginfo_t si = {0};

	if (!s->command_ended && waitid(P_PID, (id_t)s->command, &si, WEXITED | WNOHANG | WNOWAIT) == 0 && si.si_pid)
		s->command_ended = exit_wait(s->command, &s->how) == 0;
	si.si_pid = 0;
	if (s->relay > 0 && waitid(P_PID, (id_t)s->relay, &si, WEXITED | WNOHANG) == 0 && si.si_pid) {
		s->relay = 0;
		s->left = si.si_code == CLD_EXITED && si.si_status == ATTACH_LEFT;
		term_restore(&s->term);
		fd_close(&s->master);
		if (si.si_code != CLD_EXITED)
			msg("the relay was killed by signal %d; the command's terminal has been hung up", si.si_status);
	}
}

/* SIGTSTP from outside: gives the terminal back, holds the relay and stops. */
static void suspend(struct session *s)
{
	siginfo_t si;

	term_restore(&s->term);
	if (s->relay > 0 && kill(s->relay, SIGSTOP) == 0)
		waitid(P_PID, (id_t)s->relay, &si, WSTOPPED | WEXITED | WNOWAIT);
	raise(SIGSTOP);
}

/* The caller's window has another size, or may have. */
static void resize(struct session *s)
{
	if (s->relay > 0 && s->relay_pipe >= 0)
		(void)!write(s->relay_pipe, "w", 1);
	else if (s->master >= 0)
		term_copy_size(&s->term, s->here ? s->here->master : s->master);
}

/* SIGCONT: takes the terminal again. */
static void resume(struct session *s)
{
	if (s->master < 0 || s->command_ended)
		return;
	if (s->relay > 0 || s->term.fd < 0) {
		term_raw(&s->term);
		resize(s);
	}
	if (s->relay > 0)
		kill(s->relay, SIGCONT);
}

/* Passes a signal on to the command, unless the kernel has sent it to the whole process group, of which the command
 * is a member. When the command has ended already, the signal ends what is still being drained. */
static void forward(struct session *s, const struct signalfd_siginfo *si)
{
	if (s->command_ended) {
		if (s->relay > 0)
			kill(s->relay, SIGKILL);
		else if (si->ssi_signo < (uint32_t)SIGRTMIN && si->ssi_signo != SIGPWR)
			_exit(EXIT_SIGNAL + (int)si->ssi_signo);
		return;
	}
	if (si->ssi_code != SI_KERNEL || s->own)
		kill(s->command, (int)si->ssi_signo);
}

void session_signals(struct session *s)
{
	struct signalfd_siginfo si;

	while (read(s->sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			reap(s);
		else if (si.ssi_signo == SIGTSTP)
			suspend(s);
		else if (si.ssi_signo == SIGCONT)
			resume(s);
		else if (si.ssi_signo != SIGWINCH)
			forward(s, &si);
		else
			resize(s);
	}
}

void session_wait(struct session *s, int other)
{
	struct pollfd p[2] = {{.fd = s->sigfd, .events = POLLIN}, {.fd = other, .events = POLLIN}};

	if (poll(p, 2, -1) > 0 && p[0].revents)
		session_signals(s);
}
