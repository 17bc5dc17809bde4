/*
 * cgroup_walk.h - a group and those below it, and the processes in them.
 */
#ifndef COMMON_CGROUP_WALK_H
#define COMMON_CGROUP_WALK_H

#include "common/cgroup.h"
#include "common/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* Called for the name of a group below another; anything but 0 ends the walk and is its result. */
typedef int (*cg_walk_name_fn)(const char *name, void *arg, struct err *e);

/* Calls fn for each group directly below one, in order of its place in the directory. A group that is gone has none. -1
 * with the errno of opendir(3). */
int cg_walk_children(const struct cg_hierarchy *h, const char *group, cg_walk_name_fn fn, void *arg, struct err *e);

/* Called for a group; anything but 0 ends the walk and is its result. */
typedef int (*cg_walk_fn)(const struct cg_hierarchy *h, const char *group, void *arg, struct err *e);

/* Calls fn for the group and, in order of their names' place in the directory, every group below it; children before
 * their parent with children_first. A group that vanishes meanwhile is passed over. */
int cg_walk(const struct cg_hierarchy *h, const char *group, bool children_first, cg_walk_fn fn, void *arg,
            struct err *e);

/* Called for a process; as cg_walk_fn. */
typedef int (*cg_walk_pid_fn)(pid_t pid, void *arg, struct err *e);

/* Calls fn for each process of the group, and of the groups below it with recursive. A group that is gone has none. */
int cg_walk_procs(const struct cg_hierarchy *h, const char *group, bool recursive, cg_walk_pid_fn fn, void *arg,
                  struct err *e);

/* The first process of the group, and of those below it with recursive, in *ret. 1; 0 when there is none; -1. */
int cg_walk_first(const struct cg_hierarchy *h, const char *group, bool recursive, pid_t *ret, struct err *e);

/* Joins a group and a child's name; the root is ".". -1 with ENAMETOOLONG. */
int cg_walk_join(const char *group, const char *name, char ret[PATH_MAX], struct err *e);

#endif
