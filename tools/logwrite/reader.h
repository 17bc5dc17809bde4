/*
 * reader.h - from the log back to the command's output.
 */
#ifndef LOGWRITE_READER_H
#define LOGWRITE_READER_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

struct read_options {
	int64_t since, until; /* nanoseconds since 1970; INT64_MIN and INT64_MAX: no limit */
	uint64_t tail;        /* UINT64_MAX: all */
	bool timestamps;
	bool raw;   /* control characters go to a terminal as they are */
	bool plain; /* the log is raw: its bytes are no records, and have no time */
	bool follow;
	const char *until_file; /* ends --follow when it exists and nobody writes the log; NULL: never */
};

/* Prints the log and the files that it was rotated to, oldest first. */
int log_print(const char *path, const struct read_options *o, struct err *e);

#endif
