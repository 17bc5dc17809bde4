/*
 * sig.h - signals by name, and the set that a supervisor forwards.
 */
#ifndef COMMON_SIG_H
#define COMMON_SIG_H

#include <signal.h>

/* "TERM", "SIGTERM", "term", "15", "RTMIN+3" to a number of 1 to SIGRTMAX. -1 with errno EINVAL. */
int sig_parse(const char *s, int *ret);

/* The signals that a supervisor passes on to its command: every one that can be caught but CHLD, the synchronous ones
 * (SEGV, BUS, FPE, ILL, TRAP, SYS, ABRT), the stops that the terminal makes for the whole foreground group (TSTP,
 * TTIN, TTOU), CONT, PIPE, ALRM, VTALRM, PROF, XCPU, XFSZ, IO, URG. That is HUP INT QUIT USR1 USR2 TERM WINCH PWR
 * STKFLT and the real-time ones. */
void sig_forward_set(sigset_t *ret);

/* Every signal handled by default and none blocked: what a command expects to start with. SIGPIPE included, and the ones
 * that a C library keeps for its threads and lets nobody ask about (32 to 34), which a caller may have ignored: hence the
 * kernel's rt_sigaction(2) itself. For a process about to exec. */
void sig_reset(void);

/* Children leave their status to this process, and their ends are told by SIGCHLD, even where the caller ignored that
 * (sigaction(2), NOTES). To be called before the first fork. */
void sig_children(void);

#endif
