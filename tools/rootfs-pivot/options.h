/*
 * options.h - the command line into a plan.
 */
#ifndef ROOTFS_PIVOT_OPTIONS_H
#define ROOTFS_PIVOT_OPTIONS_H

#include "plan.h"

/* The defaults, and what must be known first: exec_fd (from now on failures are reported there), console_fd, unshare,
 * dry_run, newroot, command. Dies of a usage error. */
void options_begin(struct plan *p, int argc, char **argv);

/* All the rest; reads the files that are named. Dies of an error. */
void options_parse(struct plan *p, int argc, char **argv);

#endif
