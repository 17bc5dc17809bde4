/*
 * profile.h - what a profile hides, protects and takes away.
 */
#ifndef ROOTFS_PIVOT_PROFILE_H
#define ROOTFS_PIVOT_PROFILE_H

#include "mounts.h"
#include "plan.h"

/* "default", "privileged", "none". */
int profile_parse(const char *name, enum profile *ret, struct err *e);

/* Hides the profile's paths and the plan's own, and makes those read-only that shall be. A path that is not there is
 * skipped. */
int profile_shield(struct mounter *m, const struct plan *p, int root, struct err *e);

/* The capabilities that are left: the profile's, changed by --cap-add and --cap-drop. */
int profile_caps(const struct plan *p, land_caps *ret, struct err *e);

/* The paths that the profile hides and makes read-only, NULL-terminated; none with --open-paths. */
const char *const *profile_masked(const struct plan *p);
const char *const *profile_read_only(const struct plan *p);

/* The ambient capabilities that were asked for; each must be among those that are left. */
int profile_ambient(const struct plan *p, land_caps bounding, land_caps *ret, struct err *e);

#endif
