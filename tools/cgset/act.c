/*
 * act.c - freeze, thaw, wait, move.
 *
 * On a hybrid machine a group is in v2 (which can freeze and tell when it is empty) and in v1 hierarchies (which
 * limit). Normally the same processes are in all of them; but somebody may have moved one into a v1 group alone. So v2
 * acts first, at once, and then each v1 hierarchy is asked for what is left.
 */
#include "act.h"

#include "common/cgroup_group.h"
#include "common/cgroup_wait.h"
#include "common/cgroup_walk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Writes a state to the v1 freezer until it reads back so. Frozen children of a frozen group are asked by the
 * kernel. */
static int freezer_reach(const struct cg_hierarchy *h, const char *group, const char *state, struct cg_wait *w,
                         struct err *e)
{
	char now[32];

	for (;;) {
		if (cg_write(h, group, "freezer.state", state, e) < 0)
			return -1;
		if (cg_read(h, group, "freezer.state", now, sizeof(now)) < 0)
			return err_set(e, errno, "read '%s/%s/freezer.state'", h->mount, group);
		if (!strcmp(now, state))
			return 0;
		if (!cg_wait_pause(w))
			return err_set(e, ETIMEDOUT, "wait for '%s/%s/freezer.state' to say %s", h->mount, group,
			               state);
	}
}

/* Freezes or thaws in both versions. */
static int set_frozen(const struct cg_map *m, const char *group, bool frozen, uint64_t timeout_ns, struct err *e)
{
	const struct cg_hierarchy *v2 = cg_v2_of(m, group), *v1 = cg_freezer_of(m, group);
	struct cg_wait w;

	if (!v1 && !v2)
		return err_set(e, 0, "%s control group '%s': it is neither in v2 nor in a v1 freezer",
		               frozen ? "freeze" : "thaw", group);
	cg_wait_begin(&w, timeout_ns);
	if (v1 && freezer_reach(v1, group, frozen ? "FROZEN" : "THAWED", &w, e) < 0)
		return -1;
	if (!v2)
		return 0;
	if (cg_write(v2, group, "cgroup.freeze", frozen ? "1" : "0", e) < 0)
		return -1;
	return cg_wait_event(v2, group, "frozen", frozen, &w, e);
}

int act_freeze(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	struct err ignored;

	if (cg_check_target(m, group, "freeze", true, e) < 0)
		return -1;
	if (set_frozen(m, group, true, timeout_ns, e) == 0)
		return 0;
	set_frozen(m, group, false, 0, &ignored);
	return -1;
}

int act_thaw(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	if (cg_check_target(m, group, "thaw", false, e) < 0)
		return -1;
	return set_frozen(m, group, false, timeout_ns, e);
}

int act_wait_empty(const struct cg_map *m, const char *group, uint64_t timeout_ns, struct err *e)
{
	const struct cg_hierarchy *v2 = cg_v2_of(m, group);
	struct cg_wait w;
	size_t i;

	cg_wait_begin(&w, timeout_ns);
	if (v2 && cg_wait_event(v2, group, "populated", 0, &w, e) < 0)
		return -1;
	for (i = 0; i < m->n; i++) {
		pid_t pid = 0;
		int r;

		while (!m->h[i].v2 && (r = cg_walk_first(&m->h[i], group, true, &pid, e)) != 0) {
			if (r < 0)
				return -1;
			if (!cg_wait_pause(&w))
				return err_set(e, ETIMEDOUT, "wait for control group '%s' in '%s': process %d is left",
				               group, m->h[i].mount, (int)pid);
		}
	}
	return 0;
}

int act_move(const struct cg_map *m, const char *group, pid_t pid, struct err *e)
{
	char text[24];
	size_t i, n = 0;

	snprintf(text, sizeof(text), "%d", (int)pid);
	for (i = 0; i < m->n; i++) {
		if (!cg_exists(&m->h[i], group))
			continue;
		if (cg_write(&m->h[i], group, "cgroup.procs", text, e) < 0) {
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
