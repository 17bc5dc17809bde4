/*
 * cgroup_wait.h - waiting with an end: bounded back-off where there is nothing to poll, poll(2) on cgroup.events where there
 * is.
 */
#ifndef COMMON_CGROUP_WAIT_H
#define COMMON_CGROUP_WAIT_H

#include "common/cgroup.h"
#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

struct cg_wait {
	uint64_t end;  /* CLOCK_MONOTONIC in nanoseconds; UINT64_MAX for never */
	uint64_t step; /* the next pause */
};

/* Begins a wait of at most timeout_ns (UINT64_MAX: without end). */
void cg_wait_begin(struct cg_wait *w, uint64_t timeout_ns);

/* Pauses, longer each time (0.2 ms up to 20 ms). False when the time is over. */
bool cg_wait_pause(struct cg_wait *w);

/* Waits until the group's cgroup.events says "KEY value" (v2). A group that is gone is not populated. ETIMEDOUT. */
int cg_wait_event(const struct cg_hierarchy *h, const char *group, const char *key, int value, const struct cg_wait *w,
                  struct err *e);

#endif
