/*
 * gather.h - the containers that a list is about, with their facts.
 */
#ifndef CTSTATE_GATHER_H
#define CTSTATE_GATHER_H

#include "filter.h"

struct gather {
	const struct state_dirs *dirs;
	const struct filters *filters;
	bool all;          /* those that do not run too */
	bool want_stale;   /* find those that nobody looks after */
	unsigned int need; /* facts to read of those that are meant */
};

struct gathered {
	struct ct *list;
	size_t n;
	const char **stale;
	size_t n_stale;
};

/* Everything found lives in the arena. In the order of the directory. */
int gather(struct arena *a, const struct gather *g, struct gathered *ret, struct err *e);

#endif
