/*
 * nsid.c - see nsid.h
 *
 * Since Linux 6.19 a file handle that has nothing but the id opens a namespace (nsfs_fh_to_dentry in fs/nsfs.c). 6.18
 * wants its inode number, too, and has no call that lists namespaces: there those of all processes are asked for their
 * id.
 */
#include "nsid.h"

#include "common/fd.h"
#include "common/num.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/nsfs.h, linux/fcntl.h and linux/exportfs.h of Linux 6.18. */
#define GET_ID ((int)_IOR(0xb7, 13, uint64_t)) /* int: musl has it so */
#define NSFS_ROOT (-10003)
#define HANDLE_TYPE 0xf1

struct handle {
	unsigned int bytes;
	int type;
	uint64_t id;
	uint32_t ns_type, inode; /* 0: whatever they are */
};

/* By the id alone. -1 where the kernel cannot, or has none of that id. */
static int open_by_handle(uint64_t id)
{
	struct handle h = {.bytes = 16, .type = HANDLE_TYPE, .id = id};

	return (int)syscall(SYS_open_by_handle_at, NSFS_ROOT, &h, O_RDONLY | O_CLOEXEC);
}

/* The id of an open namespace; false where the kernel gives none. */
static bool get_id(int fd, uint64_t *ret)
{
	return ioctl(fd, GET_ID, ret) == 0;
}

/* The namespace of one process if it is the one, else -1. */
static int open_of_process(int proc, const char *pid, const struct ns_kind *kind, uint64_t id)
{
	char path[48];
	uint64_t its;
	AUTO_FD fd = -1;

	snprintf(path, sizeof(path), "%.20s/ns/%s", pid, kind->proc_name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && get_id(fd, &its) && its == id ? fd_take(&fd) : -1;
}

/* The first process that is in it. */
static int search(const struct ns_kind *kind, uint64_t id)
{
	DIR *d = opendir("/proc");
	const struct dirent *entry;
	int fd = -1;

	while (d && fd < 0 && (entry = readdir(d)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			fd = open_of_process(dirfd(d), entry->d_name, kind, id);
	if (d)
		closedir(d);
	return fd;
}

/* Whether this process's own namespace of the kind has an id. */
static bool kernel_has_ids(const struct ns_kind *kind)
{
	char path[32];
	uint64_t id;
	AUTO_FD fd = -1;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind->proc_name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && get_id(fd, &id);
}

int nsid_open(const struct ns_kind *kind, const char *name, int *ret, struct err *e)
{
	uint64_t id;

	if (num_u64(name + 1, 1, UINT64_MAX, &id) < 0)
		return err_set(e, 0, "open %s namespace '%s': not the id of a namespace", kind->name, name);
	*ret = open_by_handle(id);
	if (*ret < 0)
		*ret = search(kind, id);
	if (*ret >= 0)
		return 0;
	if (!kernel_has_ids(kind))
		return err_set(e, 0, "open %s namespace '%s': Linux 6.18 is needed to name it by its id", kind->name,
		               name);
	err_set(e, ENOENT, "open %s namespace '%s'", kind->name, name);
	return err_hint(e, "before Linux 6.19 a process must be in it whose /proc/PID/ns may be opened");
}
