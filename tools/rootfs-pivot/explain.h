/*
 * explain.h - --dry-run: the plan as the commands that a person would type.
 */
#ifndef ROOTFS_PIVOT_EXPLAIN_H
#define ROOTFS_PIVOT_EXPLAIN_H

#include "plan.h"

/* Prints them to standard output. Returns the exit status. */
int explain(const struct plan *p);

#endif
