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
#include "gather.h"
#include "row.h"
#include "rows.h"
#include "when.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	const char *heal_with; /* a script that is told of them */
	char **stale;
	size_t n_stale, stale_room;
	const char *root, *run;
	unsigned int need; /* facts that the format asks for */
	struct ct *list;
	size_t n;
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
	case O_HEAL:
		ps->heal_with = arg;
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

/* One of those that nobody looks after. */
static void tell_stale(void *arg, const char *id)
{
	struct ps *ps = arg;
	char line[260];
	int n = snprintf(line, sizeof(line), "%s\n", id);

	if (ps->heal_with && strlen(id) == 64 && strspn(id, "0123456789abcdef") == 64) {
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
		ps->stale = arena_grow(&ps->a, ps->stale, ps->n_stale, &ps->stale_room, sizeof(*ps->stale));
		ps->stale[ps->n_stale++] = arena_copy(&ps->a, id, strlen(id));
	}
	if (ps->stale_fd >= 0 && n > 0 && (size_t)n < sizeof(line))
		(void)fd_write_all(ps->stale_fd, line, (size_t)n);
}

/* Finds the containers that are asked for, and tells of those that nobody looks after. */
static void find(struct ps *ps)
{
	struct gather g = {.dirs = &ps->dirs,
	                   .filters = &ps->filters,
	                   .all = ps->all || ps->last || ps->filters.any_state,
	                   .want_stale = ps->stale_fd >= 0 || ps->heal_with};
	struct gathered found;
	struct err e;

	ps->need = row_prepare(ps->rows.tmpl, &ps->style);
	if (!ps->last)
		g.need = ps->need;
	if (gather(&ps->a, &g, &found, &e) < 0)
		die_err(EXIT_FAILED, &e);
	for (size_t i = 0; i < found.n_stale; i++)
		tell_stale(ps, found.stale[i]);
	if (g.want_stale && state_each_abandoned(&ps->a, &ps->dirs, tell_stale, ps, &e) < 0)
		die_err(EXIT_FAILED, &e);
	ps->list = found.list;
	ps->n = found.n;
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
	struct err e;

	ps->style.now = when_now();
	if (rows_heading(&ps->rows, row_headings(&ps->a), &e) < 0)
		die_err(EXIT_FAILED, &e);
	for (size_t i = 0; i < ps->n; i++) {
		ct_need(&ps->a, &ps->dirs, &ps->list[i], ps->need);
		if (rows_add(&ps->rows, row_make(&ps->a, &ps->list[i], &ps->style), &e) < 0)
			die_err(EXIT_FAILED, &e);
	}
	rows_end(&ps->rows);
}

/* The last act, where there are containers that nobody looks after: the script that heals them. */
static void heal(const struct ps *ps)
{
	const char *const head[] = {"sh", ps->heal_with, "--root", ps->root, "--run", ps->run, "gc"};
	size_t n = sizeof(head) / sizeof(head[0]);
	const char **argv;

	if (!ps->n_stale)
		return;
	argv = calloc(n + ps->n_stale + 1, sizeof(*argv));
	if (!argv)
		return;
	memcpy(argv, head, sizeof(head));
	memcpy(argv + n, ps->stale, ps->n_stale * sizeof(*argv));
	execv("/bin/sh", (char *const *)(uintptr_t)argv);
	msg("start '%s': %s", ps->heal_with, strerror(errno));
	free(argv);
}

int cmd_ps(int argc, char **argv)
{
	struct ps ps = {.stale_fd = -1};
	struct err e;

	parse(&ps, argc, argv);
	choose_format(&ps);
	if (state_open(ps.root, ps.run, &ps.dirs, &e) < 0 || filters_resolve(&ps.filters, &ps.a, &ps.dirs, &e) < 0)
		die_err(EXIT_FAILED, &e);
	find(&ps);
	if (ps.n)
		qsort(ps.list, ps.n, sizeof(*ps.list), newest_first);
	if (ps.last && ps.n > ps.last)
		ps.n = (size_t)ps.last;
	print(&ps);
	heal(&ps);
	state_close(&ps.dirs);
	filters_free(&ps.filters);
	arena_free(&ps.a);
	return 0;
}
