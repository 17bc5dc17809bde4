/*
 * cgroup.c - where the control groups are.
 *
 * Which hierarchy has which controller is asked of /proc/self/mountinfo (but see cgroup_usual.c): the options of a v1 mount
 * are its controllers ("rw,cpu,cpuacct", "rw,name=systemd"), and what v2 has stands in its root's cgroup.controllers.
 * /proc/cgroups would also name controllers that are mounted nowhere, and is empty of news for v2.
 */
#include "common/cgroup.h"

#include "common/fd.h"
#include "common/mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOUNTINFO "/proc/self/mountinfo"
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

/* Takes the mount table into the map; one that is not long takes nothing of the heap. */
static int read_mounts(struct cg_map *ret, struct err *e)
{
	AUTO_FREE char *text = NULL;
	char some[8192];
	size_t n;

	if (file_read_line(AT_FDCWD, MOUNTINFO, some, sizeof(some)) >= 0)
		cg_parse_mounts(some, ret);
	else if (file_read(AT_FDCWD, MOUNTINFO, MOUNTINFO_MAX, &text, &n, e) < 0)
		return -1;
	else
		cg_parse_mounts(text, ret);
	return 0;
}

int cg_discover(struct cg_map *ret, struct err *e)
{
	size_t i;

	ret->n = cg_only_v2(&ret->h[0]);
	if (ret->n == 0 && read_mounts(ret, e) < 0)
		return -1;
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

int cg_file(const struct cg_hierarchy *h, const char *group, const char *file, char buf[PATH_MAX], struct err *e)
{
	int n = snprintf(buf, PATH_MAX, "%s/%s/%s", h->mount, group, file);

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

uint64_t cg_oom_kills(const struct cg_hierarchy *h, const char *group)
{
	char path[PATH_MAX], text[1024], *save = NULL, *line;
	unsigned long long count = 0;
	struct err e;

	if (cg_file(h, group, h->v2 ? "memory.events" : "memory.oom_control", path, &e) < 0)
		return 0;
	if (file_read_line(AT_FDCWD, path, text, sizeof(text)) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "oom_kill %llu", &count) == 1)
			break;
	return count;
}
