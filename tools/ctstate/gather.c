/*
 * gather.c - see gather.h
 *
 * What a list costs is system calls, a dozen for each container, and they depend on nothing but their own container: many are
 * looked at by as many threads as there are processors, each with a part of the names. A thread has a table of descriptors
 * of its own, since the kernel takes and gives descriptors of a shared one under a lock.
 */
#include "gather.h"
#include "common/proc.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#define WORKERS_MAX 8
#define WORTH_A_WORKER 24 /* containers; starting a thread takes as long as looking at two */

struct names {
	struct arena *a;
	const char **v;
	size_t n, room;
};

struct worker {
	const struct gather *g;
	const char **names;
	size_t n;
	struct arena a;
	struct gathered found;
	size_t room, stale_room;
	pthread_t thread;
	bool started;
};

static void add_name(void *arg, const char *name)
{
	struct names *l = arg;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
	l->v = arena_grow(l->a, l->v, l->n, &l->room, sizeof(*l->v));
	l->v[l->n++] = arena_copy(l->a, name, strlen(name));
}

/* Takes one container up if it is asked for. */
static void take_up(struct worker *w, const char *name)
{
	const struct gather *g = w->g;
	struct ct c;

	if (!ct_begin(&w->a, g->dirs, name, g->want_stale, &c))
		return;
	if (c.life.stale && g->want_stale) {
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
		w->found.stale = arena_grow(&w->a, w->found.stale, w->found.n_stale, &w->stale_room, sizeof(char *));
		w->found.stale[w->found.n_stale++] = name;
	}
	if (!ct_is_up(&c) && !g->all)
		return;
	ct_need(&w->a, g->dirs, &c, g->filters->need);
	if (!filters_match(g->filters, &w->a, &c))
		return;
	ct_need(&w->a, g->dirs, &c, g->need);
	w->found.list = arena_grow(&w->a, w->found.list, w->found.n, &w->room, sizeof(*w->found.list));
	w->found.list[w->found.n++] = c;
}

static void look_at_part(struct worker *w)
{
	for (size_t i = 0; i < w->n; i++)
		take_up(w, w->names[i]);
}

static void *work(void *arg)
{
	(void)unshare(CLONE_FILES); /* without it is only slower */
	look_at_part(arg);
	return NULL;
}

static size_t choose_workers(size_t n)
{
	size_t workers = n / WORTH_A_WORKER + 1;
	cpu_set_t cpus;

	if (workers == 1 || sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return 1;
	if (workers > (size_t)CPU_COUNT(&cpus))
		workers = (size_t)CPU_COUNT(&cpus);
	return workers < WORKERS_MAX ? workers : WORKERS_MAX;
}

/* What each has found, one behind the other. */
static void join(struct arena *a, struct worker *w, size_t n, struct gathered *ret)
{
	size_t list = 0, stale = 0;

	for (size_t i = 0; i < n; i++) {
		list += w[i].found.n;
		stale += w[i].found.n_stale;
	}
	*ret = (struct gathered){.list = arena_alloc(a, list * sizeof(*ret->list)),
	                         .stale = arena_alloc(a, stale * sizeof(*ret->stale))};
	for (size_t i = 0; i < n; i++) {
		const struct gathered *f = &w[i].found;

		if (f->n)
			memcpy(ret->list + ret->n, f->list, f->n * sizeof(*f->list));
		if (f->n_stale)
			memcpy(ret->stale + ret->n_stale, f->stale, f->n_stale * sizeof(*f->stale));
		ret->n += f->n;
		ret->n_stale += f->n_stale;
		arena_join(a, &w[i].a);
	}
}

int gather(struct arena *a, const struct gather *g, struct gathered *ret, struct err *e)
{
	struct worker w[WORKERS_MAX] = {0};
	struct names names = {.a = a};
	struct proc_id self;
	size_t n, done = 0;

	if (state_each(g->dirs->containers, ".", add_name, &names, e) < 0)
		return -1;
	n = choose_workers(names.n);
	/* The boot id is read once; here, before there are threads. */
	if (n > 1 && proc_identify(getpid(), &self, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t share = (names.n - done) / (n - i);

		w[i].g = g;
		w[i].names = names.v + done;
		w[i].n = share;
		done += share;
		/* The last part is done here, and every one that gets no thread. */
		w[i].started = i + 1 < n && pthread_create(&w[i].thread, NULL, work, &w[i]) == 0;
		if (!w[i].started)
			look_at_part(&w[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (w[i].started)
			pthread_join(w[i].thread, NULL);
	join(a, w, n, ret);
	return 0;
}
