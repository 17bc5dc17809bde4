/*
 * cgroup.h - where the control groups are: one resolver for v1, v2 and hybrid machines.
 *
 * A group is named by its path below the root of a hierarchy, "mydocker/web", the same in every hierarchy in which it exists (cgroups(7),
 * Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst). On a hybrid machine the v2 hierarchy tracks (born into it, cgroup.kill, cgroup.events) and v1 ones limit.
 */
#ifndef COMMON_CGROUP_H
#define COMMON_CGROUP_H

#include "err.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CG_MAX 24

struct cg_hierarchy {
	bool v2;
	bool writable;
	char mount[512];       /* where it is mounted */
	char controllers[160]; /* v1: "cpu,cpuacct" or "name=systemd"; v2: cgroup.controllers with commas; "" when none */
};

struct cg_map {
	size_t n;
	struct cg_hierarchy h[CG_MAX];
};

/* Reads /proc/self/mountinfo (and the v2 root's cgroup.controllers). A hierarchy mounted twice counts once, the first. ENOENT when none is mounted. */
int cg_discover(struct cg_map *ret, struct err *e);

/* The hierarchy that has the controller ("memory"), or NULL. */
const struct cg_hierarchy *cg_find(const struct cg_map *m, const char *controller);

/* The v2 hierarchy, or NULL. */
const struct cg_hierarchy *cg_v2(const struct cg_map *m);

/* The hierarchy that can tell which processes a group has: v2 where there is one, else freezer, else pids, else the first; NULL on an empty map. */
const struct cg_hierarchy *cg_tracker(const struct cg_map *m);

/* "MOUNT/GROUP" into buf. ENAMETOOLONG. */
int cg_path(const struct cg_hierarchy *h, const char *group, char buf[PATH_MAX], struct err *e);

/* Whether the group exists in that hierarchy. */
bool cg_exists(const struct cg_hierarchy *h, const char *group);

/* A descriptor of the group's directory in v2 for clone3(2)'s CLONE_INTO_CGROUP. -1 in *ret when the machine has no v2 or the group is not there: that is no error. */
int cg_open_v2(const struct cg_map *m, const char *group, int *ret, struct err *e);

/* Moves the calling, single-threaded process into the group in every v1 hierarchy in which it exists (and in v2 too with v2_too). "0" is written to 'tasks', not a pid to 'cgroup.procs': a thread
 * that moves itself needs no global lock (cgroup_procs_write_start in kernel/cgroup/cgroup.c), which saves the RCU grace period of 10 ms that a cold migration costs. ENOENT when the group
 * is nowhere. */
int cg_join(const struct cg_map *m, const char *group, bool v2_too, struct err *e);

#endif
