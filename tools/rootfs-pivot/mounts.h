/*
 * mounts.h - the two ways in which something comes to lie on a descriptor: a new file system (by mount(2), in
 * rootfs-pivot-fstab by libmount), and a tree that exists already (by mount_setattr(2) and move_mount(2)).
 */
#ifndef ROOTFS_PIVOT_MOUNTS_H
#define ROOTFS_PIVOT_MOUNTS_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

struct libmnt_context;

/* What every mount needs with libmount: its context, kept from one mount to the next. */
struct mounter {
	struct libmnt_context *context;
	bool forced;
};

/* Makes it. Also makes sure that /proc is a procfs, by which descriptors are named. */
int mounter_open(struct mounter *m, struct err *e);
void mounter_close(struct mounter *m);

/* Mounts a file system of a type on the descriptor target; shown names it in messages. */
int mount_fs(struct mounter *m, const char *type, const char *source, const char *options, int target,
             const char *shown, struct err *e);

/* A detached clone of the mount (with what lies below when recursive) at dirfd and path ("" for dirfd itself). -1 with
 * errno. */
int tree_clone(int dirfd, const char *path, bool recursive);

/* Sets and clears attributes and the propagation (0: leave) of a tree. -1 with errno. */
int tree_setattr(int tree, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation);

/* Shows other ids on a tree than lie on the disk, by a user namespace (mapids.h). -1 with errno. */
int tree_idmap(int tree, bool recursive, int userns);

/* Attaches a detached tree to the descriptor target. -1 with errno. */
int tree_attach(int tree, int target);

/* Whether the entry of dirfd ("" for dirfd itself) is the root of a mount: 1, 0, or -1 with errno. No link is followed. */
int is_mount_root(int dirfd, const char *path);

/* Whether two descriptors mean the same place: the same file by way of the same mount (where the kernel tells, from 5.8
 * on). */
bool is_same_place(int a, int b);

/* Refuses a target that is the root itself: what is mounted there lies over the root and is not seen. */
int refuse_root(int root, int target, const char *origin, const char *shown, struct err *e);

/* Makes sure that /proc is a procfs. */
int mounts_check_proc(struct err *e);

/* A path that means what the descriptor was opened on. */
#define MOUNT_TARGET_MAX 40
void mount_target(char path[MOUNT_TARGET_MAX], int target);

/* Adds what is known about a mount that failed with e->code for want of privilege. */
void hint_privilege(struct err *e);

/* The same about a file system of a type; returns -1. */
int mount_hint(struct err *e, const char *type);

#endif
