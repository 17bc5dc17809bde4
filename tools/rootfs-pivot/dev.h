/*
 * dev.h - the container's /dev.
 */
#ifndef ROOTFS_PIVOT_DEV_H
#define ROOTFS_PIVOT_DEV_H

#include "mounts.h"

#include <stdint.h>

/* Mounts a tmpfs on /dev of the root and fills it; shm_size in bytes. init: a host file to lie on /dev/init, or NULL. */
int dev_mount(struct mounter *m, int root, uint64_t shm_size, const char *init, struct err *e);

/* Mounts an mqueue on /dev/mqueue of the root. */
int dev_mount_mqueue(struct mounter *m, int root, struct err *e);

#endif
