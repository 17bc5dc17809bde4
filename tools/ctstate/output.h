/*
 * output.h - the one way out: everything is built in a buffer and leaves in one piece, with no control characters for
 * a terminal.
 */
#ifndef CTSTATE_OUTPUT_H
#define CTSTATE_OUTPUT_H

#include "mem.h"

/* Writes to standard output; on a terminal, control characters but newline and tab become \xHH. Ends the tool when
 * it cannot. */
void output(const struct buf *b);

#endif
