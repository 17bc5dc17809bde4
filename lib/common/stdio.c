/*
 * stdio.c - see stdio.h
 *
 * Theory. A device on a read-only mount can be written to, since that changes nothing on the file system, but its inode
 * cannot be changed: fchmod(2) of a descriptor and chmod(2) through /proc/self/fd both ask the mount (mnt_want_write).
 * The mount is a detached clone that only the descriptor holds.
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
static bool wants_guard(int fd, int *ret_flags)
{
	struct stat st;

	*ret_flags = fcntl(fd, F_GETFL);
	if (*ret_flags < 0 || (*ret_flags & O_PATH) || fstat(fd, &st) < 0)
		return false;
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		return true;
	return (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) && (*ret_flags & O_ACCMODE) == O_RDONLY;
}

/* Opens it again. A file goes on where it is. */
static int reopen(int fd, int flags)
{
	struct attributes read_only = {.set = ATTR_READ_ONLY};
	char path[32];
	AUTO_FD tree = -1;
	AUTO_FD again = -1;
	off_t at = lseek(fd, 0, SEEK_CUR);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC);
	if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &read_only, sizeof(read_only)) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", tree);
	again = open(path, (flags & (O_ACCMODE | O_APPEND | O_NONBLOCK)) | O_NOCTTY | O_CLOEXEC);
	if (again < 0)
		return -1;
	if (at > 0)
		(void)lseek(again, at, SEEK_SET);
	return dup2(again, fd);
}

int stdio_guard(struct err *e)
{
	int flags;

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (wants_guard(fd, &flags) && reopen(fd, flags) < 0)
			return err_set(e, errno, "open descriptor %d again through a read-only mount", fd);
	return 0;
}
