/*
 * ctstate - the state directory's own tool: what a shell does badly or slowly with plain files.
 *
 * Each sub-command is small and a process of its own; none keeps anything that is not in the files (docs/state.md).
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "common/sig.h"

#include <errno.h>
#include <string.h>

const struct opt cmd_options[N_OPTIONS] = {
    {'a', "all", OPT_NO_ARG, NULL, "ps: those that are not running too"},
    {'f', "filter", OPT_ARG, "KEY=VALUE", "ps: only those (name id status exited label ancestor ...)"},
    {O_PS_FORMAT, "format", OPT_ARG, "TEMPLATE", "ps: table, json, a template, or a template behind 'table '"},
    {'n', "last", OPT_ARG, "N", "ps: the N newest, whatever they do"},
    {'l', "latest", OPT_NO_ARG, NULL, "ps: the newest: --last 1"},
    {O_NO_TRUNC, "no-trunc", OPT_NO_ARG, NULL, "ps: ids and commands in full"},
    {'q', "quiet", OPT_NO_ARG, NULL, "ps: ids only"},
    {'s', "size", OPT_NO_ARG, NULL, "ps: how much they take on the disk"},
    {O_STALE, "stale-fd", OPT_ARG, "FD", "ps: write the ids that nobody looks after to FD, one a line"},
    {O_HEAL, "heal-with", OPT_ARG, "SCRIPT",
     "ps: when there are such, become 'sh SCRIPT --root ROOT --run RUN gc ID...'"},
    {'f', "format", OPT_ARG, "TEMPLATE", "inspect: print by a template, one line for each container"},
    {'s', "size", OPT_NO_ARG, NULL, "inspect: SizeRw and SizeRootFs as well"},
    {O_TYPE, "type", OPT_ARG, "TYPE", "inspect: container, the only one here"},
    {O_REMOVE_LOG, "event-log", OPT_ARG, "FILE", "remove: note in the event log which containers have gone"},
    {O_HEADING, "heading", OPT_ARG, "FIELD=TEXT", "format: what stands over the column of a field"},
    {O_DEFAULT, "default", OPT_ARG, "TEMPLATE", "format: used when the template is empty or 'table' (json)"},
    {O_ARRAY, "array", OPT_NO_ARG, NULL, "format: one JSON array, as inspect prints it, unless there is a template"},
    {'f', "filter", OPT_ARG, "KEY=VALUE", "events: only those (container event image label network type volume)"},
    {O_EVENTS_FORMAT, "format", OPT_ARG, "TEMPLATE", "events: json, or a template for each"},
    {O_EVENTS_SINCE, "since", OPT_ARG, "TIME", "events: begin with those of that time"},
    {O_EVENTS_UNTIL, "until", OPT_ARG, "TIME", "events: end at that time"},
    {O_EVENTS_COUNT, "count", OPT_ARG, "N", "events: end behind so many"},
    {O_DF_FORMAT, "format", OPT_ARG, "TEMPLATE", "df: table, json or a template for each"},
    {O_DF_VOLUMES, "volumes", OPT_NO_ARG, NULL, "df: each volume, and how many containers use it"},
    {'a', "all", OPT_NO_ARG, NULL, "stats: those that are not running too"},
    {O_STATS_FORMAT, "format", OPT_ARG, "TEMPLATE", "stats: table, json or a template for each"},
    {O_STATS_NO_TRUNC, "no-trunc", OPT_NO_ARG, NULL, "stats: ids in full"},
    {O_STATS_NO_STREAM, "no-stream", OPT_NO_ARG, NULL, "stats: end after the first that is printed"},
    {O_END_VOLUMES, "volumes", OPT_NO_ARG, NULL, "destroy: with the volumes that have no name and no other user"},
    {O_END_NETNS, "netns-veth", OPT_ARG, "FILE",
     "destroy, heal, reap: the program that takes networks down (netns-veth)"},
    {O_END_STATUS, "exit-status", OPT_ARG, "N", "reap: exit with this status, whatever comes of it"},
    {O_NEW_MAKER, "maker", OPT_ARG, "PID", "new: say in RUN/starting/ID that this process makes it, and end with it"},
    {O_NEW_NAME, "name", OPT_ARG, "NAME", "new: claim the name; two words where it is empty"},
    {O_NEW_GROUP, "cgroup", OPT_ARG, "GROUP", "new: the control group that it will have, as the fact RUN/ID/cgroup"},
    {O_NEW_LOG, "event-log", OPT_ARG, "FILE", "new: note in the event log that it was made"},
    {O_NEW_SUMMARY, "summary", OPT_NO_ARG, NULL, "new: what ps shows of it as a fact of its own, too"},
};

static const struct opt_spec spec = {
    .tool = "ctstate",
    .synopsis = "new [OPTION]... ROOT RUN ID [FACT]... [-- COMMAND [ARGUMENT]...]\n"
                "now\n"
                "ps [OPTION]... ROOT RUN\n"
                "inspect [OPTION]... ROOT RUN ID...\n"
                "format [OPTION]... [TEMPLATE]\n"
                "events [OPTION]... ROOT RUN\n"
                "df [OPTION]... ROOT RUN\n"
                "diff UPPER [LOWER]...\n"
                "stats [OPTION]... ROOT RUN [ID[=NAME]...]\n"
                "remove [OPTION]... PATH...\n"
                "reap [OPTION]... ROOT RUN ID\n"
                "destroy [OPTION]... ROOT RUN ID...\n"
                "heal [OPTION]... ROOT RUN [ID]...",
    .about = "Make, list, show and remove the state directories of containers. Each command has its own --help.",
    .table = cmd_options,
    .n = N_OPTIONS,
    .usage_status = EXIT_USAGE,
};

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"new", cmd_new},       {"now", cmd_now},       {"ps", cmd_ps},     {"inspect", cmd_inspect},
    {"format", cmd_format}, {"events", cmd_events}, {"df", cmd_df},     {"diff", cmd_diff},
    {"stats", cmd_stats},   {"remove", cmd_remove}, {"reap", cmd_reap}, {"destroy", cmd_destroy},
    {"heal", cmd_heal},
};

int main(int argc, char **argv)
{
	struct opt_parser p;

	msg_init("ctstate");
	if (fd_open_stdio() < 0)
		die(EXIT_FAILED, "open '/dev/null': %s", strerror(errno));
	sig_children();
	opt_begin(&p, &spec, argc, argv);
	while (opt_next(&p) >= 0)
		opt_usage(&spec, "an option stands behind its command");
	if (p.index == argc)
		opt_usage(&spec, "a command is missing");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[p.index], commands[i].name) == 0)
			return commands[i].run(argc - p.index, argv + p.index);
	opt_usage(&spec, "no such command: '%s'", argv[p.index]);
}
