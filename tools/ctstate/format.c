/*
 * format.c - ctstate format: objects from standard input, printed as docker prints its lists and inspections.
 *
 * The service by which a script's command has --format: it writes what it knows as records (record.h) or JSON, one object
 * after the other, and gets docker's table, templates and JSON. Objects are printed as they come unless columns have to be
 * aligned.
 */
#include "commands.h"
#include "common/msg.h"
#include "common/opt.h"
#include "record.h"
#include "rows.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 65536

static const struct opt_spec spec = {
    .tool = "ctstate format",
    .synopsis = "[OPTION]... [TEMPLATE]",
    .about = "Print the objects on standard input (JSON or records) by a template, as JSON or as a table.",
    .table = cmd_options + FORMAT_AT,
    .n = FORMAT_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct format {
	struct arena a;      /* for the whole run */
	struct arena values; /* for the objects that are read */
	struct rows rows;
	struct jval *headings;
	bool heading_done;
	struct buf in;
	size_t done; /* bytes of in that have been taken */
};

/* "FIELD=HEADING" */
static void add_heading(struct format *f, const char *arg)
{
	size_t n = strcspn(arg, "=");

	if (!n || !arg[n])
		opt_usage(&spec, "--heading: not FIELD=TEXT: '%s'", arg);
	j_put(&f->a, f->headings, arena_copy(&f->a, arg, n), j_str(&f->a, arg + n + 1));
}

static void parse(struct format *f, int argc, char **argv)
{
	const char *otherwise = "json";
	struct opt_parser p;
	int id, flags = 0;
	struct err e;

	f->headings = j_new(&f->a, J_STRUCT);
	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0) {
		if (id == O_HEADING)
			add_heading(f, p.arg);
		else if (id == O_DEFAULT)
			otherwise = p.arg;
		else
			flags = ROWS_ARRAY;
	}
	if (argc - p.index > 1)
		opt_usage(&spec, "more than one template");
	if (rows_begin(&f->rows, &f->a, p.index < argc ? argv[p.index] : NULL, otherwise, flags, &e) < 0)
		die_err(EXIT_FAILED, &e);
	f->rows.a = &f->values;
}

/* The names of the fields of the first object in capitals, where no other heading was given. */
static void print_heading(struct format *f, const struct jval *row)
{
	struct err e;

	for (size_t i = 0; row && i < row->n; i++) {
		const char *key = row->members[i].key;
		char *text;

		if (j_get(f->headings, key))
			continue;
		/* The row is forgotten before the headings are. */
		key = arena_copy(&f->a, key, strlen(key));
		text = arena_copy(&f->a, key, strlen(key));
		for (char *c = text; *c; c++)
			if (*c >= 'a' && *c <= 'z')
				*c -= 'a' - 'A';
		j_set(&f->a, f->headings, key, j_str(&f->a, text));
	}
	if (!f->heading_done && rows_heading(&f->rows, f->headings, &e) < 0)
		die_err(EXIT_FAILED, &e);
	f->heading_done = true;
}

/* In a table a cell is one line: control characters become \xHH. */
static void clean_cells(struct format *f, struct jval *row)
{
	for (size_t i = 0; f->rows.table && i < row->n; i++) {
		struct jval *v = row->members[i].val;
		size_t room = 4 * v->n + 5;

		if (v->type == J_STRING)
			row->members[i].val = j_str(&f->values, msg_clean(arena_alloc(&f->values, room), room, v->s));
	}
}

static void print_row(struct format *f, struct jval *row)
{
	struct err e;

	if (row->type != J_STRUCT)
		die(EXIT_FAILED, "format: standard input holds a value that is no object");
	print_heading(f, row);
	clean_cells(f, row);
	if (rows_add(&f->rows, row, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

/* One value that was read: an object, or a list of objects. */
static void print_value(struct format *f, struct jval *v)
{
	if (v->type != J_ARRAY) {
		print_row(f, v);
		return;
	}
	for (size_t i = 0; i < v->n; i++)
		print_row(f, v->items[i]);
}

/* An endless stream takes no more memory than what is not printed yet. */
static void forget(struct format *f)
{
	if (f->rows.tmpl && !f->rows.table)
		arena_free(&f->values);
	memmove(f->in.p, f->in.p + f->done, f->in.n - f->done);
	f->in.n -= f->done;
	f->done = 0;
}

/* Prints every whole value that has come so far. */
static void print_whole(struct format *f, bool eof)
{
	const char *end = f->in.p + f->in.n, *at = f->in.p + f->done;
	struct jval *v;
	struct err e;

	while (at < end && *at && strchr(" \t\r\n", *at))
		at++;
	while (at < end) {
		int r = *at == '{' || *at == '[' ? json_parse(&f->values, &at, end, eof, &v, &e)
		                                 : record_parse(&f->values, &at, end, eof, &v, &e);

		if (r < 0 && e.code == EAGAIN && !eof)
			break;
		if (r < 0)
			die_err(EXIT_FAILED, &e);
		if (v)
			print_value(f, v);
	}
	f->done = (size_t)(at - f->in.p);
	rows_flush(&f->rows);
	forget(f);
}

int cmd_format(int argc, char **argv)
{
	struct format f = {0};
	char chunk[CHUNK];
	ssize_t n;

	parse(&f, argc, argv);
	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno != EINTR)
			die(EXIT_FAILED, "read standard input: %s", strerror(errno));
		if (n < 0)
			continue;
		buf_add(&f.in, chunk, (size_t)n);
		print_whole(&f, false);
	}
	if (f.in.n)
		print_whole(&f, true);
	print_heading(&f, NULL);
	rows_end(&f.rows);
	buf_free(&f.in);
	arena_free(&f.values);
	arena_free(&f.a);
	return 0;
}
