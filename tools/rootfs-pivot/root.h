/*
 * root.h - the new root as a mount, and the change to it.
 */
#ifndef ROOTFS_PIVOT_ROOT_H
#define ROOTFS_PIVOT_ROOT_H

#include "mounts.h"
#include "plan.h"

/* Refuses to work in a mount namespace that the parent process lives in too: its root would change with ours. PID 1
 * without a parent (an initramfs) may. */
int root_check_namespace(struct err *e);

/* --unshare: a mount namespace of one's own, then this program again without that option (argv[index]), from a
 * read-only clone of its file. Comes back only on failure. */
int root_unshare(int argc, char **argv, int index, struct err *e);

/* Makes the new root a mount of its own: the overlay, or NEWROOT bound on itself with all that is mounted below.
 * *ret_fd is its root. */
int root_prepare(struct mounter *m, const struct plan *p, int *ret_fd, struct err *e);

/* Sets the propagation of the whole old tree. */
int root_isolate(unsigned long propagation, struct err *e);

/* Protects this program's own file against being opened for writing from inside (CVE-2019-5736). Begin finds its mount
 * and tries whether it can be made read-only; where not, it starts this program again from a read-only clone (then
 * nothing but argv may have been read). *ret_guard is for root_guard, which makes it so, after the last mount. */
int root_guard_begin(char **argv, int *ret_guard, struct err *e);
int root_guard(int guard, struct err *e);

/* Makes fd's mount the root and lets go of the old one. */
int root_pivot(int fd, struct err *e);

#endif
