/*
 * cgset.c - create, configure, fill, read, freeze, kill and remove control groups, on v1, v2 and hybrid machines alike.
 *
 * What is asked for is parsed completely (setting.c), turned into files of this machine's hierarchies (plan.c), and
 * only then carried out (apply.c), so that a bad value leaves nothing behind.
 */
#include "act.h"
#include "apply.h"
#include "get.h"
#include "group.h"
#include "own.h"
#include "report.h"
#include "request.h"
#include "setting.h"

#include "common/cgroup.h"
#include "common/cgroup_end.h"
#include "common/chain.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_DEFAULT UINT64_C(10000000000)
#define DELETE_DEFAULT UINT64_C(2000000000)

/* The acts that change, in the order in which they make sense together. */
static int act_on_group(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	uint64_t timeout = q->timeout ? q->timeout : TIMEOUT_DEFAULT;

	if (q->acts & ACT_FREEZE && act_freeze(m, group, timeout, e) < 0)
		return -1;
	if (q->acts & ACT_THAW && act_thaw(m, group, timeout, e) < 0)
		return -1;
	if (q->acts & ACT_KILL && cg_kill(m, group, timeout, e) < 0)
		return -1;
	if (q->acts & ACT_WAIT_EMPTY && act_wait_empty(m, group, q->timeout ? q->timeout : ACT_FOREVER, e) < 0)
		return -1;
	if (q->acts & ACT_DELETE)
		return cg_delete(m, group, q->recursive, q->timeout ? q->timeout : DELETE_DEFAULT, e);
	return 0;
}

/* With --force a group that is not there is no error, with --parents those above it go as well. */
static int act_on_named(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	bool absent = q->force && strcmp(group, ".") != 0 && !cg_home(m, group);

	if (!absent && act_on_group(q, m, group, e) < 0)
		return -1;
	if (q->parents)
		cg_delete_parents(m, group);
	return 0;
}

/* Every group in turn; the last failure's status, but each is named. */
static int run_acts(const struct request *q, const struct cg_map *m)
{
	int status = 0;
	size_t i;

	for (i = 0; i < q->n_group; i++) {
		struct err e;

		if (act_on_named(q, m, q->group[i], &e) < 0) {
			msg_err(&e);
			status = e.status ? e.status : EXIT_FAILED;
		}
	}
	return status;
}

/* The settings in the order of the command line, those of --copy-from before them. */
static int collect(const struct request *q, const struct cg_map *m, struct settings *s, struct err *e)
{
	char from[PATH_MAX];
	size_t i;

	if (q->copy_from &&
	    (group_name(q->copy_from, from, e) < 0 || own_resolve(m, from, e) < 0 || get_all(m, from, s, e) < 0))
		return -1;
	for (i = 0; i < q->n_set; i++)
		if ((strcmp(q->set[i], "-") ? settings_add(s, q->set[i], e) : settings_add_stdin(s, e)) < 0)
			return -1;
	return 0;
}

/* An owner that does not exist. */
static int owner_error(const char *spec, const char *what, struct err *e)
{
	err_set(e, 0, "--chown '%s': no such %s", spec, what);
	e->status = EXIT_USAGE;
	return -1;
}

/* "USER", "USER:GROUP", names of this machine or numbers. */
static int parse_owner(const char *spec, uid_t *uid, gid_t *gid, struct err *e)
{
	const char *colon = strchr(spec, ':');
	char user[64];
	struct passwd *pw;
	struct group *gr;
	uint64_t n;

	snprintf(user, sizeof(user), "%.*s", colon ? (int)(colon - spec) : 63, spec);
	pw = getpwnam(user);
	if (!pw && num_u64(user, 0, UINT32_MAX - 1, &n) < 0)
		return owner_error(spec, "user", e);
	*uid = pw ? pw->pw_uid : (uid_t)n;
	*gid = pw ? pw->pw_gid : (gid_t)n;
	if (!colon)
		return 0;
	gr = getgrnam(colon + 1);
	if (!gr && num_u64(colon + 1, 0, UINT32_MAX - 1, &n) < 0)
		return owner_error(spec, "group", e);
	*gid = gr ? gr->gr_gid : (gid_t)n;
	return 0;
}

/* Delegates what the plan has made. */
static int give_away(const struct plan *p, uid_t uid, gid_t gid, struct err *e)
{
	size_t i;

	for (i = 0; i < p->map->n; i++)
		if (p->need[i] && group_chown(&p->map->h[i], p->group, uid, gid, e) < 0)
			return -1;
	return 0;
}

/* The equivalent for people to read, the command included. */
static void print_plan(const struct request *q, const struct plan *p)
{
	size_t i;

	if (own_has_manager())
		puts("# systemd manages the groups here: do this below a unit with Delegate=yes (see '@' in cgset(1))");
	plan_print(p);
	for (i = 0; q->command && i < p->map->n; i++)
		if (p->need[i])
			printf("echo 0 > %s/%s/%s\n", p->map->h[i].mount, p->group,
			       p->map->h[i].v2 ? "cgroup.procs" : "tasks");
	if (!q->command)
		return;
	fputs("exec", stdout);
	for (i = 0; q->command[i]; i++) {
		putchar(' ');
		print_quoted(q->command[i]);
	}
	putchar('\n');
}

/* Takes back what was made, after a join too: then this process goes to where its parent is, so that the group is
 * empty. */
static void take_back(const struct request *q, const struct cg_map *m, struct undo *undo)
{
	struct err ignored;

	if (undo->n && q->command)
		cg_join_like(m, getppid(), true, &ignored);
	undo_run(undo);
}

/* Makes and fills one group; when it fails, what was made goes again, for the groups before it too. */
static int set_group(const struct request *q, const struct plan *p, uid_t uid, gid_t gid, struct undo *undo,
                     struct err *e)
{
	size_t i;
	int r = 0;

	if ((q->command && own_step_aside(p, undo, e) < 0) || plan_apply(p, undo, e) < 0) {
		take_back(q, p->map, undo);
		return -1;
	}
	if (q->chown)
		r = give_away(p, uid, gid, e);
	for (i = 0; r == 0 && i < q->n_pid; i++)
		r = act_move(p->map, p->group, q->pid[i], e);
	if (r == 0 && q->command)
		r = cg_join(p->map, p->group, true, e);
	if (r < 0)
		take_back(q, p->map, undo);
	return r;
}

/* Settings: everything is parsed and planned for every group before the first one is touched. */
static int run_set(const struct request *q, const struct cg_map *m, const struct opt_spec *spec)
{
	static struct settings settings;
	static struct plan plan;
	struct undo undo = {0};
	struct err e = {0};
	uid_t uid = 0;
	gid_t gid = 0;
	size_t i;

	if (collect(q, m, &settings, &e) < 0 || (q->chown && parse_owner(q->chown, &uid, &gid, &e) < 0))
		request_fail(q, &e);
	for (i = 0; i < q->n_group; i++) {
		if (!strcmp(q->group[i], ".") && (q->command || q->chown))
			opt_usage(spec, "the root group is joined and given away by nobody");
		if (plan_make(&plan, m, q->group[i], &settings, q->controllers, &e) < 0)
			request_fail(q, &e);
	}
	for (i = 0; i < q->n_group; i++) {
		if (q->n_group > 1 && plan_make(&plan, m, q->group[i], &settings, q->controllers, &e) < 0)
			request_fail(q, &e);
		if (q->dry_run)
			print_plan(q, &plan);
		else if (set_group(q, &plan, uid, gid, &undo, &e) < 0)
			request_fail(q, &e);
	}
	if (!q->command || q->dry_run) {
		undo_forget(&undo);
		return 0;
	}
	chain_exec(q->command, &e);
	take_back(q, m, &undo);
	die_err(EXIT_OWN, &e);
}

int main(int argc, char **argv)
{
	struct opt_spec spec;

	static struct request q;
	static struct cg_map map;
	struct err e;
	int status;
	size_t i;

	msg_init("cgset");
	request_parse(&q, &spec, argc, argv);
	if (cg_discover(&map, &e) < 0)
		request_fail(&q, &e);
	for (i = 0; i < q.n_group; i++)
		if (own_resolve(&map, q.group[i], &e) < 0)
			request_fail(&q, &e);
	status = q.acts & ACT_READ ? report_run(&q, &map) : q.acts ? run_acts(&q, &map) : run_set(&q, &map, &spec);
	free(q.group);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		err_set(&e, errno, "write standard output");
		request_fail(&q, &e);
	}
	return status;
}
