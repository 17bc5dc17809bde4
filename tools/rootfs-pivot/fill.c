/*
 * fill.c - see fill.h
 *
 * Every entry is opened below the descriptor of its directory and never through a link: what the image has is data, and
 * nothing of it is followed. Nor is anything of the volume's: another container may have it, too, and put a link in the
 * place of what was made a moment ago. A name of a file that has several is kept in a table, so that the others become
 * hard links again.
 */
#include "fill.h"

#include "common/fd.h"
#include "common/inroot.h"
#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

/* Deeper trees are refused rather than run out of descriptors. */
#define DEPTH_MAX 256

/* A file with more names than one, by the first that was copied: a path below the volume. */
struct seen {
	dev_t dev;
	ino_t ino;
	char *path;
};

struct filling {
	int volume;
	const char *shown;
	struct seen *seen;
	size_t n_seen, room;
	char path[PATH_MAX]; /* of the entry at hand, below the volume */
	struct err *e;
};

/* Words a failure at the entry at hand. */
static int fail(struct filling *f, const char *what)
{
	return err_set(f->e, errno, "fill the volume of '%s': %s '%.300s'", f->shown, what, f->path);
}

/* Somebody has put something else in the place of the entry at hand. */
static int fail_exchanged(struct filling *f)
{
	return err_set(f->e, 0, "fill the volume of '%s': '%.300s' was exchanged", f->shown, f->path);
}

/* Copies the extended attributes that there are; what the volume's file system cannot keep is left out. */
static int copy_xattrs(int from, int to)
{
	char names[4096], value[4096];
	ssize_t n = flistxattr(from, names, sizeof(names));

	for (char *name = names; n > 0 && name < names + n; name += strlen(name) + 1) {
		ssize_t size = fgetxattr(from, name, value, sizeof(value));

		/* Overlay's own are about its layers, not about the file. */
		if (size < 0 || strstr(name, ".overlay."))
			continue;
		if (fsetxattr(to, name, value, (size_t)size, 0) < 0 && errno != EOPNOTSUPP && errno != EPERM)
			return -1;
	}
	return 0;
}

/* Owner before mode: a change of owner takes set-id bits away, and capabilities of the file with them. */
static int dress(int from, int to, const struct stat *st)
{
	struct timespec times[2] = {st->st_atim, st->st_mtim};

	if (fchown(to, st->st_uid, st->st_gid) < 0 || fchmod(to, st->st_mode & 07777) < 0)
		return -1;
	return copy_xattrs(from, to) < 0 ? -1 : futimens(to, times);
}

/* All bytes of a regular file. */
static int copy_bytes(int from, int to)
{
	ssize_t n;

	while ((n = sendfile(to, from, NULL, 1 << 30)) > 0)
		;
	return n < 0 ? -1 : 0;
}

/* A regular file. */
static int copy_file(struct filling *f, int from_dir, int to_dir, const char *name)
{
	AUTO_FD from = openat(from_dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	AUTO_FD to = -1;
	struct stat st;

	if (from < 0 || fstat(from, &st) < 0)
		return fail(f, "open");
	if (!S_ISREG(st.st_mode))
		return fail_exchanged(f);
	to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0 || copy_bytes(from, to) < 0 || dress(from, to, &st) < 0)
		return fail(f, "copy");
	return 0;
}

/* A symbolic link. */
static int copy_link(struct filling *f, int from_dir, int to_dir, const char *name, const struct stat *st)
{
	struct timespec times[2] = {st->st_atim, st->st_mtim};
	char text[PATH_MAX];
	ssize_t n = readlinkat(from_dir, name, text, sizeof(text) - 1);

	if (n < 0)
		return fail(f, "read the link");
	text[n] = '\0';
	if (symlinkat(text, to_dir, name) < 0 ||
	    fchownat(to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    utimensat(to_dir, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(f, "copy");
	return 0;
}

/* A FIFO, socket or device. chmod(2) follows links, hence by a descriptor of what is there. */
static int copy_special(struct filling *f, int from_dir, int to_dir, const char *name, const struct stat *st)
{
	struct timespec times[2] = {st->st_atim, st->st_mtim};
	char path[MOUNT_TARGET_MAX];
	struct stat made;
	AUTO_FD node = -1;

	if (S_ISLNK(st->st_mode))
		return copy_link(f, from_dir, to_dir, name, st);
	if (mknodat(to_dir, name, st->st_mode & S_IFMT, st->st_rdev) < 0)
		return fail(f, "copy");
	node = openat(to_dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (node < 0 || fstat(node, &made) < 0)
		return fail(f, "copy");
	if ((made.st_mode & S_IFMT) != (st->st_mode & S_IFMT))
		return fail_exchanged(f);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", node);
	if (fchownat(node, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) < 0 || chmod(path, st->st_mode & 07777) < 0 ||
	    utimensat(AT_FDCWD, path, times, 0) < 0)
		return fail(f, "copy");
	return 0;
}

/* Links the entry to its first copy. The way there is looked up inside the volume. */
static int link_first(struct filling *f, const char *first, int to_dir, const char *name)
{
	const char *slash = strrchr(first, '/');
	char parent[PATH_MAX];
	struct err cause = {0};
	AUTO_FD dir = -1;

	snprintf(parent, sizeof(parent), "/%.*s", slash ? (int)(slash - first) : 0, first);
	if (inroot_open(f->volume, parent, O_PATH | O_DIRECTORY, &dir, &cause) < 0)
		errno = cause.code;
	else if (linkat(dir, slash ? slash + 1 : first, to_dir, name, 0) == 0)
		return 1;
	return fail(f, "link");
}

/* Links the entry to its first copy, if there is one: 1; else remembers it: 0. */
static int link_seen(struct filling *f, int to_dir, const char *name, const struct stat *st)
{
	struct seen *more;

	for (size_t i = 0; i < f->n_seen; i++)
		if (f->seen[i].ino == st->st_ino && f->seen[i].dev == st->st_dev)
			return link_first(f, f->seen[i].path, to_dir, name);
	if (f->n_seen == f->room) {
		f->room = f->room ? 2 * f->room : 16;
		more = reallocarray(f->seen, f->room, sizeof(*more));
		if (!more)
			return fail(f, "copy");
		f->seen = more;
	}
	f->seen[f->n_seen] = (struct seen){st->st_dev, st->st_ino, strdup(f->path)};
	return f->seen[f->n_seen].path ? (int)(f->n_seen++, 0) : fail(f, "copy");
}

static int copy_dir(struct filling *f, int from, int to, unsigned int depth);

/* A directory below. */
static int copy_subdir(struct filling *f, int from_dir, int to_dir, const char *name, unsigned int depth)
{
	AUTO_FD from = openat(from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD to = -1;
	struct stat st;

	if (depth == DEPTH_MAX) {
		errno = ELOOP;
		return fail(f, "too deep:");
	}
	if (from < 0 || fstat(from, &st) < 0)
		return fail(f, "open");
	if (mkdirat(to_dir, name, 0700) < 0)
		return fail(f, "make");
	to = openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return fail(f, "open");
	if (copy_dir(f, from, to, depth + 1) < 0)
		return -1;
	return dress(from, to, &st) < 0 ? fail(f, "copy") : 0;
}

/* Whether something is mounted on the entry: that is no part of the image. */
static bool is_mount(int dir, const char *name)
{
	return is_mount_root(dir, name) == 1;
}

/* One entry of any kind. */
static int copy_entry(struct filling *f, int from, int to, const char *name, unsigned int depth)
{
	struct stat st;
	int linked = 0;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(f, "look at");
	if (is_mount(from, name))
		return 0;
	if (S_ISDIR(st.st_mode))
		return copy_subdir(f, from, to, name, depth);
	if (st.st_nlink > 1)
		linked = link_seen(f, to, name, &st);
	if (linked)
		return linked < 0 ? -1 : 0;
	return S_ISREG(st.st_mode) ? copy_file(f, from, to, name) : copy_special(f, from, to, name, &st);
}

/* All entries of a directory; f->path is the directory's own before and after. */
static int copy_dir(struct filling *f, int from, int to, unsigned int depth)
{
	DIR *d = fdopendir(dup(from));
	size_t used = strlen(f->path);
	struct dirent *entry;
	int r = 0;

	if (!d)
		return fail(f, "list");
	while (r == 0 && (errno = 0, entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (used + strlen(entry->d_name) + 2 > sizeof(f->path)) {
			errno = ENAMETOOLONG;
			r = fail(f, "copy what is in");
			break;
		}
		snprintf(f->path + used, sizeof(f->path) - used, "%s%s", used ? "/" : "", entry->d_name);
		r = copy_entry(f, from, to, entry->d_name, depth);
		if (r == 0)
			f->path[used] = '\0';
	}
	closedir(d);
	return r;
}

/* Whether a directory has no entry. */
static bool is_empty(int dir)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *entry;
	bool empty = true;

	if (!d)
		return false;
	while (empty && (entry = readdir(d)))
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	closedir(d);
	return empty;
}

int fill_volume(int from, int volume, const char *shown, struct err *e)
{
	struct filling f = {.shown = shown, .e = e};
	AUTO_FD source = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD to = openat(volume, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* The volume itself can be locked by a container that has it, for as long as it likes. */
	AUTO_FD above = openat(volume, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int r = 0;

	if (source < 0 || to < 0 || above < 0 || fstat(source, &st) < 0 || flock(above, LOCK_EX) < 0)
		return err_set(e, errno, "fill the volume of '%s'", shown);
	if (!is_empty(to))
		return 0;
	f.volume = to;
	r = copy_dir(&f, source, to, 0);
	if (r == 0 && dress(source, to, &st) < 0)
		r = fail(&f, "copy");
	for (size_t i = 0; i < f.n_seen; i++)
		free(f.seen[i].path);
	free(f.seen);
	return r;
}
