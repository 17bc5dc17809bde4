/*
 * spec.h - the short forms of the command line: SRC:DST[:OPTS], DST[:OPTS], TARGET:LINK.
 */
#ifndef ROOTFS_PIVOT_SPEC_H
#define ROOTFS_PIVOT_SPEC_H

#include "plan.h"

/* --bind SRC:DST[:OPTS] in docker's form; recursive and private by default. */
int spec_bind(struct plan *p, const char *text, struct err *e);

/* --tmpfs DST[:OPTS]; nosuid,nodev,noexec by default, as docker has it. */
int spec_tmpfs(struct plan *p, const char *text, struct err *e);

/* --dir PATH[:MODE]. */
int spec_dir(struct plan *p, const char *text, struct err *e);

/* --symlink TARGET:LINK. */
int spec_symlink(struct plan *p, const char *text, struct err *e);

/* --device HOST[:PATH[:rwm]]: the access is a matter of the control group and only checked here. */
int spec_device(struct plan *p, const char *text, struct err *e);

/* --file FD DST. */
int spec_file(struct plan *p, const char *fd, const char *target, struct err *e);

/* --overlay LOWER[:LOWER...],UPPER,WORK: the options for the overlay file system in *ret (allocated). */
int spec_overlay(const char *text, char **ret, struct err *e);

/* A destination (allocated) without empty components and those that are ".". Dies for want of memory. */
char *spec_target(const char *path);

/* Whether a path may be a destination: absolute, without ".." components, not the root itself, at most PATH_MAX. */
int spec_check_target(const char *path, const char *origin, struct err *e);

#endif
