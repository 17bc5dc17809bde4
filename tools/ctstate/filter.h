/*
 * filter.h - which containers are meant: docker's --filter KEY=VALUE.
 *
 * Several values of one key are alternatives, different keys must all hold; labels must all hold.
 */
#ifndef CTSTATE_FILTER_H
#define CTSTATE_FILTER_H

#include "ct.h"

#include <regex.h>

#define FILTERS_MAX 32

struct filter {
	const struct filter_kind *kind;
	const char *value;
	regex_t regex; /* of kind name */
	int64_t when;  /* of kinds before and since */
};

struct filters {
	size_t n;
	struct filter f[FILTERS_MAX];
	unsigned int need; /* facts to read before filters_match */
	bool any_state;    /* a status was asked for: not only those that are up */
};

/* Adds one "KEY=VALUE". */
int filter_add(struct filters *fs, const char *text, struct err *e);

/* Looks up the containers that before= and since= name. */
int filters_resolve(struct filters *fs, struct arena *a, const struct state_dirs *d, struct err *e);

/* Whether the container is meant; its facts of fs->need have been read. */
bool filters_match(const struct filters *fs, struct arena *a, const struct ct *c);

void filters_free(struct filters *fs);

#endif
