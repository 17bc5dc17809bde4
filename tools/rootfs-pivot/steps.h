/*
 * steps.h - carries out the steps of a plan below the new root.
 */
#ifndef ROOTFS_PIVOT_STEPS_H
#define ROOTFS_PIVOT_STEPS_H

#include "mounts.h"
#include "plan.h"

/* Opens the source of every bind while the old tree is as it was: what is missing is said before anything is mounted,
 * and a shared source stays a peer of the host's. */
int steps_open_sources(struct plan *p, struct err *e);

/* Carries them out in order. */
int steps_apply(struct mounter *m, struct plan *p, int root, struct err *e);

#endif
