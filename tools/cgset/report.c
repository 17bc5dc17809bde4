/*
 * report.c - the acts that print.
 *
 * With --watch a round ends with an empty line and is flushed, so that a reader has it whole. Groups come and go
 * meanwhile: what is not there in a round is left out of it.
 */
#include "report.h"

#include "common/cgroup_walk.h"
#include "get.h"
#include "group.h"
#include "show.h"

#include "common/msg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* One name: its value. Several: NAME=VALUE lines, which cgset reads again ("cgset GROUP -"). */
static int print_gets(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	char value[16384];
	size_t i;

	for (i = 0; i < q->n_get; i++) {
		if (get_name(m, group, q->get[i], value, sizeof(value), e) < 0)
			return -1;
		if (q->n_group > 1)
			printf("%s ", group);
		if (q->n_get > 1)
			printf("%s=", q->get[i]);
		puts(value);
	}
	return 0;
}

/* The one act for one group. */
static int report_one(const struct request *q, const struct cg_map *m, const char *group, struct err *e)
{
	switch (q->acts) {
	case ACT_GET:
		return print_gets(q, m, group, e);
	case ACT_STAT:
		return show_stat(m, group, q->json, e);
	case ACT_EVENTS:
		return show_events(m, group, q->json, e);
	case ACT_PROCS:
		return show_procs(m, group, q->recursive, e);
	default:
		return show_list(m, group, q->acts == ACT_TREE, e);
	}
}

/* What report_below hands through cg_walk. */
struct below {
	const struct request *q;
	const struct cg_map *m;
	const char *top;
	size_t seen;
};

/* A group below the one that was named. One that has gone since is left out. */
static int report_below(const struct cg_hierarchy *h, const char *group, void *arg, struct err *e)
{
	struct below *b = arg;

	(void)h;
	if (!strcmp(group, b->top))
		return 0;
	if (report_one(b->q, b->m, group, e) < 0)
		return e->code == ENOENT ? 0 : -1;
	b->seen++;
	return 0;
}

/* One group, or with --recursive those below it in the hierarchy that has the most of them. */
static int report_group(const struct request *q, const struct cg_map *m, const char *group, size_t *seen, struct err *e)
{
	struct below b = {.q = q, .m = m, .top = group};
	const struct cg_hierarchy *h = cg_home(m, group);

	if (!q->recursive || !(q->acts & (ACT_STAT | ACT_EVENTS))) {
		if (report_one(q, m, group, e) < 0)
			return -1;
		++*seen;
		return 0;
	}
	if (!h)
		return err_set(e, ENOENT, "read control group '%s'", group);
	if (cg_walk(h, group, false, report_below, &b, e) < 0)
		return -1;
	*seen += b.seen;
	return 0;
}

/* Every group once. In a watch one that is not there is no failure. */
static int round_of(const struct request *q, const struct cg_map *m, size_t *seen)
{
	int status = 0;
	size_t i;

	for (i = 0; i < q->n_group; i++) {
		struct err e;

		if (report_group(q, m, q->group[i], seen, &e) == 0 || (q->watch && e.code == ENOENT))
			continue;
		msg_err(&e);
		status = e.status ? e.status : EXIT_FAILED;
	}
	return status;
}

/* Rounds, one each q->watch nanoseconds, until standard output is closed, as many as --rounds says, or until none of
 * the groups is left; with --recursive others may come. */
static int watch(const struct request *q, const struct cg_map *m)
{
	struct timespec t;
	uint64_t n = 0;

	clock_gettime(CLOCK_MONOTONIC, &t);
	for (;;) {
		size_t seen = 0;
		int status = round_of(q, m, &seen);

		if (status || (!seen && !q->recursive))
			return status;
		putchar('\n');
		if (fflush(stdout) == EOF)
			return 0; /* main tells why */
		if (++n == q->rounds)
			return 0;
		t.tv_nsec += (long)(q->watch % 1000000000);
		t.tv_sec += (time_t)(q->watch / 1000000000) + t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
			;
	}
}

int report_run(const struct request *q, const struct cg_map *m)
{
	size_t seen = 0;

	return q->watch ? watch(q, m) : round_of(q, m, &seen);
}
