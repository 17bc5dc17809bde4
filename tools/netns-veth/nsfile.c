/* nsfile.c - see nsfile.h */
#include "nsfile.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's musl has no statx(2); newer C libraries have the structure but not always all the bits. */
#ifndef STATX_BASIC_STATS
#include <linux/stat.h>
#endif
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

static const char self[] = "/proc/self/ns/net";

/* dir/name into buf. */
static int join(char buf[PATH_MAX], const char *dir, const char *name, struct err *e)
{
	int n = snprintf(buf, PATH_MAX, "%s/%s", dir, name);

	return n < 0 || n >= PATH_MAX ? err_set(e, ENAMETOOLONG, "name the namespace file of '%s'", name) : 0;
}

/* Whether the directory is the root of a mount (of ours or of iproute2's making). */
static bool is_mount_root(const char *dir)
{
	struct statx x;

	return syscall(SYS_statx, AT_FDCWD, dir, 0, STATX_BASIC_STATS, &x) == 0 &&
	       (x.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) && (x.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

int nsfile_prepare(const char *dir, struct err *e)
{
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return err_set(e, errno, "make the directory '%s'", dir);
	if (is_mount_root(dir))
		return 0;
	if (mount("", dir, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	if (errno == EINVAL && mount(dir, dir, "none", MS_BIND | MS_REC, NULL) == 0 &&
	    mount("", dir, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	err_set(e, errno, "make '%s' a shared mount", dir);
	return e->code == EPERM ? err_hint(e, "needs CAP_SYS_ADMIN: run it as root") : -1;
}

int nsfile_unshare(ino_t *ret, struct err *e)
{
	struct stat st;

	if (unshare(CLONE_NEWNET) < 0) {
		err_set(e, errno, "make a network namespace");
		if (e->code == EPERM)
			err_hint(e, "needs CAP_SYS_ADMIN: run it as root");
		if (e->code == ENOSPC)
			err_hint(e, "/proc/sys/user/max_net_namespaces limits them");
		return -1;
	}
	if (stat(self, &st) < 0)
		return err_set(e, errno, "read '%s'", self);
	*ret = st.st_ino;
	return 0;
}

int nsfile_sysctls(struct err *e)
{
	static const struct {
		const char *path, *value;
	} v[] = {
	    {"/proc/sys/net/ipv4/ping_group_range", "0 2147483647"},
	    {"/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"},
	    {"/proc/sys/net/ipv6/conf/default/accept_ra", "0"},
	    {"/proc/sys/net/ipv6/conf/default/accept_dad", "0"},
	};

	/* A kernel without one of them (IPv6 switched off) has nothing to set. */
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (file_write_kernel(AT_FDCWD, v[i].path, v[i].value, e) < 0 && e->code != ENOENT)
			return -1;
	return 0;
}

int nsfile_bind(const char *dir, const char *name, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD fd = -1;

	if (nsfile_prepare(dir, e) < 0 || join(path, dir, name, e) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return err_set(e, errno, "make the namespace file '%s'", path);
	if (mount(self, path, "none", MS_BIND, NULL) == 0)
		return 0;
	err_set(e, errno, "bind the namespace to '%s'", path);
	unlink(path);
	return -1;
}

ino_t nsfile_inode(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat own, st;
	struct err ignored;

	if (join(path, dir, name, &ignored) < 0 || stat(self, &own) < 0 || stat(path, &st) < 0 ||
	    st.st_dev != own.st_dev)
		return 0;
	return st.st_ino;
}

bool nsfile_exists(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct err ignored;

	return join(path, dir, name, &ignored) == 0 && faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int nsfile_remove(const char *dir, const char *name, ino_t inode, struct err *e)
{
	char path[PATH_MAX];
	struct stat st;
	ino_t there = nsfile_inode(dir, name);

	if (join(path, dir, name, e) < 0)
		return -1;
	if (there && inode && there != inode)
		return 0;
	/* Without a namespace on it, only the empty file that open(2) made is ours. */
	if (!there && (lstat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size))
		return 0;
	/* Of a symbolic link only the link goes: what it leads to is another's file. */
	if (there && umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL)
		return err_set(e, errno, "unmount '%s'", path);
	return unlink(path) < 0 && errno != ENOENT ? err_set(e, errno, "remove '%s'", path) : 0;
}

int nsfile_open(const char *dir, const char *name, int *ret, struct err *e)
{
	char path[PATH_MAX];

	if (join(path, dir, name, e) < 0)
		return -1;
	*ret = open(path, O_RDONLY | O_CLOEXEC);
	return *ret < 0 ? err_set(e, errno, "open the network namespace '%s'", path) : 0;
}
