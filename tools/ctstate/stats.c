/*
 * stats.c - ctstate stats: what containers use, as docker's table, from rounds of cgset --stat on standard input.
 *
 * A round is the lines of every group and an empty line. Shares of processors come out of two rounds, so the first one is
 * only printed when there is nobody to wait for. On a terminal each round takes the place of the one before.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "ct.h"
#include "rows.h"
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT_TABLE \
	"table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}"

static const struct opt_spec spec = {
    .tool = "ctstate stats",
    .synopsis = "[OPTION]... ROOT RUN [ID[=NAME]...]",
    .about = "Print what containers use, from rounds of \"cgset --stat --watch\" on standard input.",
    .table = cmd_options + STATS_AT,
    .n = STATS_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct stats {
	struct arena rounds[2]; /* what belongs to the round before and to this one */
	struct samples before, now;
	struct state_dirs dirs;
	const char *format;
	bool all, no_trunc, once, live;
	char **ids; /* those that were asked for; none: all */
	size_t n_ids;
	struct ct *list;
	size_t n, room;
	bool begun;       /* there was a round before */
	uint64_t machine; /* memory */
};

static void parse(struct stats *s, int argc, char **argv, char **ret_root, char **ret_run)
{
	struct opt_parser p;
	int id;

	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0) {
		if (id == 'a')
			s->all = true;
		else if (id == O_STATS_FORMAT)
			s->format = p.arg;
		else if (id == O_STATS_NO_TRUNC)
			s->no_trunc = true;
		else
			s->once = true;
	}
	if (argc - p.index < 2)
		opt_usage(&spec, "two operands are needed, ROOT and RUN");
	*ret_root = argv[p.index];
	*ret_run = argv[p.index + 1];
	s->ids = argv + p.index + 2;
	s->n_ids = (size_t)(argc - p.index - 2);
}

/* The arena of this round. */
static struct arena *arena(struct stats *s)
{
	return &s->rounds[1];
}

/* Takes a container into the list. */
static void take(struct stats *s, const char *id, bool asked)
{
	struct ct c;

	if (!ct_begin(arena(s), &s->dirs, id, false, &c) || (!asked && !s->all && !ct_is_up(&c)))
		return;
	ct_need(arena(s), &s->dirs, &c, NEED_NAME | NEED_NETWORK);
	c.id = arena_copy(arena(s), id, strlen(id));
	s->list = arena_grow(arena(s), s->list, s->n, &s->room, sizeof(*s->list));
	s->list[s->n++] = c;
}

static void take_any(void *arg, const char *id)
{
	take(arg, id, false);
}

/* Newest first; the id decides between two of the same time. */
static int newest_first(const void *pa, const void *pb)
{
	const struct ct *a = pa, *b = pb;

	if (a->created != b->created)
		return a->created < b->created ? 1 : -1;
	return strcmp(a->id, b->id);
}

/* The containers of this round. */
static void find_containers(struct stats *s)
{
	struct err e;

	s->list = NULL;
	s->n = s->room = 0;
	for (size_t i = 0; i < s->n_ids; i++) {
		char *id = arena_copy(arena(s), s->ids[i], strcspn(s->ids[i], "="));

		take(s, id, true);
	}
	if (s->n_ids)
		return;
	if (state_each(s->dirs.containers, ".", take_any, s, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (s->n)
		qsort(s->list, s->n, sizeof(*s->list), newest_first);
}

/* The name by which it was asked for; its id otherwise. */
static const char *asked_name(const struct stats *s, const char *id)
{
	size_t n = strlen(id);

	for (size_t i = 0; i < s->n_ids; i++)
		if (strncmp(s->ids[i], id, n) == 0 && s->ids[i][n] == '=')
			return s->ids[i] + n + 1;
	return id;
}

/* "RECEIVED / SENT" of its own network. */
static char *net_text(struct stats *s, const struct ct *c)
{
	AUTO_FREE char *text = NULL;
	uint64_t received = 0, sent = 0;
	char path[64], one[16], two[16];
	struct err e;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/net/dev", (int)c->life.pid);
	if (c->life.pid > 0 && strcmp(c->network, "host") != 0 &&
	    file_read(AT_FDCWD, path, 1 << 20, &text, &n, &e) == 0)
		sample_net(text, &received, &sent);
	return arena_printf(arena(s), "%s / %s", sample_size(received, true, one), sample_size(sent, true, two));
}

/* A container as strings, in the alphabetical order in which docker has the fields. */
static struct jval *make_row(struct stats *s, const struct ct *c)
{
	static const struct sample nothing = {.limit = 0};
	const struct sample *now = ct_is_up(c) ? sample_find(&s->now, c->id) : NULL;
	struct jval *o = j_new(arena(s), J_STRUCT);
	struct arena *a = arena(s);
	char one[16], two[16];
	uint64_t limit, memory;
	double cpu;

	cpu = now ? sample_cpu(sample_find(&s->before, c->id), now) : 0;
	now = now ? now : &nothing;
	limit = now->limit > s->machine ? s->machine : now->limit;
	memory = sample_memory(now);
	j_set(a, o, "BlockIO",
	      j_str(a, arena_printf(a, "%s / %s", sample_size(now->read, true, one),
	                            sample_size(now->written, true, two))));
	j_set(a, o, "CPUPerc", j_str(a, arena_printf(a, "%.2f%%", cpu)));
	j_set(a, o, "Container", j_str(a, asked_name(s, c->id)));
	j_set(a, o, "ID", j_string(a, c->id, s->no_trunc ? strlen(c->id) : strnlen(c->id, 12)));
	j_set(a, o, "MemPerc", j_str(a, arena_printf(a, "%.2f%%", limit ? 100.0 * (double)memory / (double)limit : 0)));
	j_set(a, o, "MemUsage",
	      j_str(a, arena_printf(a, "%s / %s", sample_size(memory, false, one), sample_size(limit, false, two))));
	j_set(a, o, "Name", j_str(a, c->name));
	j_set(a, o, "NetIO", j_str(a, net_text(s, c)));
	j_set(a, o, "PIDs", j_str(a, arena_printf(a, "%llu", (unsigned long long)now->threads)));
	return o;
}

static struct jval *headings(struct arena *a)
{
	static const char *const names[][2] = {
	    {"BlockIO", "BLOCK I/O"}, {"CPUPerc", "CPU %"}, {"Container", "CONTAINER"},
	    {"ID", "CONTAINER ID"},   {"MemPerc", "MEM %"}, {"MemUsage", "MEM USAGE / LIMIT"},
	    {"Name", "NAME"},         {"NetIO", "NET I/O"}, {"PIDs", "PIDS"}};
	struct jval *o = j_new(a, J_STRUCT);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		j_set(a, o, names[i][0], j_str(a, names[i][1]));
	return o;
}

/* Prints a round. */
static void print(struct stats *s)
{
	struct rows rows;
	struct err e;

	if (s->live && fd_write_all(STDOUT_FILENO, "\033[H\033[J", 6) < 0)
		die(EXIT_FAILED, "write to standard output: %s", strerror(errno));
	if (rows_begin(&rows, arena(s), s->format, FORMAT_TABLE, 0, &e) < 0 ||
	    rows_heading(&rows, headings(arena(s)), &e) < 0)
		die_err(EXIT_FAILED, &e);
	for (size_t i = 0; i < s->n; i++)
		if (rows_add(&rows, make_row(s, &s->list[i]), &e) < 0)
			die_err(EXIT_FAILED, &e);
	rows_end(&rows);
}

/* Whether somebody uses processors, whose share is not known yet. */
static bool must_wait(const struct stats *s)
{
	for (size_t i = 0; !s->begun && i < s->n; i++)
		if (ct_is_up(&s->list[i]))
			return true;
	return false;
}

/* The end of a round. False when that was the last one. */
static bool end_round(struct stats *s)
{
	bool printed;

	find_containers(s);
	printed = !must_wait(s);
	if (printed)
		print(s);
	arena_free(&s->rounds[0]);
	s->rounds[0] = s->rounds[1];
	s->rounds[1] = (struct arena){0};
	s->before = s->now;
	s->now = (struct samples){0};
	s->begun = true;
	return !(printed && s->once);
}

/* All of the machine's memory, in bytes. */
static uint64_t machine_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

	return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_MAX;
}

int cmd_stats(int argc, char **argv)
{
	struct stats s = {.machine = machine_memory()};
	char *root, *run, line[4096];
	struct err e;

	parse(&s, argc, argv, &root, &run);
	s.live = !s.once && isatty(STDOUT_FILENO);
	if (state_open(root, run, &s.dirs, &e) < 0)
		die_err(EXIT_FAILED, &e);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			sample_line(arena(&s), &s.now, line);
		else if (!end_round(&s))
			break;
	}
	if (ferror(stdin))
		die(EXIT_FAILED, "read standard input: %s", strerror(errno));
	state_close(&s.dirs);
	arena_free(&s.rounds[0]);
	arena_free(&s.rounds[1]);
	return 0;
}
