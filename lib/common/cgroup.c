/*
 * cgroup.c - where the control groups are, and how the calling process gets into one.
 *
 * Which hierarchy has which controller is asked of /proc/self/mountinfo alone: the super block options of a v1 mount
 * are its controllers ("rw,cpu,cpuacct", "rw,name=systemd"), and what v2 has stands in its root's cgroup.controllers.
 * /proc/cgroups would also name controllers that are mounted nowhere, and is empty of news for v2.
 *
 * Joining: see cg_join in cgroup.h and docs/kernel-facts/cgroup-cold-join.c.
 */
#include "common/cgroup.h"

#include "common/fd.h"
#include "common/mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOUNTINFO_MAX (16 << 20)

/* Super block options of a v1 mount that are no controllers (cgroup1_show_options in kernel/cgroup/cgroup-v1.c). */
static const char *const v1_flags[] = {
    "rw", "ro", "noprefix", "xattr", "clone_children", "seclabel", "cpuset_v2_mode", "favordynmods", "none"};

/* Whether one super block option of v1 names a controller or the hierarchy itself. */
static bool is_controller(const char *option)
{
	size_t i;

	if (!strncmp(option, "release_agent=", 14) || strchr(option, '\\'))
		return false;
	for (i = 0; i < sizeof(v1_flags) / sizeof(v1_flags[0]); i++)
		if (!strcmp(option, v1_flags[i]))
			return false;
	return true;
}

/* Appends "name" to a comma-separated list; false when it does not fit. */
static bool list_add(char *list, size_t size, const char *name)
{
	size_t n = strlen(list);
	int r = snprintf(list + n, size - n, "%s%s", n ? "," : "", name);

	return r >= 0 && (size_t)r < size - n;
}

bool cg_list_has(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list) {
		size_t len = strcspn(list, ",");

		if (len == n && !memcmp(list, name, n))
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}

/* Whether the comma-separated mount options have "ro". */
static bool is_read_only(const struct mountinfo *mi)
{
	return cg_list_has(mi->options, "ro") || cg_list_has(mi->super, "ro");
}

/* The controllers of a v1 mount out of its super block options; false when they do not fit. */
static bool v1_controllers(const char *super, char *list, size_t size)
{
	char options[512], *save = NULL, *o;

	list[0] = '\0';
	if (snprintf(options, sizeof(options), "%s", super) >= (int)sizeof(options))
		return false;
	for (o = strtok_r(options, ",", &save); o; o = strtok_r(NULL, ",", &save))
		if (is_controller(o) && !list_add(list, size, o))
			return false;
	return true;
}

/* The place of a hierarchy that is in the map already (same version, same controllers), or the map's end. */
static size_t place_of(const struct cg_map *m, const struct cg_hierarchy *h)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->h[i].v2 == h->v2 && (h->v2 || !strcmp(m->h[i].controllers, h->controllers)))
			break;
	return i;
}

/* Takes one mount into the map. Of two mounts of a hierarchy the first counts, but a whole one before a bind mount of
 * a group. */
static void add_mount(struct cg_map *m, const struct mountinfo *mi)
{
	struct cg_hierarchy h = {.v2 = !strcmp(mi->type, "cgroup2"), .writable = !is_read_only(mi)};
	size_t at;

	if (mi->target[0] != '/' || snprintf(h.mount, sizeof(h.mount), "%s", mi->target) >= (int)sizeof(h.mount) ||
	    snprintf(h.root, sizeof(h.root), "%s", mi->root) >= (int)sizeof(h.root))
		return;
	if (!h.v2 && !v1_controllers(mi->super, h.controllers, sizeof(h.controllers)))
		return;
	at = place_of(m, &h);
	if (at < m->n) {
		if (strcmp(m->h[at].root, "/") != 0 && !strcmp(h.root, "/"))
			m->h[at] = h;
	} else if (at < CG_MAX) {
		m->h[m->n++] = h;
	}
}

void cg_parse_mounts(char *text, struct cg_map *ret)
{
	struct mountinfo mi;
	char *save = NULL, *line;

	ret->n = 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, " - cgroup") || mountinfo_parse(line, &mi) < 0)
			continue;
		if (!strcmp(mi.type, "cgroup") || !strcmp(mi.type, "cgroup2"))
			add_mount(ret, &mi);
	}
}

/* Fills in what controllers the v2 hierarchy has at its mount point. */
static int v2_controllers(struct cg_hierarchy *h, struct err *e)
{
	char path[PATH_MAX], *c;

	if (cg_path(h, "cgroup.controllers", path, e) < 0)
		return -1;
	if (file_read_line(AT_FDCWD, path, h->controllers, sizeof(h->controllers)) < 0)
		return err_set(e, errno, "read '%s'", path);
	for (c = h->controllers; *c; c++)
		if (*c == ' ')
			*c = ',';
	return 0;
}

int cg_discover(struct cg_map *ret, struct err *e)
{
	AUTO_FREE char *text = NULL;
	size_t n, i;

	ret->n = 0;
	if (file_read(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &n, e) < 0)
		return -1;
	cg_parse_mounts(text, ret);
	if (ret->n == 0) {
		err_set(e, ENOENT, "look for control groups in /proc/self/mountinfo");
		return err_hint(e, "mount them: mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	}
	for (i = 0; i < ret->n; i++)
		if (ret->h[i].v2 && v2_controllers(&ret->h[i], e) < 0)
			return -1;
	return 0;
}

const struct cg_hierarchy *cg_find(const struct cg_map *m, const char *controller)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (cg_list_has(m->h[i].controllers, controller))
			return &m->h[i];
	return NULL;
}

const struct cg_hierarchy *cg_v2(const struct cg_map *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->h[i].v2)
			return &m->h[i];
	return NULL;
}

const struct cg_hierarchy *cg_tracker(const struct cg_map *m)
{
	const struct cg_hierarchy *h = cg_v2(m);

	if (!h)
		h = cg_find(m, "freezer");
	if (!h)
		h = cg_find(m, "pids");
	return h || m->n == 0 ? h : &m->h[0];
}

int cg_path(const struct cg_hierarchy *h, const char *group, char buf[PATH_MAX], struct err *e)
{
	int n = snprintf(buf, PATH_MAX, "%s/%s", h->mount, group);

	if (n < 0 || n >= PATH_MAX)
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", group);
	return 0;
}

bool cg_exists(const struct cg_hierarchy *h, const char *group)
{
	char path[PATH_MAX];
	struct err e;

	return cg_path(h, group, path, &e) == 0 && access(path, F_OK) == 0;
}

int cg_open_v2(const struct cg_map *m, const char *group, int *ret, struct err *e)
{
	const struct cg_hierarchy *h = cg_v2(m);
	char path[PATH_MAX];

	*ret = -1;
	if (!h)
		return 0;
	if (cg_path(h, group, path, e) < 0)
		return -1;
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret < 0 && errno != ENOENT)
		return err_set(e, errno, "open control group '%s'", path);
	return 0;
}

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
	char path[PATH_MAX], file[PATH_MAX];
	AUTO_FD fd = -1;

	if (snprintf(file, sizeof(file), "%s/%s", group, h->v2 ? "cgroup.procs" : "tasks") >= (int)sizeof(file))
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", group);
	if (cg_path(h, file, path, e) < 0)
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

uint64_t cg_oom_kills(const struct cg_map *m, const char *group)
{
	const struct cg_hierarchy *h = cg_find(m, "memory");
	char path[PATH_MAX], file[PATH_MAX], *save = NULL, *line;
	AUTO_FREE char *text = NULL;
	unsigned long long count = 0;
	struct err e;
	size_t n;

	if (!h ||
	    snprintf(file, sizeof(file), "%s/%s", group, h->v2 ? "memory.events" : "memory.oom_control") >=
	        (int)sizeof(file) ||
	    cg_path(h, file, path, &e) < 0)
		return 0;
	if (file_read(AT_FDCWD, path, 1 << 16, &text, &n, &e) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "oom_kill %llu", &count) == 1)
			break;
	return count;
}
