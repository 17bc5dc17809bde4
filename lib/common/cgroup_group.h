/*
 * cgroup_group.h - one group: its files in a hierarchy, where it exists, who is in it.
 */
#ifndef COMMON_CGROUP_GROUP_H
#define COMMON_CGROUP_GROUP_H

#include "cgroup.h"

/* Reads a file of the group's into buf (terminated, one final newline stripped). The length, or -1 with errno. */
ssize_t cg_read(const struct cg_hierarchy *h, const char *group, const char *file, char *buf, size_t size);

/* Writes a file of the group's in one write(2). -1 with the error. */
int cg_write(const struct cg_hierarchy *h, const char *group, const char *file, const char *value, struct err *e);

/* The first hierarchy that can tell the group's processes: the tracker, or another in which the group exists. NULL. */
const struct cg_hierarchy *cg_home(const struct cg_map *m, const char *group);

/* The v1 freezer in which the group exists, or NULL. */
const struct cg_hierarchy *cg_freezer_of(const struct cg_map *m, const char *group);

/* The v2 hierarchy in which the group exists, or NULL. */
const struct cg_hierarchy *cg_v2_of(const struct cg_map *m, const char *group);

/* Whether the process, a number or "self", is in the group or below it, in any hierarchy. */
bool cg_is_member(const char *proc, const char *group);

/* What is never done ("kill", "freeze"): to the root, to a group that is not there (ENOENT), and with not_own to the
 * caller's own. 0 where it may be. */
int cg_check_target(const struct cg_map *m, const char *group, const char *what, bool not_own, struct err *e);

#endif
