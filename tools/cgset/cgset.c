/*
 * cgset.c - create, configure, fill, read, freeze, kill and remove control groups, on v1, v2 and hybrid machines alike.
 *
 * What is asked for is parsed completely (setting.c), turned into files of this machine's hierarchies (plan.c), and only
 * then carried out (apply.c), so that a bad value leaves nothing behind.
 */
#include "act.h"
#include "apply.h"
#include "get.h"
#include "group.h"
#include "setting.h"
#include "show.h"

#include "common/cgroup.h"
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

#define GROUPS_MAX 1024
#define GETS_MAX 64
#define TIMEOUT_DEFAULT UINT64_C(10000000000)
#define DELETE_DEFAULT UINT64_C(2000000000)

enum {
	O_RECURSIVE = OPT_LONG,
	O_GET,
	O_STAT,
	O_EVENTS,
	O_PROCS,
	O_LIST,
	O_TREE,
	O_FREEZE,
	O_THAW,
	O_KILL,
	O_WAIT_EMPTY,
	O_DELETE,
	O_PID,
	O_CONTROLLERS,
	O_COPY_FROM,
	O_CHOWN,
	O_TIMEOUT,
	O_JSON,
	O_DRY_RUN,
};

static const struct opt table[] = {
    {'r', "set", OPT_ARG, "NAME=VALUE", "a setting; the same as an operand NAME=VALUE"},
    {O_COPY_FROM, "copy-from", OPT_ARG, "GROUP", "take the settings of another group first"},
    {O_CONTROLLERS, "controllers", OPT_ARG, "LIST", "make the group also where these controllers are (memory,cpuacct)"},
    {O_CHOWN, "chown", OPT_ARG, "USER[:GROUP]", "delegate the group to a user"},
    {O_PID, "pid", OPT_ARG, "PID", "move this process into the group (repeatable)"},
    {O_DRY_RUN, "dry-run", OPT_NO_ARG, NULL, "print the mkdir and echo lines instead"},
    {O_GET, "get", OPT_ARG, "NAME[,NAME...]", "print settings (a word or a file); one alone prints its value"},
    {O_STAT, "stat", OPT_NO_ARG, NULL, "print usage, limits and pressure"},
    {O_EVENTS, "events", OPT_NO_ARG, NULL, "print what happened: oom_kill, pids_max, populated ..."},
    {O_PROCS, "procs", OPT_NO_ARG, NULL, "print the processes; -r: also of the groups below"},
    {O_LIST, "list", OPT_NO_ARG, NULL, "print the groups below GROUP (default: all), a path a line"},
    {O_TREE, "tree", OPT_NO_ARG, NULL, "the same as a tree, with the number of processes and the hierarchies"},
    {O_FREEZE, "freeze", OPT_NO_ARG, NULL, "stop every process of the group; returns when they stand"},
    {O_THAW, "thaw", OPT_NO_ARG, NULL, "let them go on"},
    {O_KILL, "kill", OPT_NO_ARG, NULL, "kill every process of the group; returns when it is empty"},
    {O_WAIT_EMPTY, "wait-empty", OPT_NO_ARG, NULL, "wait until no process is left"},
    {O_DELETE, "delete", OPT_NO_ARG, NULL, "remove the group from every hierarchy; -r: and those below"},
    {O_RECURSIVE, "recursive", OPT_NO_ARG, NULL, "for --delete and --procs; -r without NAME=VALUE is the same"},
    {'f', "force", OPT_NO_ARG, NULL, "for --delete and --kill: a group that does not exist is no error"},
    {O_TIMEOUT, "timeout", OPT_ARG, "TIME", "how long to wait (5, 1.5, 200ms)"},
    {O_JSON, "json", OPT_NO_ARG, NULL, "for --stat and --events: one JSON object a line"},
};

/* What the command line says. */
struct request {
	unsigned int acts; /* ACT_... */
	bool recursive, force, json, dry_run;
	uint64_t timeout; /* 0: each act's own */
	const char *controllers, *copy_from, *chown;
	char *get[GETS_MAX];
	size_t n_get;
	pid_t pid[GETS_MAX];
	size_t n_pid;
	const char *set[SETTINGS_RAW_MAX + W_COUNT];
	size_t n_set;
	char (*group)[PATH_MAX];
	size_t n_group;
	char **command;
};

enum {
	ACT_GET = 1,
	ACT_STAT = 2,
	ACT_EVENTS = 4,
	ACT_PROCS = 8,
	ACT_LIST = 16,
	ACT_TREE = 32,
	ACT_FREEZE = 64,
	ACT_THAW = 128,
	ACT_KILL = 256,
	ACT_WAIT_EMPTY = 512,
	ACT_DELETE = 1024,
	ACT_READ = ACT_GET | ACT_STAT | ACT_EVENTS | ACT_PROCS | ACT_LIST | ACT_TREE,
};

/* Fails: our own 125 before a command, else 2 for a bad request and 1 for what the kernel refused. */
static _Noreturn void fail(const struct request *q, struct err *e)
{
	if (q->command)
		e->status = EXIT_OWN;
	die_err(EXIT_FAILED, e);
}

/* --get A,B: cut at the commas in place. */
static void add_gets(struct request *q, const struct opt_spec *spec, char *list)
{
	char *save = NULL, *name;

	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		if (q->n_get == GETS_MAX)
			opt_usage(spec, "more than %d names for --get", GETS_MAX);
		q->get[q->n_get++] = name;
	}
	q->acts |= ACT_GET;
}

/* One more setting of the command line. */
static void add_set(struct request *q, const struct opt_spec *spec, const char *asked)
{
	if (q->n_set == sizeof(q->set) / sizeof(q->set[0]))
		opt_usage(spec, "too many settings");
	q->set[q->n_set++] = asked;
}

/* --pid. */
static void add_pid(struct request *q, const struct opt_spec *spec, const char *text)
{
	if (q->n_pid == GETS_MAX)
		opt_usage(spec, "more than %d times --pid", GETS_MAX);
	if (num_pid(text, &q->pid[q->n_pid++]) < 0)
		opt_usage(spec, "--pid '%s': no process id", text);
}

/* Options that say what is done. False when it is none of them. */
static bool take_act(struct request *q, int id)
{
	static const struct {
		int id;
		unsigned int act;
	} acts[] = {{O_STAT, ACT_STAT},    {O_EVENTS, ACT_EVENTS}, {O_PROCS, ACT_PROCS},
	            {O_LIST, ACT_LIST},    {O_TREE, ACT_TREE},     {O_FREEZE, ACT_FREEZE},
	            {O_THAW, ACT_THAW},    {O_KILL, ACT_KILL},     {O_WAIT_EMPTY, ACT_WAIT_EMPTY},
	            {O_DELETE, ACT_DELETE}};
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (acts[i].id == id) {
			q->acts |= acts[i].act;
			return true;
		}
	return false;
}

/* Options that say how, and with what. */
static void take_option(struct request *q, const struct opt_spec *spec, int id, char *arg)
{
	switch (id) {
	case 'r':
		if (!strchr(arg, '='))
			opt_usage(spec, "-r '%s': NAME=VALUE is wanted; for the groups below '-r' by itself", arg);
		add_set(q, spec, arg);
		break;
	case O_GET:
		add_gets(q, spec, arg);
		break;
	case O_PID:
		add_pid(q, spec, arg);
		break;
	case O_COPY_FROM:
		q->copy_from = arg;
		break;
	case O_CONTROLLERS:
		q->controllers = arg;
		break;
	case O_CHOWN:
		q->chown = arg;
		break;
	case O_TIMEOUT:
		if (num_duration(arg, &q->timeout) < 0 || q->timeout == 0)
			opt_usage(spec, "--timeout '%s': wanted a time such as 5, 1.5 or 200ms", arg);
		break;
	case O_RECURSIVE:
		q->recursive = true;
		break;
	case 'f':
		q->force = true;
		break;
	case O_JSON:
		q->json = true;
		break;
	case O_DRY_RUN:
		q->dry_run = true;
		break;
	}
}

/* "-r" is libcgroup's option with a setting, and everybody's habit for "and those below". What follows tells them apart. */
static void disambiguate_r(int argc, char **argv)
{
	static char recursive[] = "--recursive";
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "-r") && (i + 1 == argc || !strchr(argv[i + 1], '=')))
			argv[i] = recursive;
}

/* Whether a command follows: "--" behind something. */
static bool has_command(int argc, char **argv)
{
	int i;

	for (i = 2; i < argc; i++)
		if (!strcmp(argv[i], "--"))
			return true;
	return false;
}

/* Adds a group by the name that was typed. */
static void add_group(struct request *q, const char *typed)
{
	struct err e;

	if (q->n_group == GROUPS_MAX)
		die(q->command ? EXIT_OWN : EXIT_USAGE, "more than %d groups", GROUPS_MAX);
	if (q->n_group % 16 == 0) {
		void *more = realloc(q->group, (q->n_group + 16) * sizeof(*q->group));

		if (!more)
			die(EXIT_FAILED, "out of memory");
		q->group = more;
	}
	if (group_name(typed, q->group[q->n_group], &e) < 0)
		fail(q, &e);
	q->n_group++;
}

/* Groups and settings, and the command behind "--". */
static void take_operands(struct request *q, struct opt_spec *spec, int argc, char **argv, int i)
{
	int first = i, end = i;

	while (end < argc && strcmp(argv[end], "--") != 0)
		end++;
	if (end < argc)
		q->command = argv + end + 1;
	spec->usage_status = q->command ? EXIT_OWN : EXIT_USAGE;
	if (q->command && !q->command[0])
		opt_usage(spec, "no command behind '--'");
	for (; i < end; i++) {
		if (strchr(argv[i], '=') || !strcmp(argv[i], "-"))
			add_set(q, spec, argv[i]);
		else if (!q->acts && word_by_name(argv[i]))
			opt_usage(spec, "'%s' is a setting without its value (a group of that name: '/%s')", argv[i],
			          argv[i]);
		else
			add_group(q, argv[i]);
	}
	if (q->n_group == 0 && q->acts & (ACT_LIST | ACT_TREE))
		add_group(q, ".");
	if (q->n_group == 0)
		opt_usage(spec, first == end ? "no group named" : "no group named, only settings");
}

/* What does not go together. */
static void check_request(const struct request *q, const struct opt_spec *spec)
{
	bool changes = q->n_set || q->copy_from || q->controllers || q->chown || q->n_pid || q->command || q->dry_run;

	if (q->acts & ACT_READ && q->acts & (q->acts - 1))
		opt_usage(spec, "an option that prints goes with no other such option and no act");
	if (q->acts && changes)
		opt_usage(
		    spec,
		    "settings, --pid, --chown, --dry-run and a command go with none of --get, --stat, --kill ...");
	if (q->command && q->n_group > 1)
		opt_usage(spec, "a command can join one group, not %zu", q->n_group);
}

/* The whole command line. */
static void parse(struct request *q, struct opt_spec *spec, int argc, char **argv)
{
	struct opt_parser p;
	int id;

	if (has_command(argc, argv))
		spec->usage_status = EXIT_OWN;
	disambiguate_r(argc, argv);
	opt_begin(&p, spec, argc, argv);
	while ((id = opt_next(&p)) != -1)
		if (!take_act(q, id))
			take_option(q, spec, id, p.arg);
	take_operands(q, spec, argc, argv, p.index);
	check_request(q, spec);
}

/* One name: its value. Several: NAME=VALUE lines, which cgset reads again ("cgset GROUP -"). */
static int print_gets(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	char value[16384];
	size_t i;

	for (i = 0; i < q->n_get; i++) {
		if (get_name(m, group, q->get[i], value, sizeof(value), e) < 0)
			return -1;
		if (q->n_group > 1)
			printf("%s ", group);
		if (q->n_get > 1)
			printf("%s=", q->get[i]);
		puts(value);
	}
	return 0;
}

/* The acts that print, of which there is one. */
static int read_group(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	switch (q->acts) {
	case ACT_GET:
		return print_gets(q, m, group, e);
	case ACT_STAT:
		return show_stat(m, group, q->json, e);
	case ACT_EVENTS:
		return show_events(m, group, q->json, e);
	case ACT_PROCS:
		return show_procs(m, group, q->recursive, e);
	default:
		return show_list(m, group, q->acts == ACT_TREE, e);
	}
}

/* The acts that change, in the order in which they make sense together. */
static int act_on_group(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	uint64_t timeout = q->timeout ? q->timeout : TIMEOUT_DEFAULT;

	if (q->force && strcmp(group, ".") != 0 && !group_home(m, group))
		return 0;
	if (q->acts & ACT_FREEZE && act_freeze(m, group, timeout, e) < 0)
		return -1;
	if (q->acts & ACT_THAW && act_thaw(m, group, timeout, e) < 0)
		return -1;
	if (q->acts & ACT_KILL && act_kill(m, group, timeout, e) < 0)
		return -1;
	if (q->acts & ACT_WAIT_EMPTY && act_wait_empty(m, group, q->timeout ? q->timeout : ACT_FOREVER, e) < 0)
		return -1;
	if (q->acts & ACT_DELETE)
		return act_delete(m, group, q->recursive, q->timeout ? q->timeout : DELETE_DEFAULT, e);
	return 0;
}

/* Every group in turn; the last failure's status, but each is named. */
static int run_acts(const struct request *q, const struct cg_map *m)
{
	int status = 0;
	size_t i;

	for (i = 0; i < q->n_group; i++) {
		struct err e;
		int r = q->acts & ACT_READ ? read_group(q, m, q->group[i], &e) : act_on_group(q, m, q->group[i], &e);

		if (r < 0) {
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

	if (q->copy_from && (group_name(q->copy_from, from, e) < 0 || get_all(m, from, s, e) < 0))
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

/* Takes back what was made, after a join too: then this process goes to where its parent is, so that the group is empty. */
static void take_back(const struct request *q, const struct cg_map *m, struct undo *undo)
{
	struct err ignored;

	if (undo->n && q->command)
		cg_join_like(m, getppid(), true, &ignored);
	undo_run(undo);
}

/* Makes and fills one group; what was made goes again when it fails. */
static int set_group(const struct request *q, const struct plan *p, uid_t uid, gid_t gid, struct undo *undo,
                     struct err *e)
{
	size_t i;
	int r = 0;

	if (plan_apply(p, undo, e) < 0)
		return -1;
	if (q->chown)
		r = give_away(p, uid, gid, e);
	for (i = 0; r == 0 && i < q->n_pid; i++)
		r = act_move(p->map, p->group, q->pid[i], e);
	if (r == 0 && q->command)
		r = cg_join(p->map, p->group, true, e);
	if (r < 0)
		take_back(q, p->map, undo);
	else if (!q->command)
		undo_forget(undo);
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
		fail(q, &e);
	for (i = 0; i < q->n_group; i++) {
		if (!strcmp(q->group[i], ".") && (q->command || q->chown))
			opt_usage(spec, "the root group is joined and given away by nobody");
		if (plan_make(&plan, m, q->group[i], &settings, q->controllers, &e) < 0)
			fail(q, &e);
	}
	for (i = 0; i < q->n_group; i++) {
		if (q->n_group > 1 && plan_make(&plan, m, q->group[i], &settings, q->controllers, &e) < 0)
			fail(q, &e);
		if (q->dry_run)
			print_plan(q, &plan);
		else if (set_group(q, &plan, uid, gid, &undo, &e) < 0)
			fail(q, &e);
	}
	if (!q->command || q->dry_run)
		return 0;
	chain_exec(q->command, &e);
	take_back(q, m, &undo);
	die_err(EXIT_OWN, &e);
}

int main(int argc, char **argv)
{
	struct opt_spec spec = {
	    .tool = "cgset",
	    .synopsis = "[OPTION...] GROUP... [NAME=VALUE...] [-- COMMAND [ARG...]]\n"
	                "--get NAME[,NAME...]|--stat|--events|--procs|--list|--tree [GROUP...]\n"
	                "--freeze|--thaw|--kill|--wait-empty|--delete [-r] [-f] GROUP...",
	    .about =
	        "Create, configure, fill, read, freeze, kill and remove control groups, in the same words on v1, v2 "
	        "and hybrid machines.",
	    .table = table,
	    .n = sizeof(table) / sizeof(table[0]),
	    .usage_status = EXIT_USAGE,
	};
	static struct request q;
	static struct cg_map map;
	struct err e;
	int status;

	msg_init("cgset");
	parse(&q, &spec, argc, argv);
	if (cg_discover(&map, &e) < 0)
		fail(&q, &e);
	status = q.acts ? run_acts(&q, &map) : run_set(&q, &map, &spec);
	free(q.group);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		err_set(&e, errno, "write standard output");
		fail(&q, &e);
	}
	return status;
}
