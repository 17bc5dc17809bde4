/*
 * own.c - groups below the caller's own.
 *
 * A tree of groups has one writer a level (https://systemd.io/CGROUP_DELEGATION). Where systemd is, what is not its own
 * lives in a unit with Delegate=yes, below that unit's group.
 */
#include "own.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

bool own_is(const char *group)
{
	return group[0] == '@' && (group[1] == '/' || !group[1]);
}

bool own_has_manager(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

int own_hint(struct err *e)
{
	if (e->hint[0] || (e->code != EACCES && e->code != EPERM && e->code != EROFS && e->code != EBUSY))
		return -1;
	if (own_has_manager())
		return err_hint(e,
		                "systemd manages the groups here: run below 'systemd-run --scope -p Delegate=yes', and "
		                "name the group '@/...'");
	if (e->code == EROFS)
		return err_hint(e, "the hierarchy is mounted read-only, as in a container");
	if (geteuid() != 0)
		return err_hint(e, "be root, or let root give you a group: cgset --chown USER GROUP");
	return -1;
}

/* Whether a manager has marked the group as given away. */
static bool is_delegated(const char *path)
{
	char value[4];

	return (getxattr(path, "user.delegate", value, sizeof(value)) == 1 && value[0] == '1') ||
	       (getxattr(path, "trusted.delegate", value, sizeof(value)) == 1 && value[0] == '1');
}

/* Whether the group belongs to our user, who is not root. */
static bool is_ours(const char *path)
{
	struct stat st;

	return geteuid() != 0 && stat(path, &st) == 0 && st.st_uid == geteuid();
}

static bool ends_with(const char *s, size_t n, const char *end)
{
	return n > strlen(end) && strncmp(s + n - strlen(end), end, strlen(end)) == 0;
}

/* systemd's manager of a user marks no group that it gives away (as of systemd 255), so that its own would be taken for
 * the caller's. What is below it belongs to its units: ret becomes the one that own is in. */
static void below_user_manager(const char *own, char ret[PATH_MAX])
{
	const char *name = strrchr(ret, '/') ? strrchr(ret, '/') + 1 : ret;
	size_t at = strlen(ret), n;

	if (strncmp(name, "user@", 5) != 0 || !ends_with(name, strlen(name), ".service"))
		return;
	while (own[at]) {
		at++;
		n = strcspn(own + at, "/");
		if (ends_with(own + at, n, ".service") || ends_with(own + at, n, ".scope")) {
			snprintf(ret, PATH_MAX, "%.*s", (int)(at + n), own);
			return;
		}
		at += n;
	}
}

/* The group that is given to us. */
static int find(const struct cg_map *m, char ret[PATH_MAX], struct err *e)
{
	const struct cg_hierarchy *h = cg_tracker(m);
	char own[PATH_MAX], up[PATH_MAX], path[PATH_MAX], *slash;

	if (cg_group_of(m, h, getpid(), own, e) < 0)
		return -1;
	snprintf(ret, PATH_MAX, "%s", own);
	for (snprintf(up, sizeof(up), "%s", own);; *slash = '\0') {
		if (cg_path(h, up, path, e) < 0)
			return -1;
		if (is_delegated(path) || is_ours(path))
			snprintf(ret, PATH_MAX, "%s", up);
		slash = strrchr(up, '/');
		if (is_delegated(path) || !slash)
			break;
	}
	below_user_manager(own, ret);
	return 0;
}

int own_resolve(const struct cg_map *m, char group[PATH_MAX], struct err *e)
{
	char own[PATH_MAX], full[2 * PATH_MAX];
	const char *rest = group + 1;

	if (!own_is(group))
		return 0;
	if (find(m, own, e) < 0)
		return -1;
	if (!strcmp(own, "."))
		snprintf(full, sizeof(full), "%s", *rest ? rest + 1 : ".");
	else
		snprintf(full, sizeof(full), "%s%s", own, rest);
	if (strlen(full) >= PATH_MAX - 600)
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", full);
	memcpy(group, full, strlen(full) + 1);
	return 0;
}

int own_step_aside(const struct plan *p, struct undo *undo, struct err *e)
{
	const struct cg_hierarchy *h = cg_v2(p->map);
	char own[PATH_MAX], procs[64], self[16];
	struct err ignored;
	size_t n;

	if (!h || !p->v2_enable[0] || cg_group_of(p->map, h, getpid(), own, &ignored) < 0 || !strcmp(own, "."))
		return 0;
	n = strlen(own);
	snprintf(self, sizeof(self), "%d", (int)getpid());
	if (strncmp(p->group, own, n) != 0 || p->group[n] != '/' ||
	    cg_read(h, own, "cgroup.procs", procs, sizeof(procs)) < 0 || strcmp(procs, self) != 0)
		return 0;
	if (group_make(h, p->group, "", undo, e) < 0)
		return -1;
	return cg_write(h, p->group, "cgroup.procs", "0", e);
}
