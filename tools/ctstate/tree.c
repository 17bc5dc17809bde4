/*
 * tree.c - directory trees and files go, and nothing beyond a mount point or a symbolic link.
 *
 * Every directory is opened by openat2(2) below its parent's descriptor with RESOLVE_NO_XDEV and RESOLVE_NO_SYMLINKS:
 * a mount point, a link put in its place meanwhile, ".." and absolute paths are
 * refused by the kernel, so that a volume cannot be reached whatever the names are. A file that is a mount point is
 * refused by unlinkat(2) itself (EBUSY).
 *
 * A tree may be deeper than there are descriptors or stack: at DEPTH_MAX levels a directory that is not empty is
 * moved up into the tree's own top directory and is removed from there.
 *
 * Removed later: the names are free at once, for each tree is renamed to ".removed.NAME" beside it, and a child of ours,
 * for which nobody waits, removes it from there: even a small one may wait for the disk's journal, many times as long as
 * the fork takes. If that child is killed, the name tells what it is, and removing it is all that is left to do. The child
 * first lets those who hold a lock on a tree's top directory finish, for a while: they read a log that has several files
 * (tools/logwrite/reader.c).
 */
#include "tree.h"
#include "common/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH_MAX 48
#define LIST_SIZE 16384

#define ASIDE ".removed."
#define READERS_LIMIT 60 /* seconds */

/* getdents64(2) has no header of the kernel's own. */
struct dirent64_raw {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

struct removal {
	int top;             /* the tree's top directory */
	unsigned long moved; /* serial number of directories moved up into it */
	struct err *e;
};

static int open_below(int dirfd, const char *name, uint64_t flags)
{
	struct open_how how = {
	    .flags = flags | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW,
	    .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_BENEATH,
	};

	return (int)syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
}

/* The error with the path as the kernel knows it, which is where a person has to look. */
static int fail(struct err *e, int code, int dirfd, const char *name)
{
	char link[40], dir[512];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dirfd);
	n = readlink(link, dir, sizeof(dir) - 1);
	dir[n > 0 ? n : 0] = '\0';
	if (code == EXDEV || code == EBUSY) {
		err_set(e, 0, "remove '%s/%.200s': it is a mount point", dir, name);
		return err_hint(e, "unmount it first");
	}
	err_set(e, code, "remove '%s/%.200s'", dir, name);
	return code == ENOSYS ? err_hint(e, "openat2 is needed, which Linux has from 5.6 on") : -1;
}

/* A directory to read. Without permission, as its owner, the mode is made right first. */
static int open_dir(int parent, const char *name)
{
	int fd = open_below(parent, name, O_RDONLY);
	AUTO_FD path = -1;
	char link[40];

	if (fd >= 0 || errno != EACCES)
		return fd;
	path = open_below(parent, name, O_PATH);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", path);
	if (path < 0 || chmod(link, 0700) < 0)
		return -1;
	return open_below(parent, name, O_RDONLY);
}

/* unlinkat(2); a directory that forbids it is ours to change. What is gone already is no error. */
static int unlink_in(int dirfd, const char *name, int flags)
{
	int r = unlinkat(dirfd, name, flags);

	if (r < 0 && errno == EACCES && fchmod(dirfd, 0700) == 0)
		r = unlinkat(dirfd, name, flags);
	return r < 0 && errno == ENOENT ? 0 : r;
}

/* Moves a directory from deep below up into the top directory. */
static int move_up(struct removal *r, int dirfd, const char *name)
{
	char fresh[48];

	do {
		snprintf(fresh, sizeof(fresh), ".removing.%ld.%lu", (long)getpid(), r->moved++);
		if (syscall(SYS_renameat2, dirfd, name, r->top, fresh, 1U /* RENAME_NOREPLACE */) == 0)
			return 0;
	} while (errno == EEXIST);
	return err_set(r->e, errno, "move '%.200s' up to remove it", name);
}

static int empty_dir(struct removal *r, int fd, unsigned int depth);

/* A directory that is not empty. */
static int remove_full(struct removal *r, int parent, const char *name, unsigned int depth)
{
	AUTO_FD fd = -1;

	if (depth == DEPTH_MAX)
		return move_up(r, parent, name);
	fd = open_dir(parent, name);
	if (fd < 0)
		return errno == ENOENT ? 0 : fail(r->e, errno, parent, name);
	if (empty_dir(r, fd, depth + 1) < 0)
		return -1;
	return unlink_in(parent, name, AT_REMOVEDIR) < 0 ? fail(r->e, errno, parent, name) : 0;
}

static int remove_entry(struct removal *r, int dirfd, const struct dirent64_raw *d, unsigned int depth)
{
	if (d->type != DT_DIR) {
		if (unlink_in(dirfd, d->name, 0) == 0)
			return 0;
		if (errno != EISDIR) /* a file system that tells no types */
			return fail(r->e, errno, dirfd, d->name);
	}
	if (unlink_in(dirfd, d->name, AT_REMOVEDIR) == 0)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return fail(r->e, errno, dirfd, d->name);
	return remove_full(r, dirfd, d->name, depth);
}

/* Removes what getdents64(2) has listed in buf. *ret_any is set when there was anything. */
static int remove_listed(struct removal *r, int fd, char *buf, long n, unsigned int depth, bool *ret_any)
{
	for (long at = 0; at < n;) {
		const struct dirent64_raw *d = (const void *)(buf + at);

		at += d->reclen;
		if (strcmp(d->name, ".") == 0 || strcmp(d->name, "..") == 0)
			continue;
		*ret_any = true;
		if (remove_entry(r, fd, d, depth) < 0)
			return -1;
	}
	return 0;
}

/* Reads the directory over and over until nothing is listed: file systems differ in what they list while entries go,
 * and the top directory gets new ones. */
static int empty_dir(struct removal *r, int fd, unsigned int depth)
{
	char buf[LIST_SIZE] __attribute__((aligned(8)));
	bool any;

	do {
		long n;

		any = false;
		if (lseek(fd, 0, SEEK_SET) < 0)
			return fail(r->e, errno, fd, ".");
		while ((n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
			if (remove_listed(r, fd, buf, n, depth, &any) < 0)
				return -1;
		if (n < 0 && errno != ENOENT)
			return fail(r->e, errno, fd, ".");
	} while (any);
	return 0;
}

/* Splits DIR into its parent, opened, and its last component. */
static int open_parent(const char *dir, char name[NAME_MAX + 1], int *ret, struct err *e)
{
	char path[PATH_MAX];
	size_t n = strlen(dir);
	const char *base;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (n >= sizeof(path))
		return err_set(e, ENAMETOOLONG, "remove '%s'", dir);
	memcpy(path, dir, n);
	path[n] = '\0';
	base = strrchr(path, '/');
	base = base ? base + 1 : path;
	if (!*base || strcmp(base, ".") == 0 || strcmp(base, "..") == 0)
		return err_set(e, 0, "remove '%s': a directory with a name is needed", dir);
	if (snprintf(name, NAME_MAX + 1, "%s", base) > NAME_MAX)
		return err_set(e, ENAMETOOLONG, "remove '%s'", dir);
	path[base - path] = '\0';
	*ret = open(*path ? path : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? err_set(e, errno, "open '%s'", *path ? path : ".") : 0;
}

int tree_remove(const char *dir, struct err *e)
{
	struct removal r = {.top = -1, .e = e};
	char name[NAME_MAX + 1];
	struct stat st;
	AUTO_FD parent = -1;
	AUTO_FD top = -1;

	if (open_parent(dir, name, &parent, e) < 0)
		return e->code == ENOENT ? 0 : -1;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
		return unlink_in(parent, name, 0) < 0 ? fail(e, errno, parent, name) : 0;
	top = open_dir(parent, name);
	if (top < 0)
		return errno == ENOENT ? 0 : fail(e, errno, parent, name);
	r.top = top;
	if (empty_dir(&r, top, 0) < 0)
		return -1;
	return unlink_in(parent, name, AT_REMOVEDIR) < 0 ? fail(e, errno, parent, name) : 0;
}

char *tree_set_aside(const char *dir)
{
	const char *slash = strrchr(dir, '/');
	int head = slash ? (int)(slash - dir) + 1 : 0;
	char *aside = NULL;
	struct stat st;

	if (!dir[head] || lstat(dir, &st) < 0 || !S_ISDIR(st.st_mode) ||
	    asprintf(&aside, "%.*s" ASIDE "%s", head, dir, dir + head) < 0)
		return NULL;
	if (rename(dir, aside) == 0)
		return aside;
	free(aside);
	return NULL;
}

/* For the alarm that ends a wait: nothing has to be done. */
static void wake(int sig)
{
	(void)sig;
}

/* Waits until nobody holds a lock on the directory, or the time is up. */
static void await_readers(const char *dir)
{
	struct sigaction on = {.sa_handler = wake};
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	sigaction(SIGALRM, &on, NULL);
	alarm(READERS_LIMIT);
	flock(fd, LOCK_EX);
	alarm(0);
}

void tree_remove_later(char **aside, size_t n)
{
	pid_t pid = n ? fork() : -1;
	struct err e;

	if (pid == 0) {
		fd_close_from(0, NULL, 0);
		setsid();
	}
	/* Without a child the work is done here. */
	for (size_t i = 0; i < n && pid <= 0; i++) {
		if (pid == 0)
			await_readers(aside[i]);
		tree_remove(aside[i], &e);
	}
	if (pid == 0)
		_exit(0);
	while (n)
		free(aside[--n]);
}
