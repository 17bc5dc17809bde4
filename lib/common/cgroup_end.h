/*
 * cgroup_end.h - the end of a group: its processes are killed, its directories removed.
 */
#ifndef COMMON_CGROUP_END_H
#define COMMON_CGROUP_END_H

#include "cgroup.h"

/* Kills every process of the group and below, and waits until none is left. Not the group that the caller is in.
 * ETIMEDOUT. */
int cg_kill(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e);

/* Removes the group from every hierarchy, with those below it when recursive; tries again while processes end. ENOENT
 * when it is nowhere, EBUSY. */
int cg_delete(const struct cg_map *m, const char *group, bool recursive, uint64_t timeout_ns, struct err *e);

/* Removes the groups above it that have become empty, in every hierarchy. One that is in use ends the way up. */
void cg_delete_parents(const struct cg_map *m, const char *group);

/* All three: kills and removes whatever there is of the group, and those above it that have become empty. One that is
 * not there is no error. */
int cg_end(const struct cg_map *m, const char *group, struct err *e);

#endif
