/*
 * nsid.h - a namespace by its id: a number that the kernel gives to no other one until the next boot.
 */
#ifndef NSENTER_LITE_NSID_H
#define NSENTER_LITE_NSID_H

#include "common/err.h"
#include "common/nstab.h"

/* Opens the namespace that ":NSID" names. The caller checks its kind. ENOENT when there is none that can be seen; code 0
 * when the kernel gives namespaces no ids (before Linux 6.18). */
int nsid_open(const struct ns_kind *kind, const char *name, int *ret, struct err *e);

#endif
