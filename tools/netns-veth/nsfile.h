/*
 * nsfile.h - network namespaces by name: files in /run/netns on which a namespace is bind-mounted, where ip-netns(8)
 * looks for them.
 */
#ifndef NETNS_VETH_NSFILE_H
#define NETNS_VETH_NSFILE_H

#include "common/err.h"

#include <stdbool.h>
#include <sys/types.h>

#define NETNS_DIR "/run/netns"

/* The directory made, and a shared mount of its own as iproute2 makes it, so that a namespace removed here is removed
 * in every mount namespace. */
int nsfile_prepare(const char *dir, struct err *e);

/* Leaves the current network namespace for a new one; its inode number identifies it. */
int nsfile_unshare(ino_t *ret, struct err *e);

/* The sysctls that a container's namespace gets: every group may ping, every port may be bound, router advertisements
 * are not believed, and no IPv6 address waits to be proved unique. */
int nsfile_sysctls(struct err *e);

/* Binds the current network namespace to dir/name. EEXIST. */
int nsfile_bind(const char *dir, const char *name, struct err *e);

/* The inode of the namespace that dir/name holds; 0 when there is no such file or no namespace is mounted on it. */
ino_t nsfile_inode(const char *dir, const char *name);

/* Whether there is anything of that name. */
bool nsfile_exists(const char *dir, const char *name);

/* Unmounts and removes dir/name when it holds the namespace inode (0: any), or nothing. What is another's stays. */
int nsfile_remove(const char *dir, const char *name, ino_t inode, struct err *e);

/* Opens dir/name for setns(2). */
int nsfile_open(const char *dir, const char *name, int *ret, struct err *e);

#endif
