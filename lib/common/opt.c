/* opt.c - see opt.h */
#include "opt.h"
#include "msg.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPT_TABLE_MAX 128

/* getopt's view of the table, built once per opt_begin. As getopt's own state it exists once: one command line is
 * read at a time, and a start that needs no heap is a start that is faster. */
static struct getopt_view {
	char letters[3 * OPT_TABLE_MAX + 4];
	struct option longs[OPT_TABLE_MAX + 3];
} view;

/* Whether the table uses a letter for itself. */
static int has_letter(const struct opt_spec *s, int letter)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->table[i].id == letter)
			return 1;
	return 0;
}

static void view_build(struct getopt_view *v, const struct opt_spec *s)
{
	char *p = v->letters;
	size_t n = s->n < OPT_TABLE_MAX ? s->n : OPT_TABLE_MAX;

	*p++ = '+'; /* stop at the first operand */
	*p++ = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < n; i++) {
		const struct opt *o = &s->table[i];
		int takes = o->takes == OPT_MAYBE_LONG ? optional_argument : (int)o->takes;

		v->longs[i] = (struct option){o->name, takes, NULL, o->id};
		if (o->id >= OPT_LONG)
			continue;
		*p++ = (char)o->id;
		for (int k = 0; k < takes && o->takes != OPT_MAYBE_LONG; k++)
			*p++ = ':';
	}
	if (!has_letter(s, 'h'))
		*p++ = 'h';
	if (!has_letter(s, 'V'))
		*p++ = 'V';
	*p = '\0';
	v->longs[n] = (struct option){"help", no_argument, NULL, OPT_HELP_ID};
	v->longs[n + 1] = (struct option){"version", no_argument, NULL, OPT_VERSION_ID};
	v->longs[n + 2] = (struct option){NULL, 0, NULL, 0};
}

void opt_begin(struct opt_parser *p, const struct opt_spec *spec, int argc, char **argv)
{
	view_build(&view, spec);
	*p = (struct opt_parser){.spec = spec, .argc = argc, .argv = argv};
	opterr = 0;
	optind = 1;
}

/* "-m, --mount[=FILE]" as --help shows it. */
static void help_option(const struct opt *o)
{
	char left[80];
	int n = o->id < OPT_LONG ? snprintf(left, sizeof(left), "-%c, --%s", o->id, o->name)
	                         : snprintf(left, sizeof(left), "    --%s", o->name);

	if (o->takes != OPT_NO_ARG && n > 0 && (size_t)n < sizeof(left))
		snprintf(left + n, sizeof(left) - (size_t)n, o->takes == OPT_ARG ? " %s" : "[=%s]", o->arg);
	printf("  %-34s %s\n", left, o->help);
}

static _Noreturn void help(const struct opt_spec *s)
{
	const char *line = s->synopsis;
	const char *lead = "Usage:";

	while (*line) {
		size_t n = strcspn(line, "\n");

		printf("%s %s %.*s\n", lead, s->tool, (int)n, line);
		lead = "      ";
		line += n + (line[n] == '\n');
	}
	printf("\n%s\n\nOptions:\n", s->about);
	for (size_t i = 0; i < s->n; i++)
		help_option(&s->table[i]);
	help_option(
	    &(struct opt){has_letter(s, 'h') ? OPT_LONG : 'h', "help", OPT_NO_ARG, NULL, "print this and exit"});
	help_option(&(struct opt){has_letter(s, 'V') ? OPT_LONG : 'V', "version", OPT_NO_ARG, NULL,
	                          "print the version and exit"});
	if (fflush(stdout) != 0)
		die(s->usage_status, "write the help: %s", strerror(errno));
	exit(0);
}

void opt_usage(const struct opt_spec *spec, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	die(spec->usage_status, "%s; see '%s --help'", text, spec->tool);
}

/* Words what getopt refused: it leaves the letter in optopt, or the long option before optind. */
static _Noreturn void refuse(const struct opt_parser *p, const char *why)
{
	if (optopt > 0 && optopt < OPT_LONG && !(p->argv[optind - 1][0] == '-' && p->argv[optind - 1][1] == '-'))
		opt_usage(p->spec, "%s: '-%c'", why, optopt);
	opt_usage(p->spec, "%s: '%s'", why, p->argv[optind - 1]);
}

int opt_next(struct opt_parser *p)
{
	int id = getopt_long(p->argc, p->argv, view.letters, view.longs, NULL);

	p->arg = optarg;
	switch (id) {
	case -1:
		p->index = optind;
		return -1;
	case ':':
		refuse(p, "option needs an argument");
	case '?':
		refuse(p, "unknown, ambiguous or wrongly used option");
	case OPT_VERSION_ID:
		printf("%s %s\n", p->spec->tool, VERSION);
		exit(fflush(stdout) == 0 ? 0 : p->spec->usage_status);
	case OPT_HELP_ID:
		help(p->spec);
	default:
		break;
	}
	if (id == 'h' && !has_letter(p->spec, 'h'))
		help(p->spec);
	if (id == 'V' && !has_letter(p->spec, 'V')) {
		printf("%s %s\n", p->spec->tool, VERSION);
		exit(fflush(stdout) == 0 ? 0 : p->spec->usage_status);
	}
	return id;
}
