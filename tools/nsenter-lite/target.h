/*
 * target.h - the process whose namespaces are entered, held so that it cannot become another one, and what is known
 * of it.
 */
#ifndef NSENTER_LITE_TARGET_H
#define NSENTER_LITE_TARGET_H

#include "common/err.h"
#include "common/land.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * dir is /proc/PID, opened while the pidfd proved that the pid is the process's: after the process has gone it is
 * empty, and never another's.
 */
struct target {
	pid_t pid; /* 0: none */
	int pidfd, dir;
};

/* What /proc/PID/status says, as this process's user namespace sees it. */
struct target_status {
	struct land_ids ids;
	land_caps bounding;
	bool no_new_privs;
	unsigned int seccomp; /* 0 none, 2 a filter */
	mode_t umask;
};

/* "PID", "PID:INODE" (the inode number of its pidfd, which no process has had before; Linux 6.9) or
 * "PID@STARTTIME". */
int target_open(const char *spec, struct target *ret, struct err *e);

/* The process that a pid file (lib/common/proc.h) names. */
int target_open_file(const char *path, struct target *ret, struct err *e);

/* Fails when the process has ended since: what was read of it may then be incomplete. */
int target_check(const struct target *t, struct err *e);

/* Reads /proc/PID/status; map: ids are translated into the user namespace of the target. */
int target_status(const struct target *t, bool map, struct target_status *ret, struct err *e);

/* Parses the text of /proc/PID/status. Exported for the tests. */
int target_parse_status(const char *text, struct target_status *ret);

/* Translates an id by the text of a uid_map or gid_map ("INSIDE OUTSIDE COUNT" lines) from outside to inside. -1
 * when it has no mapping. */
int target_map_id(const char *map, unsigned int outside, unsigned int *ret);

#endif
