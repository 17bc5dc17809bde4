/*
 * log.h - the log file: appended to, rotated at a size, held by a lock while somebody writes it.
 *
 * LOG is the current file, LOG.1 the one before, and so on. Rotation renames, so that a reader that has a file open
 * goes on reading it. Records are written whole: after a failed write the file is cut back to the last whole one.
 */
#ifndef LOGWRITE_LOG_H
#define LOGWRITE_LOG_H

#include "common/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct log {
	int dir; /* the directory, so that the path holds whatever the working directory becomes */
	char name[NAME_MAX + 1];
	int fd;
	uint64_t size, max_size; /* max_size 0: no rotation */
	unsigned int max_file;   /* files in all, the current one included */
	bool raw;                /* the bytes as they come, which are no records */
	bool mid_line;           /* what was written last did not end with a line */
	uint64_t dropped;        /* records, or bytes, lost since the last write that worked */
	int drop_errno;
};

/* Opens the directory of path and takes its last component as the name. */
int log_locate(const char *path, int *ret_dir, char name[NAME_MAX + 1], struct err *e);

/* "NAME" for 0, "NAME.2" for 2. */
void log_name(const char *name, unsigned int number, char buf[NAME_MAX + 1]);

/* Opens (makes, mode 0600) the log for appending and locks it; max_size and max_file are set before. Waits a few
 * seconds for a writer that is about to end. */
int log_open(struct log *l, const char *path, struct err *e);

/* Whether n bytes more would be too many for the current file, for which pending bytes are waiting already. A file
 * with nothing in it is never full: a record may be larger than the limit. */
int log_is_full(const struct log *l, size_t pending, size_t n);

/* Begins a new file. When that fails the old one is written on. */
void log_rotate(struct log *l);

/* How many of n bytes go into the current file of a raw log: all, or up to the last line that fits, or none where a new
 * file shall begin first. */
size_t log_room(const struct log *l, const char *data, size_t n);

/* Appends n bytes, whole records. When that fails they are dropped and counted. */
void log_append(struct log *l, const char *data, size_t n, uint64_t records);

#endif
