/*
 * arrive.h - from inside the namespaces to the command.
 */
#ifndef NSENTER_LITE_ARRIVE_H
#define NSENTER_LITE_ARRIVE_H

#include "common/label.h"
#include "request.h"

#include "common/cgroup.h"

#include <sys/resource.h>

/* What is read of the target before anything is entered, while its /proc can be seen. */
struct facts {
	struct target_status status;
	char *environ;
	size_t environ_n;
	struct rlimit limits[RLIM_NLIMITS];
	char oom_score_adj[16];
	struct label label; /* without -Z and --like-target: none */
	struct cg_map cgroups;
	int cgroup_v2; /* the directory of its v2 group, or -1 */
};

/* Reads what the request needs; *f is zero. */
int facts_read(const struct request *r, struct facts *f, struct err *e);

/* Enters what is left (mask), lands, and becomes the command; cgroup_v2_done: born in the right v2 group. Returns
 * only on failure. */
int arrive(const struct request *r, const struct facts *f, int mask, bool cgroup_v2_done, struct err *e);

#endif
