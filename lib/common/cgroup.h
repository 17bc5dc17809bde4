/*
 * cgroup.h - where the control groups are: one resolver for v1, v2 and hybrid machines.
 *
 * A group is named by its path below the root of a hierarchy, "mydocker/web", the same in every hierarchy in which it
 * exists (cgroups(7), Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst). On a hybrid machine the v2 hierarchy
 * tracks (born into it, cgroup.kill, cgroup.events) and v1 ones limit.
 */
#ifndef COMMON_CGROUP_H
#define COMMON_CGROUP_H

#include "err.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CG_MAX 24

struct cg_hierarchy {
	bool v2;
	bool writable;
	char mount[512]; /* where it is mounted */
	char root[256];  /* which of its groups is mounted there: "/", or a group's path on a bind mount */
	char controllers
	    [160]; /* v1: "cpu,cpuacct" or "name=systemd"; v2: cgroup.controllers with commas; "" when none */
};

struct cg_map {
	size_t n;
	struct cg_hierarchy h[CG_MAX];
};

/* Reads /proc/self/mountinfo where it must (and the v2 root's cgroup.controllers). A hierarchy mounted twice counts once, the
 * first. ENOENT when none is mounted. */
int cg_discover(struct cg_map *ret, struct err *e);

/* Those hierarchies, at least, in which a process is in another group than the caller: what cg_join_like needs. The
 * controllers of v2 may be left out. */
int cg_discover_apart(struct cg_map *ret, pid_t pid, struct err *e);

/* Whether v2 is all that there is, mounted as a whole at its usual place; fills in all but the controllers. */
bool cg_only_v2(struct cg_hierarchy *ret);

/* The hierarchy that has the controller ("memory"), or NULL. */
const struct cg_hierarchy *cg_find(const struct cg_map *m, const char *controller);

/* The v2 hierarchy, or NULL. */
const struct cg_hierarchy *cg_v2(const struct cg_map *m);

/* The hierarchy that can tell which processes a group has: v2 where there is one, else freezer, else pids, else the
 * first; NULL on an empty map. */
const struct cg_hierarchy *cg_tracker(const struct cg_map *m);

/* "MOUNT/GROUP" into buf. ENAMETOOLONG. */
int cg_path(const struct cg_hierarchy *h, const char *group, char buf[PATH_MAX], struct err *e);

/* "MOUNT/GROUP/FILE" into buf. ENAMETOOLONG. */
int cg_file(const struct cg_hierarchy *h, const char *group, const char *file, char buf[PATH_MAX], struct err *e);

/* Whether the group exists in that hierarchy. */
bool cg_exists(const struct cg_hierarchy *h, const char *group);

/* A descriptor of the group's directory in v2 for clone3(2)'s CLONE_INTO_CGROUP. -1 in *ret when the machine has no
 * v2 or the group is not there: that is no error. */
int cg_open_v2(const struct cg_map *m, const char *group, int *ret, struct err *e);

/* Moves the calling, single-threaded process into the group in every v1 hierarchy in which it exists (and in v2 too
 * with v2_too). "0" is written to 'tasks', not a pid to 'cgroup.procs': a thread that moves itself needs no global
 * lock (cgroup_procs_write_start in kernel/cgroup/cgroup.c), which saves the RCU grace period of 10 ms that a cold
 * migration costs. ENOENT when the group is nowhere. */
int cg_join(const struct cg_map *m, const char *group, bool v2_too, struct err *e);

/* Moves the calling, single-threaded process to where pid is: into its group in every hierarchy of the map (v2 with
 * v2_too).
 * What /proc/PID/cgroup says is believed; the path must lie below what is mounted. */
int cg_join_like(const struct cg_map *m, pid_t pid, bool v2_too, struct err *e);

/* The group of a process in one hierarchy, relative to where that is mounted; "." for the whole of it. ENOENT when it
 * lies outside of what is mounted. */
int cg_group_of(const struct cg_map *m, const struct cg_hierarchy *h, pid_t pid, char ret[PATH_MAX], struct err *e);

/* How many processes of the group the OOM killer has ended: memory.events of v2 or memory.oom_control of v1, in the
 * hierarchy that has the memory controller. 0 where nobody counts. */
uint64_t cg_oom_kills(const struct cg_hierarchy *h, const char *group);

/* The parts of a line of /proc/PID/cgroup, "4:cpu,cpuacct:/web"; v2 has no controllers. The strings point into the
 * line. */
struct cg_membership {
	const char *controllers;
	const char *path;
};

/* Splits one line in place. 0, or -1 with errno EINVAL. */
int cg_parse_membership(char *line, struct cg_membership *ret);

/* Whether the comma-separated list has the name. */
bool cg_list_has(const char *list, const char *name);

/* What cg_discover does with the text of mountinfo (cut up in place); the controllers of v2 are not filled in. For
 * tests. */
void cg_parse_mounts(char *text, struct cg_map *ret);

#endif
