/*
 * source.h - an archive that libarchive reads from a descriptor, with gzip undone on the way.
 *
 * libarchive inflates gzip without comparing its sum, so that a damaged archive would be taken as it comes; zlib compares.
 * What is not gzip goes through as it is.
 */
#ifndef ARCHIVE_SOURCE_H
#define ARCHIVE_SOURCE_H

#include "common/err.h"

#include <archive.h>

struct source;

/* Lets the reader, whose formats and filters are chosen, read fd, which is its own from now on. *ret lives as long as the
 * reader is open. */
int source_open(struct archive *reader, int fd, struct source **ret, struct err *e);

/* Reads what stands behind the end of the archive: the sum of a gzip does, and who writes a pipe wants to write all of it. */
int source_finish(struct source *s, struct err *e);

#endif
