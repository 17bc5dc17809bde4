/*
 * fstab.h - mounts from lines of fstab(5), read by libmount.
 */
#ifndef ROOTFS_PIVOT_FSTAB_H
#define ROOTFS_PIVOT_FSTAB_H

#include "plan.h"

/* Makes sure that this program can read fstab lines: returns 0, or becomes the one that can. */
int fstab_program(char **argv, struct err *e);

/* Adds a step for each line of the file ("-" is standard input). An error names the file and the line. */
int fstab_read(struct plan *p, const char *path, struct err *e);

/* The same for one line (written to), which comes from 'origin'. A comment or blank line adds nothing. */
int fstab_line(struct plan *p, char *line, const char *origin, struct err *e);

#endif
