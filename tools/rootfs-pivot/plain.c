/*
 * plain.c - what rootfs-pivot does by itself that rootfs-pivot-fstab has libmount do (mounts.h, fstab.h).
 *
 * libmount is a shared library, and loading it with those that it needs takes longer than everything else that this
 * program does. What the short forms of the command line ask for is known word by word and needs no more than mount(2).
 * Lines of fstab(5) do: where one asks for them the same program is started that has libmount, from beside this one.
 */
#include "common/fd.h"
#include "fstab.h"
#include "kernel.h"
#include "mountopt.h"
#include "mounts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIBLING "rootfs-pivot-fstab"

/* The kernel copies a page whatever the string's length. On the stack there is one behind it; at the end of a heap each
 * mount(2) would run into two page faults. */
#define OPTIONS_MAX 4096

extern char **environ;

int mounter_open(struct mounter *m, struct err *e)
{
	*m = (struct mounter){0};
	return mounts_check_proc(e);
}

void mounter_close(struct mounter *m)
{
	(void)m;
}

int mount_fs(struct mounter *m, const char *type, const char *source, const char *options, int target,
             const char *shown, struct err *e)
{
	char path[MOUNT_TARGET_MAX], data[OPTIONS_MAX];
	unsigned long flags;

	(void)m;
	if (snprintf(data, sizeof(data), "%s", options) >= (int)sizeof(data))
		return err_set(e, E2BIG, "mount %s on '%s'", type, shown);
	mount_target(path, target);
	flags = mountopt_split(data);
	if (mount(source, path, type, flags, *data ? data : NULL) == 0)
		return 0;
	err_set(e, errno, "mount %s on '%s'", type, shown);
	return mount_hint(e, type);
}

int fstab_program(char **argv, struct err *e)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof(SIBLING));
	char *slash;

	if (n < 0)
		return err_set(e, errno, "read '/proc/self/exe'");
	path[n] = '\0';
	slash = strrchr(path, '/');
	memcpy(slash ? slash + 1 : path, SIBLING, sizeof(SIBLING));
	execve(path, argv, environ);
	err_set(e, errno, "--fstab: exec '%s'", path);
	return err_hint(e, "it is this program with libmount, which reads fstab lines");
}

int fstab_read(struct plan *p, const char *path, struct err *e)
{
	(void)p;
	return err_set(e, ENOSYS, "--fstab: read '%s'", path);
}
