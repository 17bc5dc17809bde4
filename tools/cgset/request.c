/*
 * request.c - the option table and the command line.
 */
#include "request.h"

#include "group.h"

#include "common/msg.h"
#include "common/num.h"

#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 1024

enum {
	O_RECURSIVE = OPT_LONG,
	O_PARENTS,
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
	O_WATCH,
	O_ROUNDS,
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
    {O_RECURSIVE, "recursive", OPT_NO_ARG, NULL,
     "for --delete, --procs, --stat, --events; -r without NAME=VALUE is the same"},
    {O_PARENTS, "parents", OPT_NO_ARG, NULL, "for --delete: also the groups above that have become empty"},
    {'f', "force", OPT_NO_ARG, NULL, "for --delete and --kill: a group that does not exist is no error"},
    {O_TIMEOUT, "timeout", OPT_ARG, "TIME", "how long to wait (5, 1.5, 200ms)"},
    {O_WATCH, "watch", OPT_ARG, "TIME", "for --stat and --events: again each TIME, an empty line after each round"},
    {O_ROUNDS, "rounds", OPT_ARG, "N", "for --watch: end after N rounds"},
    {O_JSON, "json", OPT_NO_ARG, NULL, "for --stat and --events: one JSON object a line"},
};

_Noreturn void request_fail(const struct request *q, struct err *e)
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
		q->set[q->n_set++] = arg;
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
	case O_WATCH:
		if (num_duration(arg, &q->watch) < 0 || q->watch == 0)
			opt_usage(spec, "--watch '%s': wanted a time such as 5, 1.5 or 200ms", arg);
		break;
	case O_ROUNDS:
		if (num_u64(arg, 1, UINT32_MAX, &q->rounds) < 0)
			opt_usage(spec, "--rounds '%s': wanted a number", arg);
		break;
	case O_RECURSIVE:
		q->recursive = true;
		break;
	case O_PARENTS:
		q->parents = true;
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

/* "-r" is libcgroup's option with a setting, and everybody's habit for "and those below". What follows tells them
 * apart. */
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
		request_fail(q, &e);
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
			q->set[q->n_set++] = argv[i];
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
	if (q->parents && !(q->acts & ACT_DELETE))
		opt_usage(spec, "--parents is for --delete");
	if (q->watch && !(q->acts & (ACT_STAT | ACT_EVENTS)))
		opt_usage(spec, "--watch is for --stat and --events");
	if (q->rounds && !q->watch)
		opt_usage(spec, "--rounds is for --watch");
	if (q->command && q->n_group > 1)
		opt_usage(spec, "a command can join one group, not %zu", q->n_group);
}

void request_parse(struct request *q, struct opt_spec *spec, int argc, char **argv)
{
	struct opt_parser p;
	int id;

	*spec = (struct opt_spec){
	    .tool = "cgset",
	    .synopsis = "[OPTION...] GROUP... [NAME=VALUE...] [-- COMMAND [ARG...]]\n"
	                "--get NAME[,NAME...]|--stat|--events|--procs|--list|--tree [GROUP...]\n"
	                "--freeze|--thaw|--kill|--wait-empty|--delete [-r] [--parents] [-f] GROUP...",
	    .about =
	        "Create, configure, fill, read, freeze, kill and remove control groups, in the same words on v1, v2 "
	        "and hybrid machines.",
	    .table = table,
	    .n = sizeof(table) / sizeof(table[0]),
	    .usage_status = EXIT_USAGE,
	};
	if (has_command(argc, argv))
		spec->usage_status = EXIT_OWN;
	q->set = calloc((size_t)argc, sizeof(*q->set));
	if (!q->set)
		die(spec->usage_status, "out of memory");
	disambiguate_r(argc, argv);
	opt_begin(&p, spec, argc, argv);
	while ((id = opt_next(&p)) != -1)
		if (!take_act(q, id))
			take_option(q, spec, id, p.arg);
	take_operands(q, spec, argc, argv, p.index);
	check_request(q, spec);
}
