/*
 * facts.c - what is read of the target; see arrive.h.
 */
#include "arrive.h"
#include "enter.h"
#include "limits.h"

#include "common/fd.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

/* The target's group of the v2 hierarchy, for a birth right in it. */
static int open_v2_group(const struct request *r, struct facts *f, struct err *e)
{
	AUTO_FREE char *text = NULL;
	char *save = NULL;
	size_t n;

	if (file_read(r->target.dir, "cgroup", 1 << 20, &text, &n, e) < 0)
		return -1;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct cg_membership m;

		if (cg_parse_membership(line, &m) == 0 && !*m.controllers && m.path[0] == '/' && m.path[1])
			return cg_open_v2(&f->cgroups, m.path + 1, &f->cgroup_v2, e);
	}
	return 0;
}

/* The groups; a machine without any has none to join. */
static int read_cgroups(const struct request *r, struct facts *f, struct err *e)
{
	if (cg_discover_apart(&f->cgroups, r->target.pid, e) < 0) {
		f->cgroups.n = 0;
		return e->code == ENOENT ? 0 : -1;
	}
	return open_v2_group(r, f, e);
}

/* What --like-target needs besides. */
static int read_likeness(const struct request *r, struct facts *f, struct err *e)
{
	AUTO_FREE char *limits = NULL;
	size_t n;

	if (file_read_line(r->target.dir, "oom_score_adj", f->oom_score_adj, sizeof(f->oom_score_adj)) < 0)
		return err_set(e, errno, "read 'oom_score_adj' of process %ld", (long)r->target.pid);
	if (file_read(r->target.dir, "limits", 65536, &limits, &n, e) < 0)
		return -1;
	if (limits_parse(limits, f->limits) < 0)
		return err_set(e, 0, "read the limits of process %ld: not of the known form", (long)r->target.pid);
	return 0;
}

int facts_read(const struct request *r, struct facts *f, struct err *e)
{
	f->cgroup_v2 = -1;
	if ((r->join_cgroup || r->like_target) && read_cgroups(r, f, e) < 0)
		return -1;
	if ((r->target_env || r->like_target) &&
	    file_read(r->target.dir, "environ", 8 << 20, &f->environ, &f->environ_n, e) < 0)
		return -1;
	if ((r->like_target || r->follow_uid || r->follow_gid) &&
	    target_status(&r->target, r->like_target || enter_wants(r, CLONE_NEWUSER), &f->status, e) < 0)
		return -1;
	if (r->like_target && read_likeness(r, f, e) < 0)
		return -1;
	if ((r->like_target || r->follow_context) && label_read(r->target.dir, &f->label, e) < 0)
		return -1;
	return r->target.pid ? target_check(&r->target, e) : 0;
}
