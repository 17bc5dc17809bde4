/*
 * cgroup_join.c - how the calling process gets into a group, and which one a process is in.
 *
 * For the way in see cg_join in cgroup.h and docs/kernel-facts/cgroup-cold-join.c.
 */
#include "common/cgroup.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Words a refused migration: what the kernel says with these codes is far from what is wrong. */
static int join_error(int code, const char *path, struct err *e)
{
	err_set(e, code, "join control group: write 0 to '%s'", path);
	switch (code) {
	case ENOSPC:
		return err_hint(e, "a v1 cpuset group takes no process before cpuset.cpus and cpuset.mems are set");
	case EBUSY:
		return err_hint(e, "a v2 group that distributes controllers (cgroup.subtree_control) takes no process");
	case EOPNOTSUPP:
		return err_hint(e, "the v2 group's cgroup.type is not 'domain'");
	case EACCES:
	case EPERM:
		return err_hint(e, "the process may not leave its group: be root, or work below a delegated group");
	}
	return -1;
}

/* Moves the caller into the group of one hierarchy. 1 when it is done, 0 when the group is not there, -1 on failure. */
static int join_one(const struct cg_hierarchy *h, const char *group, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD fd = -1;

	if (cg_file(h, group, h->v2 ? "cgroup.procs" : "tasks", path, e) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(e, errno, "open '%s'", path);
	if (write(fd, "0", 1) < 0)
		return join_error(errno, path, e);
	return 1;
}

int cg_join(const struct cg_map *m, const char *group, bool v2_too, struct err *e)
{
	size_t i, seen = 0;

	for (i = 0; i < m->n; i++) {
		int r;

		if (m->h[i].v2 && !v2_too) {
			seen += cg_exists(&m->h[i], group);
			continue;
		}
		r = join_one(&m->h[i], group, e);
		if (r < 0)
			return -1;
		seen += (size_t)r;
	}
	if (seen == 0)
		return err_set(e, ENOENT, "join control group '%s'", group);
	return 0;
}

int cg_parse_membership(char *line, struct cg_membership *ret)
{
	char *c = strchr(line, ':'), *path;

	if (!c || c == line || strspn(line, "0123456789") != (size_t)(c - line)) {
		errno = EINVAL;
		return -1;
	}
	path = strstr(c + 1, ":/");
	if (!path) {
		errno = EINVAL;
		return -1;
	}
	*path = '\0';
	ret->controllers = c + 1;
	ret->path = path + 1;
	return 0;
}

/* The hierarchy that a membership line is about, or NULL when it is not mounted. */
static const struct cg_hierarchy *membership_hierarchy(const struct cg_map *m, const struct cg_membership *ms)
{
	size_t i;

	if (!ms->controllers[0])
		return cg_v2(m);
	for (i = 0; i < m->n; i++)
		if (!m->h[i].v2 && !strcmp(m->h[i].controllers, ms->controllers))
			return &m->h[i];
	return NULL;
}

/* The path of a group below the mount point: what is mounted may be a group itself. NULL when it lies outside. */
static const char *below_mount(const struct cg_hierarchy *h, const char *path)
{
	size_t n = strcmp(h->root, "/") != 0 ? strlen(h->root) : 0;

	if (strstr(path, "/..") || strncmp(path, h->root, n) != 0 || (path[n] != '/' && path[n] != '\0'))
		return NULL;
	return path[n] == '/' ? path + n + 1 : path + n;
}

/* Joins the group of one membership line; hierarchies that are not mounted are left out. */
static int join_membership(const struct cg_map *m, const struct cg_membership *ms, bool v2_too, struct err *e)
{
	const struct cg_hierarchy *h = membership_hierarchy(m, ms);
	const char *group;
	int r;

	if (!h || (h->v2 && !v2_too))
		return 0;
	group = below_mount(h, ms->path);
	if (!group)
		return err_set(e, 0, "join control group '%s': it is not below '%s'", ms->path, h->mount);
	r = join_one(h, group[0] ? group : ".", e);
	if (r == 0)
		return err_set(e, ENOENT, "join control group '%s' in '%s'", ms->path, h->mount);
	return r < 0 ? -1 : 0;
}

int cg_group_of(const struct cg_map *m, const struct cg_hierarchy *h, pid_t pid, char ret[PATH_MAX], struct err *e)
{
	char name[64], *save = NULL, *line;
	AUTO_FREE char *text = NULL;
	struct cg_membership ms;
	const char *group = NULL;
	size_t n;

	snprintf(name, sizeof(name), "/proc/%d/cgroup", (int)pid);
	if (file_read(AT_FDCWD, name, 1 << 20, &text, &n, e) < 0)
		return -1;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (cg_parse_membership(line, &ms) == 0 && membership_hierarchy(m, &ms) == h)
			group = below_mount(h, ms.path);
	if (!group) {
		err_set(e, ENOENT, "look for the control group of process %d below '%s'", (int)pid, h->mount);
		return err_hint(e, "the hierarchy may be mounted from outside of this control group namespace");
	}
	if (snprintf(ret, PATH_MAX, "%s", group[0] ? group : ".") >= PATH_MAX)
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", group);
	return 0;
}

int cg_join_like(const struct cg_map *m, pid_t pid, bool v2_too, struct err *e)
{
	char name[64], *save = NULL, *line;
	AUTO_FREE char *text = NULL;
	struct cg_membership ms;
	size_t n;

	snprintf(name, sizeof(name), "/proc/%d/cgroup", (int)pid);
	if (file_read(AT_FDCWD, name, 1 << 20, &text, &n, e) < 0)
		return -1;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (cg_parse_membership(line, &ms) < 0)
			return err_set(e, errno, "read '%s': '%s'", name, line);
		if (join_membership(m, &ms, v2_too, e) < 0)
			return -1;
	}
	return 0;
}
