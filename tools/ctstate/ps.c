/*
 * ps.c - ctstate ps: the containers as docker's table, or by a template.
 *
 * What is read depends on what is asked: for every container when it was made and what it does, the facts that
 * filters look at, and only for those that come out the facts that the format names.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "filter.h"
#include "output.h"
#include "row.h"
#include "table.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_TABLE "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"

static const struct opt_spec spec = {
    .tool = "ctstate ps",
    .synopsis = "[OPTION]... ROOT RUN",
    .about = "List containers, newest first.",
    .table = cmd_options,
    .n = PS_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct ps {
	struct arena a;
	struct state_dirs dirs;
	struct filters filters;
	struct row_style style;
	struct tmpl *tmpl;
	const char *format;
	bool all, quiet, table;
	uint64_t last; /* 0: no limit */
	int stale_fd;
	const char *root, *run;
	struct ct *list;
	size_t n, room;
};

static void take_option(struct ps *ps, int id, const char *arg)
{
	struct err e;

	switch (id) {
	case 'a':
		ps->all = true;
		break;
	case 'f':
		if (filter_add(&ps->filters, arg, &e) < 0)
			die_err(EXIT_FAILED, &e);
		break;
	case O_PS_FORMAT:
		ps->format = arg;
		break;
	case 'n':
		if (num_u64(arg, 0, INT32_MAX, &ps->last) < 0 && strcmp(arg, "-1") != 0)
			opt_usage(&spec, "not a number of containers: '%s'", arg);
		break;
	case 'l':
		ps->last = 1;
		break;
	case O_NO_TRUNC:
		ps->style.no_trunc = true;
		break;
	case 'q':
		ps->quiet = true;
		break;
	default:
		if (fd_parse(arg, &ps->stale_fd, &e) < 0)
			opt_usage(&spec, "--stale-fd: %s", e.text);
		break;
	}
}

static void parse(struct ps *ps, int argc, char **argv)
{
	struct opt_parser p;
	int id;

	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0)
		take_option(ps, id, p.arg);
	if (argc - p.index != 2)
		opt_usage(&spec, "two operands are needed, ROOT and RUN");
	ps->root = argv[p.index];
	ps->run = argv[p.index + 1];
}

/* A format with \t and \n written out, as docker takes it. */
static char *unescape(struct arena *a, const char *s)
{
	char *copy = arena_copy(a, s, strlen(s)), *to = copy;

	for (; *s; s++) {
		if (*s == '\\' && (s[1] == 't' || s[1] == 'n'))
			*to++ = *++s == 't' ? '\t' : '\n';
		else
			*to++ = *s;
	}
	*to = '\0';
	return copy;
}

/* From --format and --quiet to a template and whether its lines are columns. */
static void choose_format(struct ps *ps)
{
	const char *f = ps->format;
	struct err e;

	if (ps->quiet)
		f = "{{.ID}}";
	else if (!f || !*f || strcmp(f, "table") == 0)
		f = FORMAT_TABLE;
	else if (strcmp(f, "json") == 0)
		f = "{{json .}}";
	ps->table = strncmp(f, "table ", 6) == 0;
	f += ps->table ? 6 : 0;
	ps->style.clean = ps->table;
	if (tmpl_parse(&ps->a, unescape(&ps->a, f), &ps->tmpl, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

static void tell_stale(void *arg, const char *id)
{
	const struct ps *ps = arg;
	char line[260];
	int n = snprintf(line, sizeof(line), "%s\n", id);

	if (n > 0 && (size_t)n < sizeof(line))
		(void)fd_write_all(ps->stale_fd, line, (size_t)n);
}

/* Takes one container up into the list if it is asked for. */
static void look_at(void *arg, const char *name)
{
	struct ps *ps = arg;
	struct ct c;

	if (!ct_begin(&ps->a, &ps->dirs, name, ps->stale_fd >= 0, &c))
		return;
	if (c.life.stale && ps->stale_fd >= 0)
		tell_stale(ps, name);
	if (!ct_is_up(&c) && !ps->all && !ps->last && !ps->filters.any_state)
		return;
	ct_need(&ps->a, &ps->dirs, &c, ps->filters.need);
	if (!filters_match(&ps->filters, &ps->a, &c))
		return;
	c.id = arena_copy(&ps->a, name, strlen(name));
	ps->list = arena_grow(&ps->a, ps->list, ps->n, &ps->room, sizeof(*ps->list));
	ps->list[ps->n++] = c;
}

/* Newest first; the id decides between two of the same time. */
static int newest_first(const void *pa, const void *pb)
{
	const struct ct *a = pa, *b = pb;

	if (a->created != b->created)
		return a->created < b->created ? 1 : -1;
	return strcmp(a->id, b->id);
}

/* One line for a value. */
static void add_line(struct ps *ps, struct buf *out, const struct jval *row, int flags)
{
	struct err e;

	if (tmpl_exec(&ps->a, ps->tmpl, row, flags, out, &e) < 0)
		die_err(EXIT_FAILED, &e);
	buf_putc(out, '\n');
}

static void print(struct ps *ps)
{
	struct buf lines = {0}, aligned = {0};
	unsigned int need = row_needs(ps->tmpl);

	ps->style.now = when_now();
	if (ps->table)
		add_line(ps, &lines, row_headings(&ps->a), TMPL_HEADER);
	for (size_t i = 0; i < ps->n; i++) {
		ct_need(&ps->a, &ps->dirs, &ps->list[i], need);
		add_line(ps, &lines, row_make(&ps->a, &ps->list[i], ps->tmpl, &ps->style), TMPL_HTML);
	}
	if (ps->table)
		table_align(&aligned, lines.p, lines.n);
	output(ps->table ? &aligned : &lines);
	buf_free(&lines);
	buf_free(&aligned);
}

int cmd_ps(int argc, char **argv)
{
	struct ps ps = {.stale_fd = -1};
	struct err e;

	parse(&ps, argc, argv);
	choose_format(&ps);
	if (state_open(ps.root, ps.run, &ps.dirs, &e) < 0 || filters_resolve(&ps.filters, &ps.a, &ps.dirs, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (state_each(ps.dirs.containers, ".", look_at, &ps, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (ps.stale_fd >= 0 && state_each_abandoned(&ps.a, &ps.dirs, tell_stale, &ps, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (ps.n)
		qsort(ps.list, ps.n, sizeof(*ps.list), newest_first);
	if (ps.last && ps.n > ps.last)
		ps.n = (size_t)ps.last;
	print(&ps);
	state_close(&ps.dirs);
	filters_free(&ps.filters);
	arena_free(&ps.a);
	return 0;
}
