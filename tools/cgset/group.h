/*
 * group.h - one group's directory in one hierarchy: its name, its files, making it and taking that back.
 */
#ifndef CGSET_GROUP_H
#define CGSET_GROUP_H

#include "common/cgroup.h"
#include "common/cgroup_group.h"
#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Checks the path of a group as it was typed and gives it without leading and trailing slashes; the root is ".".
 * No "..", no empty or hidden component, no '=', no control character. -1 with status 2. */
int group_name(const char *typed, char ret[PATH_MAX], struct err *e);

/* What has been made, so that it can be taken back. */
struct undo {
	struct undo_entry {
		const struct cg_hierarchy *h;
		char *group;
		char *enabled; /* controllers that were enabled in its children; NULL: the directory was made */
	} * entry;
	size_t n, room;
};

/* Makes the group and its parents in the hierarchy. On v1's cpuset each new one gets its parent's CPUs and nodes; on v2
 * the controllers of enable (comma-separated, or "") are enabled on the way. What was made is added to undo. */
int group_make(const struct cg_hierarchy *h, const char *group, const char *enable, struct undo *undo, struct err *e);

/* Takes everything back, last first, and forgets it. */
void undo_run(struct undo *undo);

/* Forgets it: it shall stay. */
void undo_forget(struct undo *undo);

/* Gives the group to a user as the kernel's document on delegation asks: the directory and the files by which
 * processes move and children get controllers (/sys/kernel/cgroup/delegate names them), not the limits. */
int group_chown(const struct cg_hierarchy *h, const char *group, uid_t uid, gid_t gid, struct err *e);

#endif
