/*
 * libmount.c - new file systems by libmount (rootfs-pivot/mounts.h): no helpers, no mtab, no look into fstab, no
 * canonical paths.
 */
#include "rootfs-pivot/fstab.h"
#include "rootfs-pivot/mounts.h"

#include <errno.h>
#include <libmount/libmount.h>
#include <stdlib.h>

/* Keeps libmount from 2.39 on to mount(2): the new system calls take option values of 255 bytes, too few for an
 * overlay's layers, and what is tested with the one is not tested with the other. */
#define FORCE_MOUNT2 "LIBMOUNT_FORCE_MOUNT2"

int mounter_open(struct mounter *m, struct err *e)
{
	if (mounts_check_proc(e) < 0)
		return -1;
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
	return mount_hint(e, type);
}

int mount_fs(struct mounter *m, const char *type, const char *source, const char *options, int target,
             const char *shown, struct err *e)
{
	struct libmnt_context *c = m->context;
	char path[MOUNT_TARGET_MAX];
	int r;

	mount_target(path, target);
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

int fstab_program(char **argv, struct err *e)
{
	(void)argv;
	(void)e;
	return 0;
}
