/*
 * whiteout.c - see whiteout.h
 *
 * overlay's marks: a character device 0/0 for a name, the attribute trusted.overlay.opaque for a directory
 * (Documentation/filesystems/overlayfs.rst).
 */
#include "whiteout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#define MARK ".wh."
#define FOREIGN MARK MARK

enum whiteout whiteout_of(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	if (slash && !strncmp(path, FOREIGN, strlen(FOREIGN)))
		return WHITEOUT_FOREIGN;
	if (strncmp(base, MARK, strlen(MARK)) != 0)
		return WHITEOUT_NONE;
	if (!strncmp(base, FOREIGN, strlen(FOREIGN)))
		return strcmp(base, FOREIGN ".opq") ? WHITEOUT_FOREIGN : WHITEOUT_OPAQUE;
	base += strlen(MARK);
	if (!strcmp(base, "") || !strcmp(base, ".") || !strcmp(base, ".."))
		return WHITEOUT_BAD;
	*ret_name = base;
	return WHITEOUT_FILE;
}

/* Room for one more. -1 with errno. */
static int grow(struct whiteouts *w)
{
	size_t room = w->room ? w->room * 2 : 64;
	struct whiteout_mark *marks;

	if (w->n < w->room)
		return 0;
	marks = reallocarray(w->marks, room, sizeof(*marks));
	if (!marks)
		return -1;
	w->marks = marks;
	w->room = room;
	return 0;
}

int whiteouts_add(struct whiteouts *w, enum whiteout kind, const char *path, const char *name, struct err *e)
{
	const char *slash = strrchr(path, '/');
	size_t dir = slash ? (size_t)(slash - path) : 0;
	char *copy = NULL;

	if (grow(w) < 0)
		return err_set(e, ENOMEM, "unpack '%s'", path);
	if (kind == WHITEOUT_OPAQUE)
		copy = slash ? strndup(path, dir) : strdup(".");
	else if (asprintf(&copy, "%.*s%s%s", (int)dir, path, slash ? "/" : "", name) < 0)
		copy = NULL;
	if (!copy)
		return err_set(e, ENOMEM, "unpack '%s'", path);
	w->marks[w->n++] = (struct whiteout_mark){.path = copy, .opaque = kind == WHITEOUT_OPAQUE};
	return 0;
}

/* Makes the directories above the last component of a path. A layer may hide things in a directory that it does not
 * name itself. */
static void make_parents(char *path)
{
	for (char *c = strchr(path, '/'); c; c = strchr(c + 1, '/')) {
		*c = '\0';
		mkdir(path, 0755);
		*c = '/';
	}
}

/* Hides everything below this layer in a directory. */
static int hide_below(const char *dir)
{
	mkdir(dir, 0755);
	return lsetxattr(dir, "trusted.overlay.opaque", "y", 1, 0);
}

/* Hides one name below this layer. */
static int hide_name(const char *path)
{
	struct stat st;

	if (mknod(path, S_IFCHR, makedev(0, 0)) == 0)
		return 0;
	if (errno != EEXIST || lstat(path, &st) < 0)
		return -1;
	return S_ISDIR(st.st_mode) ? hide_below(path) : 0;
}

int whiteouts_make(struct whiteouts *w, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->n; i++) {
		const struct whiteout_mark *m = &w->marks[i];

		make_parents(m->path);
		if ((m->opaque ? hide_below(m->path) : hide_name(m->path)) < 0)
			r = err_set(e, errno, "unpack the whiteout of '%s'", m->path);
	}
	return r;
}

void whiteouts_free(struct whiteouts *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->marks[i].path);
	free(w->marks);
}
