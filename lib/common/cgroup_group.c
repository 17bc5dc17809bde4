/*
 * cgroup_group.c - one group: its files, where it exists, who is in it.
 */
#include "common/cgroup_group.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Opens a file of the group's. -1 with errno. */
static int open_file(const struct cg_hierarchy *h, const char *group, const char *file, int flags)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s/%s", h->mount, group, file);

	if (n < 0 || n >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, flags | O_CLOEXEC);
}

ssize_t cg_read(const struct cg_hierarchy *h, const char *group, const char *file, char *buf, size_t size)
{
	AUTO_FD fd = open_file(h, group, file, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	if (n < 0)
		return -1;
	buf[n] = '\0';
	if (n > 0 && buf[n - 1] == '\n')
		buf[--n] = '\0';
	return n;
}

int cg_write(const struct cg_hierarchy *h, const char *group, const char *file, const char *value, struct err *e)
{
	AUTO_FD fd = open_file(h, group, file, O_WRONLY);

	if (fd < 0)
		return err_set(e, errno, "open '%s/%s/%s'", h->mount, group, file);
	if (write(fd, value, strlen(value)) < 0)
		return err_set(e, errno, "write '%.100s' to '%s/%s/%s'", value, h->mount, group, file);
	return 0;
}

const struct cg_hierarchy *cg_home(const struct cg_map *m, const char *group)
{
	const struct cg_hierarchy *h = cg_tracker(m);
	size_t i;

	if (cg_exists(h, group))
		return h;
	for (i = 0; i < m->n; i++)
		if (cg_exists(&m->h[i], group))
			return &m->h[i];
	return NULL;
}

const struct cg_hierarchy *cg_freezer_of(const struct cg_map *m, const char *group)
{
	const struct cg_hierarchy *h = cg_find(m, "freezer");

	return h && !h->v2 && cg_exists(h, group) ? h : NULL;
}

const struct cg_hierarchy *cg_v2_of(const struct cg_map *m, const char *group)
{
	const struct cg_hierarchy *h = cg_v2(m);

	return h && cg_exists(h, group) ? h : NULL;
}

/* Whether a path of /proc/PID/cgroup is the group or below it. */
static bool path_is_below(const char *path, const char *group)
{
	size_t n = strlen(group);

	return path[0] == '/' && !strncmp(path + 1, group, n) && (path[n + 1] == '\0' || path[n + 1] == '/');
}

bool cg_is_member(const char *proc, const char *group)
{
	char name[64], *line, *save = NULL;
	AUTO_FREE char *text = NULL;
	struct cg_membership ms;
	struct err e;
	size_t n;

	snprintf(name, sizeof(name), "/proc/%s/cgroup", proc);
	if (file_read(AT_FDCWD, name, 1 << 20, &text, &n, &e) < 0)
		return false;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (cg_parse_membership(line, &ms) == 0 && path_is_below(ms.path, group))
			return true;
	return false;
}

int cg_check_target(const struct cg_map *m, const char *group, const char *what, bool not_own, struct err *e)
{
	if (!strcmp(group, "."))
		return err_set(e, 0, "%s the root group: that is never done", what);
	if (!cg_home(m, group))
		return err_set(e, ENOENT, "%s control group '%s'", what, group);
	if (not_own && cg_is_member("self", group))
		return err_set(e, 0, "%s control group '%s': this very process is in it", what, group);
	return 0;
}
