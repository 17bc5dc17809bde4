/*
 * show.h - what is printed about groups: measurements, events, processes, the tree.
 */
#ifndef CGSET_SHOW_H
#define CGSET_SHOW_H

#include "common/cgroup.h"
#include "common/err.h"

#include <stdbool.h>

/* Usage, limits and pressure as "key value" lines after a line "group NAME", or as one JSON object a line. */
int show_stat(const struct cg_map *m, const char *group, bool json, struct err *e);

/* The counters of what happened: oom, oom_kill, max, high, pids_max, populated, frozen. */
int show_events(const struct cg_map *m, const char *group, bool json, struct err *e);

/* The pids, one a line. */
int show_procs(const struct cg_map *m, const char *group, bool recursive, struct err *e);

/* Every group below it in any hierarchy, a path a line; as a tree with the number of processes and the controllers. */
int show_list(const struct cg_map *m, const char *group, bool tree, struct err *e);

#endif
