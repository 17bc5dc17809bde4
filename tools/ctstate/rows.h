/*
 * rows.h - objects printed by docker's --format: a table, JSON, or a template for each. What ps, images, events and
 * format have in common.
 */
#ifndef CTSTATE_ROWS_H
#define CTSTATE_ROWS_H

#include "json.h"
#include "template.h"

enum {
	ROWS_ARRAY =
	    1, /* as inspect: without a template one array, indented; json is that in one line; no escapes, no table */
};

struct rows {
	struct arena *a;
	int flags;
	struct tmpl *tmpl; /* NULL: an array */
	bool table;
	int json_flags;
	struct jval *all;
	struct buf lines;
};

/* Prepares for a format; NULL, "" and "table" mean otherwise, which may itself be "table TEMPLATE". */
int rows_begin(struct rows *r, struct arena *a, const char *format, const char *otherwise, int flags, struct err *e);

/* The first line of a table: values under the names of the fields. */
int rows_heading(struct rows *r, const struct jval *headings, struct err *e);

/* One object. */
int rows_add(struct rows *r, struct jval *row, struct err *e);

/* Prints what need not wait for the rest. */
void rows_flush(struct rows *r);

/* Prints the rest and frees. */
void rows_end(struct rows *r);

#endif
