/*
 * inroot_walk.c - resolving a path inside a root without openat2(2): kernels before 5.6, and containers whose filter of
 * system calls is older than that call.
 *
 * Theory. The path is walked a component at a time, each opened below the one before by O_PATH | O_NOFOLLOW, so that
 * what was looked at is what is gone on from. A link's text takes the place of the link, and begins at the root when it
 * is absolute. The directories on the way stay open in a stack, and ".." goes back to the one before instead of asking
 * the kernel: a directory that somebody moves out of the root meanwhile leads nowhere else. Links of proc that are more
 * than their text (magic ones) are refused.
 */
#include "common/inroot_walk.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* As many links as the kernel follows in one path. */
#define LINKS_MAX 40

struct walk {
	int dir[WALK_DEPTH]; /* the way from below the root to here */
	int n;
	int root;
	int links;
	char rest[PATH_MAX]; /* what is still to be walked */
};

/* Where the walk has come to. */
static int here(const struct walk *w)
{
	return w->n ? w->dir[w->n - 1] : w->root;
}

/* Goes back to the directory before; the root is before itself. */
static void climb(struct walk *w)
{
	if (w->n)
		fd_close(&w->dir[--w->n]);
}

/* Goes back to the root. */
static void restart(struct walk *w)
{
	while (w->n)
		climb(w);
}

/* Whether a link is a magic one of proc: those lead to an absolute path, to something without one ("pipe:[7]"), or out of
 * reach ("(unreachable)/x"); the others there have names beside them. */
static bool is_magic(int link, const char *text)
{
	struct statfs fs;

	return fstatfs(link, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
	       (*text == '/' || *text == '(' || strchr(text, ':'));
}

/* Puts the text of a link in front of what follows it. */
static int follow(struct walk *w, int link, const char *after)
{
	char text[PATH_MAX], whole[PATH_MAX];
	ssize_t n = readlinkat(link, "", text, sizeof(text) - 1);
	int length;

	if (n < 0)
		return -1;
	text[n] = '\0';
	if (++w->links > LINKS_MAX || is_magic(link, text)) {
		errno = ELOOP;
		return -1;
	}
	if (!n) {
		errno = ENOENT;
		return -1;
	}
	length = snprintf(whole, sizeof(whole), "%s%s%s", text, *after ? "/" : "", after);
	if (length < 0 || (size_t)length >= sizeof(whole)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (*text == '/')
		restart(w);
	memcpy(w->rest, whole, (size_t)length + 1);
	return 0;
}

/* Opens the last component as the caller wants it; "." for where the walk has come to. It was no link a moment ago: one
 * that has come since is not followed, and not handed out either. */
static int finish(const struct walk *w, const char *name, int flags)
{
	AUTO_FD fd = openat(here(w), name, flags | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || (flags & O_NOFOLLOW) || !(flags & O_PATH))
		return fd_take(&fd);
	if (fstat(fd, &st) < 0)
		return -1;
	if (S_ISLNK(st.st_mode)) {
		errno = ELOOP;
		return -1;
	}
	return fd_take(&fd);
}

/* Steps to a directory, or follows a link that stands there. */
static int step(struct walk *w, const char *name, const char *after)
{
	AUTO_FD fd = openat(here(w), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (S_ISLNK(st.st_mode))
		return follow(w, fd, after);
	if (w->n == WALK_DEPTH) {
		errno = ELOOP;
		return -1;
	}
	w->dir[w->n++] = fd_take(&fd);
	memmove(w->rest, after, strlen(after) + 1);
	return 0;
}

/* Whether a name is a link that is to be followed although it is the last one. */
static bool is_link(const struct walk *w, const char *name, int flags)
{
	struct stat st;

	return !(flags & O_NOFOLLOW) && fstatat(here(w), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

/* Walks w->rest to its end. */
static int walk(struct walk *w, int flags)
{
	char name[NAME_MAX + 1];

	for (;;) {
		char *at = w->rest + strspn(w->rest, "/");
		size_t n = strcspn(at, "/");
		bool slash = at[n] == '/';
		const char *after = at + n + strspn(at + n, "/");

		if (!n)
			return finish(w, ".", flags);
		if (n >= sizeof(name)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, at, n);
		name[n] = '\0';
		if (!strcmp(name, ".") || !strcmp(name, "..")) {
			if (name[1])
				climb(w);
			memmove(w->rest, after, strlen(after) + 1);
		} else if (!*after && !slash && !is_link(w, name, flags)) {
			return finish(w, name, flags);
		} else if (step(w, name, slash && !*after ? "." : after) < 0) {
			return -1;
		}
	}
}

int inroot_walk(int rootfd, const char *path, int flags)
{
	struct walk w = {.root = rootfd};
	size_t n = strlen(path);
	int fd;

	if (!n || n >= sizeof(w.rest)) {
		errno = n ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memcpy(w.rest, path, n + 1);
	fd = walk(&w, flags);
	restart(&w);
	return fd;
}
