/*
 * list.c - the groups of every hierarchy as one tree: a group is listed once, wherever it exists.
 */
#include "show.h"

#include "common/cgroup_walk.h"
#include "group.h"

#include "common/msg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names of children, owned. */
struct names {
	char **v;
	size_t n, room;
};

/* Adds a copy to the struct names at arg. */
static int names_add(const char *name, void *arg, struct err *e)
{
	struct names *l = arg;
	char **v;

	if (l->n == l->room) {
		v = realloc(l->v, (l->room + 64) * sizeof(*v));
		if (!v)
			return err_set(e, ENOMEM, "list control groups");
		l->v = v;
		l->room += 64;
	}
	l->v[l->n] = strdup(name);
	return l->v[l->n++] ? 0 : err_set(e, ENOMEM, "list control groups");
}

static void names_free(struct names *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Counts. */
static int count_pid(pid_t pid, void *arg, struct err *e)
{
	(void)pid;
	(void)e;
	++*(size_t *)arg;
	return 0;
}

/* A line of the tree: "  name  [2] memory,pids". */
static int print_node(const struct cg_map *m, const char *group, const char *name, int depth, struct err *e)
{
	char clean[4 * NAME_MAX + 1];
	size_t i, n = 0, shown = 0;

	if (cg_walk_procs(cg_home(m, group) ? cg_home(m, group) : cg_tracker(m), group, false, count_pid, &n, e) < 0)
		return -1;
	printf("%*s%s [%zu]", 2 * depth, "", msg_clean(clean, sizeof(clean), name), n);
	for (i = 0; i < m->n; i++)
		if (cg_exists(&m->h[i], group))
			printf("%s%s", shown++ ? "," : " ", m->h[i].v2 ? "v2" : m->h[i].controllers);
	putchar('\n');
	return 0;
}

/* The children of a group, each followed by its own. */
static int list_below(const struct cg_map *m, const char *group, bool tree, int depth, struct err *e)
{
	char child[PATH_MAX], clean[PATH_MAX];
	struct names l = {0};
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < m->n; i++)
		r = cg_walk_children(&m->h[i], group, names_add, &l, e);
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), compare);
	for (i = 0; r == 0 && i < l.n; i++) {
		if (i && !strcmp(l.v[i], l.v[i - 1]))
			continue;
		r = cg_walk_join(group, l.v[i], child, e);
		if (r == 0 && tree)
			r = print_node(m, child, l.v[i], depth, e);
		else if (r == 0)
			puts(msg_clean(clean, sizeof(clean), child));
		if (r == 0)
			r = list_below(m, child, tree, depth + 1, e);
	}
	names_free(&l);
	return r;
}

int show_list(const struct cg_map *m, const char *group, bool tree, struct err *e)
{
	if (!cg_home(m, group))
		return err_set(e, ENOENT, "list control group '%s'", group);
	if (tree && print_node(m, group, group, 0, e) < 0)
		return -1;
	return list_below(m, group, tree, 1, e);
}
