/*
 * act.h - what is done to a group as a whole: freeze, thaw, wait, move; kill and remove are common/cgroup_end.h.
 */
#ifndef CGSET_ACT_H
#define CGSET_ACT_H

#include "common/cgroup.h"
#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* No end to waiting. */
#define ACT_FOREVER UINT64_MAX

/* Freezes every process of the group and below, and waits until all of them stand. Not the group that the caller is
 * in. */
int act_freeze(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e);

/* Lets them run again, and waits until the kernel says so. */
int act_thaw(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e);

/* Waits until no process is in the group or below. A group that is gone is empty. ETIMEDOUT. */
int act_wait_empty(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e);

/* Moves another process into the group in every hierarchy in which the group exists. */
int act_move(const struct cg_map *m, const char *group, pid_t pid, struct err *e);

#endif
