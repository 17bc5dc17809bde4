/*
 * reaper.h - PID 1 in front of a command: starts it, passes signals on, reaps orphans.
 *
 * PID 1 of a PID namespace inherits every orphan in it, and signals without a handler do not reach it
 * (pid_namespaces(7)). A command that is no init therefore leaves zombies and does not die of SIGTERM; with a reaper
 * in front it is an ordinary process. The reaper keeps no descriptor open but 0, 1, 2.
 */
#ifndef COMMON_REAPER_H
#define COMMON_REAPER_H

#include "err.h"
#include "proc.h"

#include <signal.h>
#include <sys/types.h>

struct reaper {
	pid_t command;
	sigset_t set; /* what is blocked and taken by sigwaitinfo(2) */
};

/* Blocks the signals and forks. 0 in the child, which has the signal mask *mask (NULL: the one before) and execs the
 * command; its pid in the reaper; -1 on failure. Away from PID 1 the caller becomes the subreaper (prctl(2)), so that
 * orphans come to it all the same. */
pid_t reaper_fork(struct reaper *r, const sigset_t *mask, struct err *e);

/* Works until the command has ended: passes on the set of sig_forward_set(), reaps every child. */
int reaper_wait(struct reaper *r, struct exit_info *ret, struct err *e);

#endif
