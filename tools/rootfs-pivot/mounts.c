/*
 * mounts.c - see mounts.h
 *
 * Theory. A mount point is named to mount(2) as /proc/self/fd/N: it then acts on what the descriptor was opened on,
 * whatever the image has put at that path since. After the mount the descriptor still means what lies beneath, so that
 * attributes cannot be added afterwards that way; mount(8)'s "bind,ro", a bind and then a remount of the same path,
 * would change the wrong mount. A bind is therefore made detached (open_tree(2)), given its attributes while nobody can
 * see it, and then attached: it is never writable for a moment.
 */
#include "mounts.h"

#include "kernel.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Debian 12's musl has no statx(2); newer C libraries have the structure but not always all the bits. */
#ifndef STATX_BASIC_STATS
#include <linux/stat.h>
#endif
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

int mounts_check_proc(struct err *e)
{
	struct statfs fs;

	if (statfs("/proc", &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC)
		return 0;
	err_set(e, 0, "'/proc' is not a proc file system");
	return err_hint(e, "mount one before (mount -t proc proc /proc)");
}

void mount_target(char path[MOUNT_TARGET_MAX], int target)
{
	/* The dot makes it a path through the link rather than to it: libmount from 2.39 on attaches by move_mount(2),
	 * which follows no last link. */
	snprintf(path, MOUNT_TARGET_MAX, "/proc/self/fd/%d/.", target);
}

void hint_privilege(struct err *e)
{
	if (e->code == EPERM || e->code == EACCES)
		err_hint(e, "CAP_SYS_ADMIN over the mount namespace is needed: be root, or use 'nsrun --user "
		            "--map-root-user --mount'");
}

int mount_hint(struct err *e, const char *type)
{
	if (e->code == ENODEV)
		err_hint(e, "this kernel has no file system type '%s' (see /proc/filesystems)", type);
	else if (e->code == EINVAL)
		err_hint(e, "the kernel log says more (dmesg)");
	hint_privilege(e);
	return -1;
}

int tree_clone(int dirfd, const char *path, bool recursive)
{
	unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	if (recursive)
		flags |= AT_RECURSIVE;
	return (int)syscall(SYS_open_tree, dirfd, path, flags);
}

int tree_setattr(int tree, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation)
{
	struct mount_attr attr = {.attr_set = set, .attr_clr = clear, .propagation = propagation};
	unsigned int flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0u);

	if (!set && !clear && !propagation)
		return 0;
	/* One of the access time settings may be set only together with clearing the others. */
	if (set & MOUNT_ATTR__ATIME)
		attr.attr_clr |= MOUNT_ATTR__ATIME;
	return (int)syscall(SYS_mount_setattr, tree, "", flags, &attr, sizeof(attr));
}

int tree_idmap(int tree, bool recursive, int userns)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)userns};
	unsigned int flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0u);

	return (int)syscall(SYS_mount_setattr, tree, "", flags, &attr, sizeof(attr));
}

/* The number of a descriptor's mount; 0 where the kernel does not tell. */
static uint64_t mount_id(int fd)
{
	struct statx x;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &x) < 0 || !(x.stx_mask & STATX_MNT_ID))
		return 0;
	return x.stx_mnt_id;
}

bool is_same_place(int a, int b)
{
	struct stat st_a, st_b;

	return fstat(a, &st_a) == 0 && fstat(b, &st_b) == 0 && st_a.st_dev == st_b.st_dev &&
	       st_a.st_ino == st_b.st_ino && mount_id(a) == mount_id(b);
}

int is_mount_root(int dirfd, const char *path)
{
	struct statx x;
	int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*path ? 0 : AT_EMPTY_PATH);

	if (syscall(SYS_statx, dirfd, path, flags, 0, &x) < 0)
		return -1;
	return (x.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

int refuse_root(int root, int target, const char *origin, const char *shown, struct err *e)
{
	/* The first is asked for almost all, the second for almost none. */
	if (is_mount_root(target, "") != 1 || !is_same_place(root, target))
		return 0;
	return err_set(e, 0, "%s: '%s': it leads to the root itself", origin, shown);
}

int tree_attach(int tree, int target)
{
	return (int)syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}
