/*
 * supervise.h - the one fork, and what the parent does while the command runs.
 */
#ifndef NSENTER_LITE_SUPERVISE_H
#define NSENTER_LITE_SUPERVISE_H

#include "common/err.h"
#include "output.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct supervisor {
	pid_t child;
	int sigfd;
	sigset_t old_mask; /* what the command starts with */
	bool own_session;  /* the command does not get the signals that our terminal sends */
	struct output output;
};

/* Blocks the signals that will be handled; before the fork, so that none is lost. */
int supervise_begin(struct supervisor *s, struct err *e);

/* fork(2), into the v2 control group cgroup when that is not -1. 0 in the child. A sibling is the child of the
 * caller's parent. */
pid_t supervise_fork(struct supervisor *s, int cgroup, bool sibling, struct err *e);

/* Forwards signals, follows the command when it stops, and returns its exit status. */
int supervise(struct supervisor *s, struct err *e);

#endif
