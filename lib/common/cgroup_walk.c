/*
 * cgroup_walk.c - walks over groups and processes. The tree changes meanwhile: what is gone is no error.
 */
#include "common/cgroup_walk.h"

#include "common/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cg_walk_join(const char *group, const char *name, char ret[PATH_MAX], struct err *e)
{
	bool root = !strcmp(group, ".");
	int n = snprintf(ret, PATH_MAX, "%s%s%s", root ? "" : group, root ? "" : "/", name);

	if (n < 0 || n >= PATH_MAX)
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", group);
	return 0;
}

int cg_walk_children(const struct cg_hierarchy *h, const char *group, cg_walk_name_fn fn, void *arg, struct err *e)
{
	char path[PATH_MAX];
	struct dirent *d;
	int r = 0;
	DIR *dir;

	if (cg_path(h, group, path, e) < 0)
		return -1;
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : err_set(e, errno, "read control group '%s'", path);
	while (r == 0 && (d = readdir(dir)))
		if (d->d_type == DT_DIR && strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			r = fn(d->d_name, arg, e);
	closedir(dir);
	return r;
}

/* What cg_walk hands through cg_walk_children. */
struct walk {
	const struct cg_hierarchy *h;
	const char *group;
	bool children_first;
	cg_walk_fn fn;
	void *arg;
};

static int walk_child(const char *name, void *arg, struct err *e)
{
	const struct walk *w = arg;
	char child[PATH_MAX];

	if (cg_walk_join(w->group, name, child, e) < 0)
		return -1;
	return cg_walk(w->h, child, w->children_first, w->fn, w->arg, e);
}

int cg_walk(const struct cg_hierarchy *h, const char *group, bool children_first, cg_walk_fn fn, void *arg,
            struct err *e)
{
	struct walk w = {.h = h, .group = group, .children_first = children_first, .fn = fn, .arg = arg};
	int r = children_first ? 0 : fn(h, group, arg, e);

	if (r == 0)
		r = cg_walk_children(h, group, walk_child, &w, e);
	if (r == 0 && children_first)
		r = fn(h, group, arg, e);
	return r;
}

/* What cg_walk_procs hands through cg_walk. */
struct procs {
	cg_walk_pid_fn fn;
	void *arg;
};

/* The processes of one group. v2 says EOPNOTSUPP for a threaded group, whose processes its domain lists. */
static int procs_of_group(const struct cg_hierarchy *h, const char *group, void *arg, struct err *e)
{
	const struct procs *procs = arg;
	char path[PATH_MAX], file[PATH_MAX], *c, *end;
	AUTO_FREE char *text = NULL;
	size_t n;
	int r = 0;

	if (cg_walk_join(group, "cgroup.procs", file, e) < 0 || cg_path(h, file, path, e) < 0)
		return -1;
	if (file_read(AT_FDCWD, path, 64 << 20, &text, &n, e) < 0)
		return e->code == ENOENT || e->code == ENODEV || e->code == EOPNOTSUPP ? 0 : -1;
	for (c = text; r == 0 && *c; c = *end ? end + 1 : end) {
		long pid = strtol(c, &end, 10);

		if (end == c)
			break;
		if (pid > 0)
			r = procs->fn((pid_t)pid, procs->arg, e);
	}
	return r;
}

int cg_walk_procs(const struct cg_hierarchy *h, const char *group, bool recursive, cg_walk_pid_fn fn, void *arg,
                  struct err *e)
{
	struct procs procs = {.fn = fn, .arg = arg};

	if (recursive)
		return cg_walk(h, group, false, procs_of_group, &procs, e);
	return procs_of_group(h, group, &procs, e);
}

/* Ends a walk at the first process. */
static int stop_at_first(pid_t pid, void *arg, struct err *e)
{
	(void)e;
	*(pid_t *)arg = pid;
	return 1;
}

int cg_walk_first(const struct cg_hierarchy *h, const char *group, bool recursive, pid_t *ret, struct err *e)
{
	return cg_walk_procs(h, group, recursive, stop_at_first, ret, e);
}
