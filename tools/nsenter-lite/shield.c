/*
 * shield.c - see shield.h.
 *
 * The program is executed anew from a place through which nobody can write to it:
 *
 * 1. a read-only clone of its own mount that is part of no mount namespace (open_tree(2), mount_setattr(2); Linux
 * 5.12). Once the
 *    descriptor is closed, which the exec does, nobody can change that mount any more. The pages are the file's own,
 * so that this costs
 *    nothing but the second start. Needs CAP_SYS_ADMIN.
 * 2. where that is not to be had: a sealed copy in memory (memfd_create(2)), half a millisecond more.
 */
#include "shield.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROGRAM "/proc/self/exe"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034
#endif
#define ALL_SEALS 0x000fU /* F_SEAL_SEAL, SHRINK, GROW, WRITE */

extern char **environ;

/* Whether the program runs from one of the two places. The root of a mount that is a file has the name "/", which no
 * other file has. */
static bool is_shielded(int program)
{
	int seals = fcntl(program, F_GET_SEALS);
	struct statvfs fs;
	char name[4];

	if (seals >= 0 && ((unsigned int)seals & ALL_SEALS) == ALL_SEALS)
		return true;
	return readlink(PROGRAM, name, sizeof(name)) == 1 && fstatvfs(program, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

/* The first way; -1 when it cannot be gone. */
static int open_clone(void)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID};
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, PROGRAM, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd >= 0 && syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		fd_close(&fd);
	return fd;
}

/* A memfd that may be executed. */
static int make_memfd(void)
{
	int fd = memfd_create("nsenter-lite", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	/* Kernels before 6.3 do not know the flag, and make every memfd so. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("nsenter-lite", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

/* The second way. */
static int make_copy(int program, int *ret, struct err *e)
{
	AUTO_FD copy = make_memfd();
	struct stat st;
	off_t done = 0;

	if (copy < 0 || fstat(program, &st) < 0)
		return err_set(e, errno, "protect the program: make a file in memory");
	while (done < st.st_size)
		if (sendfile(copy, program, &done, (size_t)(st.st_size - done)) <= 0)
			return err_set(e, errno, "protect the program: copy it");
	if (fchmod(copy, 0500) < 0 || fcntl(copy, F_ADD_SEALS, ALL_SEALS) < 0)
		return err_set(e, errno, "protect the program: seal its copy");
	*ret = fd_take(&copy);
	return 0;
}

int shield(char *const argv[], struct err *e)
{
	AUTO_FD program = open(PROGRAM, O_RDONLY | O_CLOEXEC);
	AUTO_FD safe = -1;

	if (program < 0)
		return err_set(e, errno, "protect the program: open '" PROGRAM "'");
	if (is_shielded(program))
		return 0;
	safe = open_clone();
	if (safe < 0 && make_copy(program, &safe, e) < 0)
		return -1;
	syscall(SYS_execveat, safe, "", argv, environ, AT_EMPTY_PATH);
	err_set(e, errno, "protect the program: execute it from a safe place");
	return err_hint(e, "CAP_SYS_ADMIN, or vm.memfd_noexec below 2, is needed");
}
