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
#include "row.h"
#include "rows.h"
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
	struct rows rows;
	const char *format;
	bool all, quiet, size;
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
	case 's':
		ps->size = true;
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

/* From --format and --quiet to how rows are printed. */
static void choose_format(struct ps *ps)
{
	const char *otherwise = ps->size ? FORMAT_TABLE "\t{{.Size}}" : FORMAT_TABLE;
	struct err e;

	if (rows_begin(&ps->rows, &ps->a, ps->quiet ? "{{.ID}}" : ps->format, otherwise, 0, &e) < 0)
		die_err(EXIT_FAILED, &e);
	ps->style.clean = ps->rows.table;
	ps->style.size = !ps->quiet && (ps->size || (ps->format && strstr(ps->format, ".Size")));
	ps->style.dirs = &ps->dirs;
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

static void print(struct ps *ps)
{
	unsigned int need = row_needs(ps->rows.tmpl);
	struct err e;

	ps->style.now = when_now();
	if (rows_heading(&ps->rows, row_headings(&ps->a), &e) < 0)
		die_err(EXIT_FAILED, &e);
	for (size_t i = 0; i < ps->n; i++) {
		ct_need(&ps->a, &ps->dirs, &ps->list[i], need);
		if (rows_add(&ps->rows, row_make(&ps->a, &ps->list[i], ps->rows.tmpl, &ps->style), &e) < 0)
			die_err(EXIT_FAILED, &e);
	}
	rows_end(&ps->rows);
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
