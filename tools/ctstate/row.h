/*
 * row.h - a container as one row of ps: a struct of strings for templates.
 */
#ifndef CTSTATE_ROW_H
#define CTSTATE_ROW_H

#include "ct.h"
#include "template.h"

struct row_style {
	bool no_trunc;
	bool clean; /* control characters become \xHH, so that a column holds one line */
	bool size;  /* look how much they take on the disk */
	const struct state_dirs *dirs;
	int64_t now;
	unsigned int used; /* the fields that the template can ask for, by place */
};

/* Fills style->used; returns the facts that the template asks for, as NEED_ bits. */
unsigned int row_prepare(const struct tmpl *t, struct row_style *style);

/* All fields; those that the template cannot ask for are left empty. */
struct jval *row_make(struct arena *a, const struct ct *c, const struct row_style *style);

/* The headings under the names of the fields. */
struct jval *row_headings(struct arena *a);

#endif
