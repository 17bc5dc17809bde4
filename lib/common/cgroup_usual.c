/*
 * cgroup_usual.c - hierarchies that are where they usually are, found without the mount table.
 *
 * The kernel writes /proc/self/mountinfo at 1.5 us a mount, of which a machine may have hundreds. What is asked for here
 * is known from /proc/PID/cgroup, a tenth of the work, and only looked for at its usual place. A whole hierarchy is told
 * from anything else by its file system's type and by the inode number 1, which kernfs gives to a root alone: a bind
 * mount of a group, or the view of a cgroup namespace, has another. Whoever finds it otherwise reads the mount table.
 */
#include "common/cgroup.h"

#include "common/fd.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#define PLACE "/sys/fs/cgroup"

/* Whether the whole of a hierarchy is mounted at path. */
static bool is_whole(const char *path, bool v2, struct cg_hierarchy *ret)
{
	struct statfs fs;
	struct stat st;

	if (statfs(path, &fs) < 0 || fs.f_type != (v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC) ||
	    stat(path, &st) < 0 || st.st_ino != 1)
		return false;
	*ret = (struct cg_hierarchy){.v2 = v2, .writable = !(fs.f_flags & ST_RDONLY), .root = "/"};
	return snprintf(ret->mount, sizeof(ret->mount), "%s", path) < (int)sizeof(ret->mount);
}

bool cg_only_v2(struct cg_hierarchy *ret)
{
	char line[PATH_MAX];

	/* A hierarchy of version 1, wherever it is mounted, is a line more. */
	return is_whole(PLACE, true, ret) && file_read_line(AT_FDCWD, "/proc/self/cgroup", line, sizeof(line)) > 0 &&
	       !strncmp(line, "0::/", 4) && !strchr(line, '\n');
}

/* The hierarchy of a membership line, where it usually is. */
static bool usual(const struct cg_membership *m, struct cg_hierarchy *ret)
{
	char path[sizeof(ret->mount)];
	const char *name = m->controllers;

	if (!*name)
		return is_whole(PLACE, true, ret) || is_whole(PLACE "/unified", true, ret);
	name += strncmp(name, "name=", 5) ? 0 : 5;
	return snprintf(path, sizeof(path), PLACE "/%s", name) < (int)sizeof(path) && is_whole(path, false, ret) &&
	       snprintf(ret->controllers, sizeof(ret->controllers), "%s", m->controllers) <
	           (int)sizeof(ret->controllers);
}

/* Whether the text has the line. */
static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, line, n) && (text[n] == '\n' || !text[n]))
			return true;
	}
	return false;
}

int cg_discover_apart(struct cg_map *ret, pid_t pid, struct err *e)
{
	char path[32], *save = NULL;
	AUTO_FREE char *own = NULL;
	AUTO_FREE char *theirs = NULL;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	if (file_read(AT_FDCWD, path, 1 << 20, &theirs, &n, e) < 0 ||
	    file_read(AT_FDCWD, "/proc/self/cgroup", 1 << 20, &own, &n, e) < 0)
		return -1;
	ret->n = 0;
	for (char *line = strtok_r(theirs, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct cg_membership m;

		if (has_line(own, line))
			continue;
		if (cg_parse_membership(line, &m) < 0 || ret->n == CG_MAX || !usual(&m, &ret->h[ret->n]))
			return cg_discover(ret, e);
		ret->n++;
	}
	return 0;
}
