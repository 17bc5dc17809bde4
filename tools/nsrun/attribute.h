/*
 * attribute.h - what a process has that is neither a namespace nor an id: resource limits, scheduling, nice value.
 */
#ifndef NSRUN_ATTRIBUTE_H
#define NSRUN_ATTRIBUTE_H

#include "common/err.h"
#include "common/limit.h"

#include <stdbool.h>
#include <sys/types.h>

struct attributes {
	struct limits limits;
	bool set_sched, set_nice;
	int policy, priority; /* sched(7) */
	int nice;
};

/* "other", "batch", "idle", "fifo:PRIORITY", "rr:PRIORITY". */
int attribute_sched(struct attributes *a, const char *arg, struct err *e);

/* Whether there is anything to set. */
bool attribute_any(const struct attributes *a);

/* Gives them to a process; 0 is the caller. */
int attribute_apply(const struct attributes *a, pid_t pid, struct err *e);

#endif
