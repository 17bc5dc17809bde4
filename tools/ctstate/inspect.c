/*
 * inspect.c - ctstate inspect: containers as docker's JSON, or by a template.
 */
#include "commands.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/opt.h"
#include "rows.h"
#include "view.h"

#include <string.h>

static const struct opt_spec spec = {
    .tool = "ctstate inspect",
    .synopsis = "[OPTION]... ROOT RUN ID...",
    .about = "Show everything that is known of containers, as an array of JSON objects.",
    .table = cmd_options + INSPECT_AT,
    .n = INSPECT_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct inspect {
	struct arena a;
	struct state_dirs dirs;
	struct rows rows;
	bool size;
	int status;
};

/* Parses the options; returns where the operands begin. */
static char **parse(struct inspect *in, int argc, char **argv)
{
	struct opt_parser p;
	struct err e;
	const char *format = NULL;
	int id;

	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0) {
		if (id == O_TYPE && strcmp(p.arg, "container") != 0)
			die(EXIT_FAILED, "type '%s': only containers can be inspected", p.arg);
		if (id == 'f')
			format = p.arg;
		else if (id == 's')
			in->size = true;
	}
	if (rows_begin(&in->rows, &in->a, format, "json", ROWS_ARRAY, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (argc - p.index < 3)
		opt_usage(&spec, "operands are needed, ROOT, RUN and at least one ID");
	return argv + p.index;
}

static void add(struct inspect *in, const char *id)
{
	struct jval *v = name_is_file(id) ? view_make(&in->a, &in->dirs, id, in->size) : NULL;
	struct err e;

	if (!v) {
		msg("no such container: '%s'", id);
		in->status = EXIT_FAILED;
	} else if (rows_add(&in->rows, v, &e) < 0) {
		die_err(EXIT_FAILED, &e);
	}
}

int cmd_inspect(int argc, char **argv)
{
	struct inspect in = {0};
	char **op = parse(&in, argc, argv);
	struct err e;

	if (state_open(op[0], op[1], &in.dirs, &e) < 0)
		die_err(EXIT_FAILED, &e);
	for (op += 2; *op; op++)
		add(&in, *op);
	rows_end(&in.rows);
	state_close(&in.dirs);
	arena_free(&in.a);
	return in.status;
}
