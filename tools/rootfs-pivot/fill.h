/*
 * fill.h - a new volume gets what the image has at its place.
 */
#ifndef ROOTFS_PIVOT_FILL_H
#define ROOTFS_PIVOT_FILL_H

#include "common/err.h"

/* Copies what lies in the directory from (inside the root) to the directory volume, with owners, modes, times, links
 * and extended attributes, if the volume is empty; both are O_PATH descriptors. Mount points are left out. Of two that
 * come at the same time one copies, the other waits for it. */
int fill_volume(int from, int volume, const char *shown, struct err *e);

#endif
