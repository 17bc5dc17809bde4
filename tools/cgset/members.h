/*
 * members.h - what no controller counts for a group, summed over its processes.
 *
 * A group that is in no memory, pids or cpuacct hierarchy costs less to make and to join, and is still asked how much it
 * uses. The sums leave out what ended processes have used, page cache, and the kernel's own memory.
 */
#ifndef CGSET_MEMBERS_H
#define CGSET_MEMBERS_H

#include "common/cgroup.h"
#include "common/err.h"

#include <stdint.h>

struct members {
	uint64_t processes, threads;
	uint64_t memory;        /* proportional share, bytes; resident pages where the kernel has no smaps_rollup */
	uint64_t cpu_usec;      /* of those that run and of their children that were waited for */
	uint64_t read, written; /* bytes of block devices */
};

/* Sums over the processes of the group and below. A process that ends meanwhile is left out. */
int members_sum(const struct cg_hierarchy *h, const char *group, struct members *ret, struct err *e);

/* Fields of /proc/PID/stat: threads and clock ticks (utime, stime, cutime, cstime together). False when it is none. */
bool members_stat(const char *text, uint64_t *ret_threads, uint64_t *ret_ticks);

#endif
