/*
 * diff.c - ctstate diff: what a container has changed, from the upper directory of its overlay and the layers below.
 *
 * Nothing is mounted and nothing is followed: every directory is opened below its parent's descriptor with O_NOFOLLOW. The
 * same way down is gone in the layers, as far as each has it; a whiteout (a character device 0/0), what is no directory, or an
 * opaque directory ends the way for the layers below it (Documentation/filesystems/overlayfs.rst).
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LAYERS_MAX 512
#define DEPTH_MAX 512

static const struct opt_spec spec = {
    .tool = "ctstate diff",
    .synopsis = "UPPER [LOWER]...",
    .about = "Print what the directory UPPER of an overlay adds to, changes in and deletes from the layers below, "
             "topmost first.",
    .usage_status = EXIT_USAGE,
};

/* A directory in the layers that have it, topmost first. */
struct layers {
	size_t n;
	int fd[LAYERS_MAX];
};

struct diff {
	struct buf out;
	struct arena a;
};

static bool is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == 0;
}

static bool is_opaque(int fd)
{
	char v;

	return fgetxattr(fd, "trusted.overlay.opaque", &v, 1) == 1 && v == 'y';
}

/* What the layers show under a name: true with *ret when it is there. */
static bool look_below(const struct layers *l, const char *name, struct stat *ret)
{
	for (size_t i = 0; i < l->n; i++)
		if (fstatat(l->fd[i], name, ret, AT_SYMLINK_NOFOLLOW) == 0)
			return !is_whiteout(ret);
	return false;
}

static void close_layers(struct layers *l)
{
	while (l->n)
		close(l->fd[--l->n]);
}

/* The same directory one step further down. */
static void descend(const struct layers *l, const char *name, struct layers *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct stat st;
		int fd;

		if (fstatat(l->fd[i], name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (!S_ISDIR(st.st_mode))
			return;
		fd = openat(l->fd[i], name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return;
		ret->fd[ret->n++] = fd;
		if (is_opaque(fd))
			return;
	}
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void print(struct diff *d, char kind, const char *path)
{
	buf_putc(&d->out, kind);
	buf_putc(&d->out, ' ');
	buf_puts(&d->out, path);
	buf_putc(&d->out, '\n');
}

/* What was made only to mount something over it is no change of the container's: docker keeps it in a layer of its own. */
static bool is_mount_point(const char *path, const struct stat *st)
{
	static const char *const files[] = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"};
	static const char *const dirs[] = {"/dev", "/proc", "/sys"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(path, files[i]) == 0)
			return S_ISREG(st->st_mode) && st->st_size == 0;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (strcmp(path, dirs[i]) == 0)
			return S_ISDIR(st->st_mode);
	return false;
}

static bool same_attributes(const struct stat *a, const struct stat *b)
{
	return a->st_mode == b->st_mode && a->st_uid == b->st_uid && a->st_gid == b->st_gid;
}

static bool walk(struct diff *d, int upper, const struct layers *l, const char *path, unsigned int depth);

/* A directory of the upper one: its own line, which may turn out not to be needed, then what is in it. */
static bool take_dir(struct diff *d, int upper, const struct layers *l, const char *name, const char *path,
                     const struct stat *st, unsigned int depth)
{
	struct layers *next = calloc(1, sizeof(*next));
	AUTO_FD fd = openat(upper, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	size_t before = d->out.n;
	bool was, any;
	struct stat old;

	if (!next || fd < 0 || depth == DEPTH_MAX)
		die(EXIT_FAILED, "open '%s': %s", path, depth == DEPTH_MAX ? "too deep" : strerror(errno));
	was = look_below(l, name, &old);
	print(d, was ? 'C' : 'A', path);
	if (!is_opaque(fd))
		descend(l, name, next);
	any = walk(d, fd, next, path, depth + 1);
	if (!any && ((was && S_ISDIR(old.st_mode) && same_attributes(st, &old) && !is_opaque(fd)) ||
	             (!was && is_mount_point(path, st))))
		d->out.n = before;
	close_layers(next);
	free(next);
	return d->out.n > before;
}

/* One name of the upper directory. True when it makes a line. */
static bool take(struct diff *d, int upper, const struct layers *l, const char *name, const char *path,
                 unsigned int depth)
{
	struct stat st, old;

	if (fstatat(upper, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (S_ISDIR(st.st_mode))
		return take_dir(d, upper, l, name, path, &st, depth);
	if (is_whiteout(&st))
		print(d, 'D', path);
	else if (look_below(l, name, &old))
		print(d, 'C', path);
	else if (is_mount_point(path, &st))
		return false;
	else
		print(d, 'A', path);
	return true;
}

/* Everything in a directory, by name. True when there was a line. */
static bool walk(struct diff *d, int upper, const struct layers *l, const char *path, unsigned int depth)
{
	struct dirent **list = NULL;
	bool any = false;
	char self[40];
	int n;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", upper);
	n = scandir(self, &list, NULL, by_name);
	if (n < 0)
		die(EXIT_FAILED, "list '%s': %s", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			any |= take(d, upper, l, name, arena_printf(&d->a, "%s/%s", path, name), depth);
		free(list[i]);
	}
	free(list);
	return any;
}

static int open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		die(EXIT_FAILED, "open '%s': %s", path, strerror(errno));
	return fd;
}

int cmd_diff(int argc, char **argv)
{
	struct layers *l = calloc(1, sizeof(*l));
	struct diff d = {0};
	struct opt_parser p;
	AUTO_FD upper = -1;

	opt_begin(&p, &spec, argc, argv);
	while (opt_next(&p) >= 0)
		;
	if (argc == p.index || argc - p.index > LAYERS_MAX || !l)
		opt_usage(&spec, "the upper directory is needed, and at most %d layers", LAYERS_MAX - 1);
	upper = open_dir(argv[p.index]);
	for (int i = p.index + 1; i < argc; i++)
		l->fd[l->n++] = open_dir(argv[i]);
	walk(&d, upper, l, "", 0);
	output(&d.out);
	close_layers(l);
	free(l);
	buf_free(&d.out);
	arena_free(&d.a);
	return 0;
}
