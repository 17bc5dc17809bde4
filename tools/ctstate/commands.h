/*
 * commands.h - the sub-commands. Each gets its own name as argv[0], checks its own command line and returns the exit
 * status.
 */
#ifndef CTSTATE_COMMANDS_H
#define CTSTATE_COMMANDS_H

#include "common/opt.h"

/* The options of all commands, in one table so that ctstate --help can list them: those of each
 * command stand together. */
enum {
	O_PS_FORMAT = OPT_LONG,
	O_NO_TRUNC,
	O_STALE,
	O_HEAL,
	O_TYPE,
	O_HEADING,
	O_DEFAULT,
	O_ARRAY,
	O_EVENTS_FORMAT,
	O_EVENTS_SINCE,
	O_EVENTS_UNTIL,
	O_EVENTS_COUNT,
	O_REMOVE_LOG,
	O_DF_FORMAT,
	O_DF_VOLUMES,
	O_STATS_FORMAT,
	O_STATS_NO_TRUNC,
	O_STATS_NO_STREAM,
	O_END_NETNS,
	O_END_VOLUMES,
	O_END_STATUS,
	O_NEW_MAKER,
	O_NEW_NAME,
	O_NEW_GROUP,
	O_NEW_LOG,
	O_NEW_SUMMARY,
};
enum {
	PS_OPTIONS = 10,
	INSPECT_OPTIONS = 3,
	REMOVE_OPTIONS = 1,
	FORMAT_OPTIONS = 3,
	EVENTS_OPTIONS = 5,
	DF_OPTIONS = 2,
	STATS_OPTIONS = 4,
	DESTROY_OPTIONS = 2,
	HEAL_OPTIONS = 1,
	REAP_OPTIONS = 2,
	NEW_OPTIONS = 5
};

/* Where each command's begin. */
enum {
	INSPECT_AT = PS_OPTIONS,
	REMOVE_AT = INSPECT_AT + INSPECT_OPTIONS,
	FORMAT_AT = REMOVE_AT + REMOVE_OPTIONS,
	EVENTS_AT = FORMAT_AT + FORMAT_OPTIONS,
	DF_AT = EVENTS_AT + EVENTS_OPTIONS,
	STATS_AT = DF_AT + DF_OPTIONS,
	DESTROY_AT = STATS_AT + STATS_OPTIONS,
	HEAL_AT = DESTROY_AT + 1, /* its last option is theirs too */
	REAP_AT = HEAL_AT,
	NEW_AT = REAP_AT + REAP_OPTIONS,
	N_OPTIONS = NEW_AT + NEW_OPTIONS
};
extern const struct opt cmd_options[N_OPTIONS];

int cmd_new(int argc, char **argv);
int cmd_now(int argc, char **argv);
int cmd_ps(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_df(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_format(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_remove(int argc, char **argv);
int cmd_reap(int argc, char **argv);
int cmd_destroy(int argc, char **argv);
int cmd_heal(int argc, char **argv);

#endif
