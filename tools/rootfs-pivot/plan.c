/*
 * plan.c - see plan.h
 */
#include "plan.h"

#include "common/msg.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for one more element; dies for want of memory. */
static void *grow(void *v, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return v;
	*room = *room ? *room * 2 : 16;
	v = realloc(v, *room * size);
	if (!v)
		die(EXIT_OWN, "out of memory");
	return v;
}

char *keep(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		die(EXIT_OWN, "out of memory");
	return copy;
}

struct step *plan_add(struct plan *p, enum step_kind kind, const char *origin)
{
	struct step *s;

	p->step = grow(p->step, p->n_steps, &p->room, sizeof(*p->step));
	s = &p->step[p->n_steps++];
	*s = (struct step){.kind = kind, .origin = keep(origin), .mode = 0755, .tree = -1, .userns = -1};
	return s;
}

bool plan_has(const struct plan *p, enum step_kind kind)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->step[i].kind == kind)
			return true;
	return false;
}

void list_add(struct list *l, char *s)
{
	l->v = grow(l->v, l->n, &l->room, sizeof(*l->v));
	l->v[l->n++] = s;
}
