/*
 * mounts.c - see mounts.h
 *
 * Theory. A mount point is named to libmount as /proc/self/fd/N: mount(2) then acts on what the descriptor was opened
 * on, whatever the image has put at that path since. After the mount the descriptor still means what lies beneath, so
 * that attributes cannot be added afterwards that way; libmount's "bind,ro", a bind and then a remount of the same
 * path, would change the wrong mount. A bind is therefore made detached (open_tree(2)), given its attributes while
 * nobody can see it, and then attached: it is never writable for a moment.
 */
#include "mounts.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Keeps libmount from 2.39 on to mount(2): the new system calls take option values of 255 bytes, too few for an
 * overlay's layers, and what is tested with the one is not tested with the other. */
#define FORCE_MOUNT2 "LIBMOUNT_FORCE_MOUNT2"

int mounter_open(struct mounter *m, struct err *e)
{
	struct statfs fs;

	if (statfs("/proc", &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC) {
		err_set(e, 0, "'/proc' is not a proc file system");
		return err_hint(e, "mount one before (mount -t proc proc /proc)");
	}
	/* The command's environment is the caller's: mounter_close takes it out again. */
	m->forced = !getenv(FORCE_MOUNT2) && setenv(FORCE_MOUNT2, "always", 1) == 0;
	m->context = mnt_new_context();
	if (!m->context)
		return err_set(e, ENOMEM, "make libmount's context");
	return 0;
}

void mounter_close(struct mounter *m)
{
	mnt_free_context(m->context);
	m->context = NULL;
	if (m->forced)
		unsetenv(FORCE_MOUNT2);
}

void hint_privilege(struct err *e)
{
	if (e->code == EPERM || e->code == EACCES)
		err_hint(e, "CAP_SYS_ADMIN over the mount namespace is needed: be root, or use 'nsrun --user "
		            "--map-root-user --mount'");
}

/* Words libmount's failure: the kernel's errno where the system call was made, else libmount's own text. */
static int fail_mount(struct mounter *m, int r, const char *type, const char *shown, struct err *e)
{
	char text[256] = "";
	int code = mnt_context_syscall_called(m->context) ? mnt_context_get_syscall_errno(m->context) : 0;

	if (!code && r < 0 && r > -4096)
		code = -r;
	if (!code)
		mnt_context_get_excode(m->context, r, text, sizeof(text));
	err_set(e, code, "mount %s on '%s'%s%s", type, shown, *text ? ": " : "", text);
	if (code == ENODEV)
		err_hint(e, "this kernel has no file system type '%s' (see /proc/filesystems)", type);
	else if (code == EINVAL)
		err_hint(e, "the kernel log says more (dmesg)");
	hint_privilege(e);
	return -1;
}

int mount_fs(struct mounter *m, const char *type, const char *source, const char *options, int target,
             const char *shown, struct err *e)
{
	struct libmnt_context *c = m->context;
	char path[40];
	int r;

	/* The dot makes it a path through the link rather than to it: libmount from 2.39 on attaches by move_mount(2),
	 * which follows no last link. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d/.", target);
	mnt_reset_context(c);
	mnt_context_disable_helpers(c, 1);
	mnt_context_disable_mtab(c, 1);
	mnt_context_disable_canonicalize(c, 1);
	mnt_context_enable_rwonly_mount(c, 1);
	mnt_context_set_optsmode(c, MNT_OMODE_NOTAB);
	r = mnt_context_set_fstype(c, type);
	r = r ? r : mnt_context_set_source(c, source);
	r = r ? r : mnt_context_set_target(c, path);
	r = r ? r : mnt_context_set_options(c, options);
	r = r ? r : mnt_context_mount(c);
	return r ? fail_mount(m, r, type, shown, e) : 0;
}

int tree_clone(int dirfd, const char *path, bool recursive)
{
	unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	if (recursive)
		flags |= AT_RECURSIVE;
	return open_tree(dirfd, path, flags);
}

int tree_setattr(int tree, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation)
{
	struct mount_attr attr = {.attr_set = set, .attr_clr = clear, .propagation = propagation};

	if (!set && !clear && !propagation)
		return 0;
	/* One of the access time settings may be set only together with clearing the others. */
	if (set & MOUNT_ATTR__ATIME)
		attr.attr_clr |= MOUNT_ATTR__ATIME;
	return mount_setattr(tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr, sizeof(attr));
}

int tree_attach(int tree, int target)
{
	return move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}
