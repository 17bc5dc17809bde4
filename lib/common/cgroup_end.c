/*
 * cgroup_end.c - the end of a group: its processes are killed, its directories removed.
 *
 * On a hybrid machine a group is in v2 (which can kill and tell when it is empty) and in v1 hierarchies (which limit).
 * Normally the same processes are in all of them; but somebody may have moved one into a v1 group alone. So v2 acts
 * first, at once, and then each v1 hierarchy is asked for what is left. On v1 alone processes are killed one by one,
 * frozen meanwhile where there is a freezer, so that a fork bomb cannot run ahead of us.
 */
#include "common/cgroup_end.h"

#include "common/cgroup_group.h"
#include "common/cgroup_wait.h"
#include "common/cgroup_walk.h"
#include "common/fd.h"
#include "common/proc.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KILL_LIMIT UINT64_C(10000000000)
#define DELETE_LIMIT UINT64_C(2000000000)

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
	if (!cg_is_member(name, k->group))
		return 0;
	if (sys_pidfd_send_signal(fd, SIGKILL) < 0 && errno != ESRCH)
		return err_set(e, errno, "kill process %d", (int)pid);
	return 0;
}

/* Kills by hand what is in the group of one hierarchy until nothing is listed. */
static int kill_by_hand(const struct cg_map *m, const struct cg_hierarchy *h, const char *group, struct cg_wait *w,
                        struct err *e)
{
	const struct cg_hierarchy *v1 = cg_freezer_of(m, group);
	struct kill k = {.group = group};
	struct err ignored;

	for (;;) {
		int r;

		k.seen = 0;
		if (cg_walk_procs(h, group, true, kill_one, &k, e) < 0)
			return -1;
		if (k.seen == 0)
			return 0;
		/* Those that were forked meanwhile are met standing. */
		if (v1)
			cg_write(v1, group, "freezer.state", "FROZEN", &ignored);
		r = cg_walk_procs(h, group, true, kill_one, &k, e);
		if (v1)
			cg_write(v1, group, "freezer.state", "THAWED", &ignored);
		if (r < 0)
			return -1;
		if (!cg_wait_pause(w))
			return err_set(e, ETIMEDOUT, "kill control group '%s': processes are left in '%s'", group,
			               h->mount);
	}
}

/* cgroup.kill (Linux 5.14) ends all at once, whatever they fork. 1: the kernel has no such file. */
static int kill_v2(const struct cg_map *m, const struct cg_hierarchy *h, const char *group, struct cg_wait *w,
                   struct err *e)
{
	const struct cg_hierarchy *v1 = cg_freezer_of(m, group);

	if (cg_write(h, group, "cgroup.kill", "1", e) < 0) {
		if (e->code == ENODEV)
			return 0;
		return e->code == ENOENT ? kill_by_hand(m, h, group, w, e) : -1;
	}
	if (v1 && cg_write(v1, group, "freezer.state", "THAWED", e) < 0)
		return -1;
	return cg_wait_event(h, group, "populated", 0, w, e);
}

int cg_kill(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	const struct cg_hierarchy *v2 = cg_v2_of(m, group);
	struct cg_wait w;
	size_t i;

	if (cg_check_target(m, group, "kill", true, e) < 0)
		return -1;
	cg_wait_begin(&w, timeout_ns);
	if (v2 && kill_v2(m, v2, group, &w, e) < 0)
		return -1;
	for (i = 0; i < m->n; i++)
		if (!m->h[i].v2 && cg_exists(&m->h[i], group) && kill_by_hand(m, &m->h[i], group, &w, e) < 0)
			return -1;
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

	if (cg_walk(h, group, false, stop_at_child, &group, e) == 1) {
		err_set(e, EBUSY, "remove control group '%s'", path);
		return err_hint(e, "groups are below it: remove them too with -r");
	}
	cg_walk_first(h, group, false, &pid, e);
	err_set(e, EBUSY, "remove control group '%s'", path);
	if (pid)
		err_hint(e, "process %d is in it: end it first with --kill", (int)pid);
	return -1;
}

/* Removes one directory; cg_walk_fn with the wait as argument. A process that has just ended may keep it for a moment. */
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
		if (!cg_wait_pause(arg))
			return busy_error(h, group, path, e);
	}
	return 0;
}

/* Whether the group has one below it. */
static bool has_children(const struct cg_hierarchy *h, const char *group)
{
	struct err e;

	return cg_walk(h, group, false, stop_at_child, &group, &e) == 1;
}

int cg_delete(const struct cg_map *m, const char *group, bool recursive, uint64_t timeout_ns, struct err *e)
{
	struct cg_wait w;
	size_t i;

	if (cg_check_target(m, group, "remove", false, e) < 0)
		return -1;
	for (i = 0; !recursive && i < m->n; i++)
		if (cg_exists(&m->h[i], group) && has_children(&m->h[i], group)) {
			err_set(e, 0, "remove control group '%s': groups are below it", group);
			return err_hint(e, "remove them too with -r");
		}
	cg_wait_begin(&w, timeout_ns);
	for (i = 0; i < m->n; i++) {
		if (!cg_exists(&m->h[i], group))
			continue;
		if (recursive ? cg_walk(&m->h[i], group, true, remove_one, &w, e) < 0
		              : remove_one(&m->h[i], group, &w, e) < 0)
			return -1;
	}
	return 0;
}

void cg_delete_parents(const struct cg_map *m, const char *group)
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

/* Removes what is empty. Whether the group is nowhere any more: a directory that could be removed had nothing in it. */
static bool remove_empty(const struct cg_map *m, const char *group)
{
	char path[PATH_MAX];
	bool gone = true;
	struct err e;
	size_t i;

	for (i = 0; i < m->n; i++)
		if (cg_path(&m->h[i], group, path, &e) < 0 || (rmdir(path) < 0 && errno != ENOENT))
			gone = false;
	return gone;
}

int cg_end(const struct cg_map *m, const char *group, struct err *e)
{
	/* Mostly its one process has ended: then nothing has to be looked at. */
	if (!remove_empty(m, group) &&
	    (cg_kill(m, group, KILL_LIMIT, e) < 0 || cg_delete(m, group, true, DELETE_LIMIT, e) < 0) &&
	    e->code != ENOENT)
		return -1;
	cg_delete_parents(m, group);
	return 0;
}
