/*
 * system.h - directories of the root that the system's own file systems go on: /proc, /sys, /dev.
 */
#ifndef ROOTFS_PIVOT_SYSTEM_H
#define ROOTFS_PIVOT_SYSTEM_H

#include "mounts.h"

#include <stdbool.h>

/* Opens a directory 'name' (one component) of dir, made when missing. A link or file there is refused: an image that
 * has one means harm. shown is its path. */
int system_dir(int dir, const char *name, const char *shown, int *ret_fd, struct err *e);

/* Opens what was just mounted on 'name' of dir; proves that it is the root of a mount of that file system type
 * (statfs(2) magic). */
int system_reopen(int dir, const char *name, const char *shown, long magic, int *ret_fd, struct err *e);

/* Mounts a type on /NAME of the root. In a user namespace without a network namespace of its own sysfs is not allowed:
 * then the caller's is bound. */
int system_mount(struct mounter *m, int root, const char *type, const char *path, const char *options, struct err *e);

/* Mounts the control groups on /sys/fs/cgroup of the root, which must be a sysfs by then: cgroup2, or a tmpfs with each
 * v1 hierarchy that is mounted in the caller's root. */
int system_cgroups(struct mounter *m, int root, bool read_only, struct err *e);

#endif
