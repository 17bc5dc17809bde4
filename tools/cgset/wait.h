/*
 * wait.h - waiting with an end: bounded back-off where there is nothing to poll, poll(2) on cgroup.events where there
 * is.
 */
#ifndef CGSET_WAIT_H
#define CGSET_WAIT_H

#include "common/cgroup.h"
#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

struct wait {
	uint64_t end;  /* CLOCK_MONOTONIC in nanoseconds; UINT64_MAX for never */
	uint64_t step; /* the next pause */
};

/* Begins a wait of at most timeout_ns (UINT64_MAX: without end). */
void wait_begin(struct wait *w, uint64_t timeout_ns);

/* Pauses, longer each time (0.2 ms up to 20 ms). False when the time is over. */
bool wait_pause(struct wait *w);

/* Waits until the group's cgroup.events says "KEY value" (v2). A group that is gone is not populated. ETIMEDOUT. */
int wait_event(const struct cg_hierarchy *h, const char *group, const char *key, int value, const struct wait *w,
               struct err *e);

#endif
