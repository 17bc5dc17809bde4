/*
 * opt.h - one table of options a tool, from which parsing, --help and the checks of man page and completions come.
 *
 * Parsing is getopt_long(3) with a leading '+': options end at the first operand, so a command's own options are
 * never taken. --help (-h where the table does not use h) and --version (-V likewise) are added by this module.
 */
#ifndef COMMON_OPT_H
#define COMMON_OPT_H

#include <stddef.h>

/* OPT_MAYBE_LONG: the long form may have an argument (--mount=FILE), the short letter never has, so that letters can
 * be bundled as unshare's can (-muip). */
enum opt_takes { OPT_NO_ARG, OPT_ARG, OPT_MAYBE_ARG, OPT_MAYBE_LONG };

/* The id of an option: its short letter, or for one without a letter a number from OPT_LONG on. */
enum { OPT_LONG = 256, OPT_HELP_ID = 4094, OPT_VERSION_ID = 4095 };

struct opt {
	int id;
	const char *name; /* long name without dashes */
	enum opt_takes takes;
	const char *arg;  /* the argument's name in --help: "FILE"; NULL when none is taken */
	const char *help; /* one line */
};

struct opt_spec {
	const char *tool;
	const char *synopsis; /* what follows the name in the usage lines; several lines separated by \n */
	const char *about;    /* one or two sentences */
	const struct opt *table;
	size_t n;
	int usage_status; /* EXIT_USAGE, or EXIT_OWN for a tool that runs a command */
};

struct opt_parser {
	const struct opt_spec *spec;
	int argc;
	char **argv;
	char *arg; /* the argument of the option just returned, or NULL */
	int index; /* after the end: the first operand's place in argv */
};

/* Begins; argv[0] is skipped. One parser at a time, as getopt(3) has it. Sub-commands pass argc - 1, argv + 1. */
void opt_begin(struct opt_parser *p, const struct opt_spec *spec, int argc, char **argv);

/* The next option's id, or -1 at the end (then p->index is set). A bad option prints one line that names --help and
 * exits with spec->usage_status; --help prints to standard output and exits 0, --version likewise. */
int opt_next(struct opt_parser *p);

/* Prints "tool: ...; see 'tool --help'" and exits with spec->usage_status. */
_Noreturn void opt_usage(const struct opt_spec *spec, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
