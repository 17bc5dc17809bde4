/*
 * table.h - lines of tab-separated cells as columns, the way of docker's tables: at least ten wide, three blanks
 * between, the last column as it is.
 */
#ifndef CTSTATE_TABLE_H
#define CTSTATE_TABLE_H

#include "mem.h"

/* Adds text (lines that end with '\n') to out, aligned over all lines. */
void table_align(struct buf *out, const char *text, size_t n);

#endif
