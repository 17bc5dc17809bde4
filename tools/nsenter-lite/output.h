/*
 * output.h - with --guard-stdio, output to a file of the caller's goes through a pipe: a descriptor of the file itself
 * would let whoever is root inside change its owner and mode (stdio.h).
 */
#ifndef NSENTER_LITE_OUTPUT_H
#define NSENTER_LITE_OUTPUT_H

#include "common/err.h"

/* For standard output and standard error: the pipe's two ends, -1 where there is none. */
struct output {
	int from[2], to[2];
};

#define OUTPUT_NONE            \
	{                      \
		{-1, -1},      \
		{              \
			-1, -1 \
		}              \
	}

/* Makes a pipe for each of the two that is a regular file open for writing; one for both when it is the same file. */
int output_begin(struct output *o, struct err *e);

/* In the command's process: the pipes become its standard output and error. */
int output_give(const struct output *o, struct err *e);

/* In the supervisor: the command alone has the writing ends. */
void output_keep(struct output *o);

/* Copies what is there to where it belongs; at its end, or when it cannot be written, the pipe is closed. Never waits. */
void output_copy(struct output *o);

#endif
