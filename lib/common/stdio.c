/*
 * stdio.c - see stdio.h
 *
 * Theory. A device on a read-only mount can be written to, since that changes nothing on the file system, but its inode
 * cannot be changed: fchmod(2) of a descriptor and chmod(2) through /proc/self/fd both ask the mount (mnt_want_write).
 * The mount is a detached clone, dissolved with the descriptor that it was made with; what was opened by way of it goes
 * on. The kernel then waits for an RCU grace period (namespace_unlock in fs/namespace.c), longer than for all the rest
 * together: hence one clone for all descriptors of a file, and a release that the caller does when nobody waits.
 */
#include "common/stdio.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#define ATTR_READ_ONLY 1u

/* As in linux/mount.h, which musl's headers do not have. */
struct attributes {
	uint64_t set, clear, propagation, userns_fd;
};

/* Whether it has an inode that somebody owns, and can do with a read-only mount. */
static bool wants_guard(int fd, int *ret_flags, struct stat *ret)
{
	*ret_flags = fcntl(fd, F_GETFL);
	if (*ret_flags < 0 || (*ret_flags & O_PATH) || fstat(fd, ret) < 0)
		return false;
	if (S_ISCHR(ret->st_mode) || S_ISBLK(ret->st_mode))
		return true;
	return (S_ISREG(ret->st_mode) || S_ISDIR(ret->st_mode)) && (*ret_flags & O_ACCMODE) == O_RDONLY;
}

/* The read-only mount of what the descriptor is open on. */
static int make_tree(int fd)
{
	struct attributes read_only = {.set = ATTR_READ_ONLY};
	char path[32];
	AUTO_FD tree = -1;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC);
	if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &read_only, sizeof(read_only)) < 0)
		return -1;
	return fd_take(&tree);
}

/* Opens it again by way of the mount. A file goes on where it is. */
static int reopen(int fd, int flags, int tree)
{
	char path[32];
	AUTO_FD again = -1;
	off_t at = lseek(fd, 0, SEEK_CUR);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", tree);
	again = open(path, (flags & (O_ACCMODE | O_APPEND | O_NONBLOCK)) | O_NOCTTY | O_CLOEXEC);
	if (again < 0)
		return -1;
	if (at > 0)
		(void)lseek(again, at, SEEK_SET);
	return dup3(again, fd, fcntl(fd, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0);
}

/* The mount that an earlier one of the n descriptors has for the same file, or -1. */
static int shared_tree(const struct stdio_guard *g, const struct stat *st, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g->tree[i] >= 0 && st[i].st_dev == st[n].st_dev && st[i].st_ino == st[n].st_ino)
			return g->tree[i];
	return -1;
}

int stdio_guard(const int fds[3], struct stdio_guard *ret, struct err *e)
{
	struct stat st[3];

	*ret = STDIO_NO_GUARD;
	for (size_t i = 0; i < 3; i++) {
		int flags, tree;

		if (!wants_guard(fds[i], &flags, &st[i]))
			continue;
		tree = shared_tree(ret, st, i);
		if (tree < 0)
			tree = ret->tree[i] = make_tree(fds[i]);
		if (tree < 0 || reopen(fds[i], flags, tree) < 0)
			return err_set(e, errno, "open descriptor %d again through a read-only mount", fds[i]);
	}
	return 0;
}

void stdio_release(struct stdio_guard *g)
{
	for (size_t i = 0; i < 3; i++)
		fd_close(&g->tree[i]);
}
