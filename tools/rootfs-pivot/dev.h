/*
 * dev.h - the container's /dev.
 */
#ifndef ROOTFS_PIVOT_DEV_H
#define ROOTFS_PIVOT_DEV_H

#include "mounts.h"

#include <stdint.h>

/* Mounts a tmpfs on /dev of the root and fills it; shm_size in bytes. init: a host file to lie on /dev/init, or NULL.
 */
int dev_mount(struct mounter *m, int root, uint64_t shm_size, const char *init, struct err *e);

/* Lays the terminal of descriptor 0 on /dev/console of the current root, whose /dev dev_mount made. One that the user
 * put there stays. */
int dev_bind_console(struct err *e);

#endif
