/*
 * report.h - the acts that print: of each group that is named, of those below, once or again and again.
 */
#ifndef CGSET_REPORT_H
#define CGSET_REPORT_H

#include "request.h"

#include "common/cgroup.h"

/* Does q's act that prints. The exit status; failures are told. */
int report_run(const struct request *q, const struct cg_map *m);

#endif
