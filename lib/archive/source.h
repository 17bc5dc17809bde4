/*
 * source.h - an archive that libarchive reads from a descriptor, with gzip undone on the way.
 *
 * libarchive inflates gzip without comparing its sum, so that a damaged archive would be taken as it comes; zlib compares.
 * What is not gzip goes through as it is. Errors are the reader's (archive_error_string(3)).
 */
#ifndef ARCHIVE_SOURCE_H
#define ARCHIVE_SOURCE_H

#include "common/err.h"

#include <archive.h>
#include <stdbool.h>

enum { SOURCE_BLOCK = 1 << 18 };

struct source;

/* Lets the reader, whose formats and filters are chosen, read fd, which is its own from now on. *ret lives as long as the
 * reader is open. */
int source_open(struct archive *reader, int fd, struct source **ret, struct err *e);

/* Whether the reader, opened and with its first header read, has nothing to undo and has not asked for more than is still
 * at hand: then source_read may take its place. */
bool source_is_plain(const struct source *s, struct archive *reader);

/* Reads into data, SOURCE_BLOCK bytes, from the beginning again. Fewer only at the end, 0 there; -1 with reader's error. */
la_ssize_t source_read(struct source *s, struct archive *reader, void *data);

/* Reads what stands behind the end of the archive: the sum of a gzip does, and who writes a pipe wants to write all of it. */
int source_finish(struct source *s, struct archive *reader, struct err *e);

#endif
