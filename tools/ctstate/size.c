/*
 * size.c - see size.h
 *
 * A tree is walked by descriptors and without following a link; a file of several names counts once. Of an image the fact
 * size is taken where there is one.
 */
#include "size.h"
#include "common/fd.h"
#include "common/num.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX_SIZE 512

/* Files with several names that have been counted. */
struct seen {
	struct arena *a;
	struct {
		dev_t dev;
		ino_t ino;
	} * file;
	size_t n, room;
};

static bool counted(struct seen *s, const struct stat *st)
{
	if (st->st_nlink < 2)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->file[i].ino == st->st_ino && s->file[i].dev == st->st_dev)
			return true;
	s->file = arena_grow(s->a, s->file, s->n, &s->room, sizeof(*s->file));
	s->file[s->n].dev = st->st_dev;
	s->file[s->n++].ino = st->st_ino;
	return false;
}

/* The files below a directory, whose descriptor is closed. */
static int64_t tree_size(struct seen *s, int fd, unsigned int depth)
{
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *ent;
	struct stat st;
	int64_t sum = 0;

	if (!dir) {
		fd_close(&fd);
		return 0;
	}
	while ((ent = readdir(dir))) {
		if (strcmp(ent->d_name, ".") == 0 || strcmp(ent->d_name, "..") == 0 ||
		    fstatat(fd, ent->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX_SIZE)
			sum += tree_size(s, openat(fd, ent->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			                 depth + 1);
		else if ((S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)) && !counted(s, &st))
			sum += st.st_size;
	}
	closedir(dir);
	return sum;
}

int64_t tree_bytes(struct arena *a, int dirfd, const char *path)
{
	struct seen s = {.a = a};

	return tree_size(&s, openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0);
}

/* The layers that the image in DIR names, a line each. */
static int64_t layers_size(struct arena *a, const struct fact *layers, const char *dir)
{
	char *save = NULL, *text = arena_copy(a, layers->p, layers->n);
	int64_t sum = 0;

	for (char *p = strtok_r(text, "\n", &save); p; p = strtok_r(NULL, "\n", &save))
		sum += tree_bytes(a, AT_FDCWD, *p == '/' ? p : arena_printf(a, "%s/%s", dir, p));
	return sum;
}

int64_t image_size(struct arena *a, const struct state_dirs *d, const char *name)
{
	const char *dir = arena_printf(a, "%s/images/%s", d->root_path, name);
	struct fact size, layers;
	int64_t n;

	if (!*name || strchr(name, '/'))
		return -1;
	size = fact_line(a, AT_FDCWD, dir, "size");
	if (size.p && num_i64(size.p, 0, INT64_MAX / 2, &n) == 0)
		return n;
	layers = fact_list(a, AT_FDCWD, dir, "layers");
	return layers.p ? layers_size(a, &layers, dir) : -1;
}

int64_t size_of(struct arena *a, const struct state_dirs *d, const struct ct *c, int64_t *ret_image)
{
	struct fact id = fact_line(a, d->containers, c->id, "image-id");
	const char *digest = id.p && strncmp(id.p, "sha256:", 7) == 0 ? id.p + 7 : "";

	*ret_image = image_size(a, d, digest);
	if (*ret_image < 0)
		*ret_image = image_size(a, d, arena_copy(a, c->image, strcspn(c->image, ":@")));
	if (*ret_image < 0)
		*ret_image = 0;
	return tree_bytes(a, d->containers, arena_printf(a, "%s/upper", c->id));
}

const char *size_human(int64_t bytes, char buf[SIZE_TEXT])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)bytes;
	size_t i = 0;

	for (; v >= 1000 && i < sizeof(units) / sizeof(units[0]) - 1; i++)
		v /= 1000;
	snprintf(buf, SIZE_TEXT, "%.3g%s", v, units[i]);
	return buf;
}
