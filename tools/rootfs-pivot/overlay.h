/*
 * overlay.h - the overlay that NEWROOT becomes.
 */
#ifndef ROOTFS_PIVOT_OVERLAY_H
#define ROOTFS_PIVOT_OVERLAY_H

#include "mounts.h"

/* Mounts the overlay LOWER[:LOWER...],UPPER,WORK on the directory target, which messages call shown. */
int overlay_mount(struct mounter *m, const char *text, bool is_volatile, int target, const char *shown, struct err *e);

#endif
