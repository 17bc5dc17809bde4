/*
 * print.h - records to standard output and standard error, partial ones joined.
 */
#ifndef LOGWRITE_PRINT_H
#define LOGWRITE_PRINT_H

#include "cri.h"

#include <stdbool.h>
#include <stddef.h>

#define PRINT_SIZE 65536

struct printer {
	bool timestamps;
	bool escape[CRI_STREAMS];  /* the stream goes to a terminal: no control characters */
	bool in_line[CRI_STREAMS]; /* the last record was partial */
	enum cri_stream current;   /* whose bytes the buffer holds */
	int failed;                /* why standard output cannot be written, an errno value; or 0 */
	size_t n;
	char buf[PRINT_SIZE];
};

/* Adds a record. */
void print_record(struct printer *p, const struct cri_record *r);

/* Writes out what has been added. */
void print_flush(struct printer *p);

#endif
