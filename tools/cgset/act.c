/*
 * act.c - freeze, kill, wait, move, remove.
 *
 * On a hybrid machine a group is in v2 (which can freeze, kill and tell when it is empty) and in v1 hierarchies
 * (which limit). Normally the same processes are in all of them; but somebody may have moved one into a v1 group
 * alone. So v2 acts first, at once, and then each v1 hierarchy is asked for what is left. On v1 alone processes are
 * killed one by one, frozen meanwhile where there is a freezer, so that a fork bomb cannot run ahead of us.
 */
#include "act.h"

#include "group.h"
#include "wait.h"
#include "walk.h"

#include "common/fd.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The v1 freezer in which the group exists, or NULL. */
static const struct cg_hierarchy *freezer_of(const struct cg_map *m, const char *group)
{
	const struct cg_hierarchy *h = cg_find(m, "freezer");

	return h && !h->v2 && cg_exists(h, group) ? h : NULL;
}

/* The v2 hierarchy in which the group exists, or NULL. */
static const struct cg_hierarchy *v2_of(const struct cg_map *m, const char *group)
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

/* Whether the process is in the group, or below it, in any hierarchy. */
static bool is_member(const char *proc, const char *group)
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

/* What none of the acts may be done to: the root, a group that is not there, with not_own the caller's own. */
static int check_target(const struct cg_map *m, const char *group, const char *what, bool not_own, struct err *e)
{
	if (!strcmp(group, "."))
		return err_set(e, 0, "%s the root group: that is never done", what);
	if (!group_home(m, group))
		return err_set(e, ENOENT, "%s control group '%s'", what, group);
	if (not_own && is_member("self", group))
		return err_set(e, 0, "%s control group '%s': this very process is in it", what, group);
	return 0;
}

/* Writes a state to the v1 freezer until it reads back so. Frozen children of a frozen group are asked by the
 * kernel. */
static int freezer_reach(const struct cg_hierarchy *h, const char *group, const char *state, struct wait *w,
                         struct err *e)
{
	char now[32];

	for (;;) {
		if (group_write(h, group, "freezer.state", state, e) < 0)
			return -1;
		if (group_read(h, group, "freezer.state", now, sizeof(now)) < 0)
			return err_set(e, errno, "read '%s/%s/freezer.state'", h->mount, group);
		if (!strcmp(now, state))
			return 0;
		if (!wait_pause(w))
			return err_set(e, ETIMEDOUT, "wait for '%s/%s/freezer.state' to say %s", h->mount, group,
			               state);
	}
}

/* Freezes or thaws in both versions. */
static int set_frozen(const struct cg_map *m, const char *group, bool frozen, uint64_t timeout_ns, struct err *e)
{
	const struct cg_hierarchy *v2 = v2_of(m, group), *v1 = freezer_of(m, group);
	struct wait w;

	if (!v1 && !v2)
		return err_set(e, 0, "%s control group '%s': it is neither in v2 nor in a v1 freezer",
		               frozen ? "freeze" : "thaw", group);
	wait_begin(&w, timeout_ns);
	if (v1 && freezer_reach(v1, group, frozen ? "FROZEN" : "THAWED", &w, e) < 0)
		return -1;
	if (!v2)
		return 0;
	if (group_write(v2, group, "cgroup.freeze", frozen ? "1" : "0", e) < 0)
		return -1;
	return wait_event(v2, group, "frozen", frozen, &w, e);
}

int act_freeze(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	struct err ignored;

	if (check_target(m, group, "freeze", true, e) < 0)
		return -1;
	if (set_frozen(m, group, true, timeout_ns, e) == 0)
		return 0;
	set_frozen(m, group, false, 0, &ignored);
	return -1;
}

int act_thaw(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	if (check_target(m, group, "thaw", false, e) < 0)
		return -1;
	return set_frozen(m, group, false, timeout_ns, e);
}

/* What kill_one needs to know. */
struct kill {
	const char *group;
	size_t seen;
};

/* Kills one process that was listed in the group: by pidfd, and only when it is still a member, since its pid may be
 * another's by now. */
static int kill_one(pid_t pid, void *arg, struct err *e)
{
	struct kill *k = arg;
	AUTO_FD fd = -1;
	char name[24];

	k->seen++;
	fd = sys_pidfd_open(pid, 0);
	if (fd < 0)
		return errno == ESRCH || errno == EINVAL ? 0 : err_set(e, errno, "open process %d", (int)pid);
	snprintf(name, sizeof(name), "%d", (int)pid);
	if (!is_member(name, k->group))
		return 0;
	if (sys_pidfd_send_signal(fd, SIGKILL) < 0 && errno != ESRCH)
		return err_set(e, errno, "kill process %d", (int)pid);
	return 0;
}

/* Kills by hand what is in the group of one hierarchy until nothing is listed. */
static int kill_by_hand(const struct cg_map *m, const struct cg_hierarchy *h, const char *group, struct wait *w,
                        struct err *e)
{
	const struct cg_hierarchy *v1 = freezer_of(m, group);
	struct kill k = {.group = group};
	struct err ignored;

	for (;;) {
		int r;

		k.seen = 0;
		if (walk_procs(h, group, true, kill_one, &k, e) < 0)
			return -1;
		if (k.seen == 0)
			return 0;
		/* Those that were forked meanwhile are met standing. */
		if (v1)
			group_write(v1, group, "freezer.state", "FROZEN", &ignored);
		r = walk_procs(h, group, true, kill_one, &k, e);
		if (v1)
			group_write(v1, group, "freezer.state", "THAWED", &ignored);
		if (r < 0)
			return -1;
		if (!wait_pause(w))
			return err_set(e, ETIMEDOUT, "kill control group '%s': processes are left in '%s'", group,
			               h->mount);
	}
}

/* cgroup.kill (Linux 5.14) ends all at once, whatever they fork. 1: the kernel has no such file. */
static int kill_v2(const struct cg_map *m, const struct cg_hierarchy *h, const char *group, struct wait *w,
                   struct err *e)
{
	const struct cg_hierarchy *v1 = freezer_of(m, group);

	if (group_write(h, group, "cgroup.kill", "1", e) < 0) {
		if (e->code == ENODEV)
			return 0;
		return e->code == ENOENT ? kill_by_hand(m, h, group, w, e) : -1;
	}
	if (v1 && group_write(v1, group, "freezer.state", "THAWED", e) < 0)
		return -1;
	return wait_event(h, group, "populated", 0, w, e);
}

int act_kill(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	const struct cg_hierarchy *v2 = v2_of(m, group);
	struct wait w;
	size_t i;

	if (check_target(m, group, "kill", true, e) < 0)
		return -1;
	wait_begin(&w, timeout_ns);
	if (v2 && kill_v2(m, v2, group, &w, e) < 0)
		return -1;
	for (i = 0; i < m->n; i++)
		if (!m->h[i].v2 && cg_exists(&m->h[i], group) && kill_by_hand(m, &m->h[i], group, &w, e) < 0)
			return -1;
	return 0;
}

/* Ends a walk at the first process. */
static int stop_at_first(pid_t pid, void *arg, struct err *e)
{
	(void)e;
	*(pid_t *)arg = pid;
	return 1;
}

int act_wait_empty(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	const struct cg_hierarchy *v2 = v2_of(m, group);
	struct wait w;
	size_t i;

	wait_begin(&w, timeout_ns);
	if (v2 && wait_event(v2, group, "populated", 0, &w, e) < 0)
		return -1;
	for (i = 0; i < m->n; i++) {
		pid_t pid = 0;
		int r;

		while (!m->h[i].v2 && (r = walk_procs(&m->h[i], group, true, stop_at_first, &pid, e)) != 0) {
			if (r < 0)
				return -1;
			if (!wait_pause(&w))
				return err_set(e, ETIMEDOUT, "wait for control group '%s' in '%s': process %d is left",
				               group, m->h[i].mount, (int)pid);
		}
	}
	return 0;
}

/* Ends a walk at the first child group: fn is called for the group itself first. */
static int stop_at_child(const struct cg_hierarchy *h, const char *group, void *arg, struct err *e)
{
	(void)h;
	(void)e;
	return strcmp(group, *(const char **)arg) != 0;
}

/* Says who or what is in the way of a removal. */
static int busy_error(const struct cg_hierarchy *h, const char *group, const char *path, struct err *e)
{
	pid_t pid = 0;

	if (walk_groups(h, group, false, stop_at_child, &group, e) == 1) {
		err_set(e, EBUSY, "remove control group '%s'", path);
		return err_hint(e, "groups are below it: remove them too with -r");
	}
	walk_procs(h, group, false, stop_at_first, &pid, e);
	err_set(e, EBUSY, "remove control group '%s'", path);
	if (pid)
		err_hint(e, "process %d is in it: end it first with --kill", (int)pid);
	return -1;
}

/* Removes one directory; walk_fn with the wait as argument. A process that has just ended may keep it for a moment. */
static int remove_one(const struct cg_hierarchy *h, const char *group, void *arg, struct err *e)
{
	char path[PATH_MAX];

	if (cg_path(h, group, path, e) < 0)
		return -1;
	while (rmdir(path) < 0) {
		if (errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			return err_set(e, errno, "remove control group '%s'", path);
		if (!wait_pause(arg))
			return busy_error(h, group, path, e);
	}
	return 0;
}

/* Whether the group has one below it. */
static bool has_children(const struct cg_hierarchy *h, const char *group)
{
	struct err e;

	return walk_groups(h, group, false, stop_at_child, &group, &e) == 1;
}

int act_delete(const struct cg_map *m, const char *group, bool recursive, uint64_t timeout_ns, struct err *e)
{
	struct wait w;
	size_t i;

	if (check_target(m, group, "remove", false, e) < 0)
		return -1;
	for (i = 0; !recursive && i < m->n; i++)
		if (cg_exists(&m->h[i], group) && has_children(&m->h[i], group)) {
			err_set(e, 0, "remove control group '%s': groups are below it", group);
			return err_hint(e, "remove them too with -r");
		}
	wait_begin(&w, timeout_ns);
	for (i = 0; i < m->n; i++) {
		if (!cg_exists(&m->h[i], group))
			continue;
		if (recursive ? walk_groups(&m->h[i], group, true, remove_one, &w, e) < 0
		              : remove_one(&m->h[i], group, &w, e) < 0)
			return -1;
	}
	return 0;
}

void act_delete_parents(const struct cg_map *m, const char *group)
{
	char parent[PATH_MAX], path[PATH_MAX], *slash;
	struct err e;
	size_t i;

	for (i = 0; i < m->n; i++) {
		snprintf(parent, sizeof(parent), "%s", group);
		while ((slash = strrchr(parent, '/')) != NULL) {
			*slash = '\0';
			if (cg_path(&m->h[i], parent, path, &e) < 0 || (rmdir(path) < 0 && errno != ENOENT))
				break;
		}
	}
}

int act_move(const struct cg_map *m, const char *group, pid_t pid, struct err *e)
{
	char text[24];
	size_t i, n = 0;

	snprintf(text, sizeof(text), "%d", (int)pid);
	for (i = 0; i < m->n; i++) {
		if (!cg_exists(&m->h[i], group))
			continue;
		if (group_write(&m->h[i], group, "cgroup.procs", text, e) < 0) {
			int code = e->code;

			err_set(e, code, "move process %d to control group '%s' in '%s'", (int)pid, group,
			        m->h[i].mount);
			return code == EBUSY
			           ? err_hint(e, "the group hands controllers to its children and takes no process")
			           : -1;
		}
		n++;
	}
	return n ? 0 : err_set(e, ENOENT, "move process %d to control group '%s'", (int)pid, group);
}
