/*
 * writer.h - files into an archive.
 *
 * The format is pax: it is the one that has names of any length, extended attributes and nanoseconds, and that every
 * reader of OCI layers knows. Nothing is buffered beyond a block, and the second and further names of a file are hard
 * links to the first.
 */
#ifndef ARCHIVE_WRITER_H
#define ARCHIVE_WRITER_H

#include "common/err.h"

#include <archive.h>
#include <archive_entry.h>
#include <fts.h>
#include <stdbool.h>

struct writer {
	struct archive *disk, *tar;
	struct archive_entry_linkresolver *links;
	unsigned long shortened; /* files that became shorter while they were read: their ends are zeros */
};

/* How that is said; for printf(3). */
#define WRITER_SHORTENED "files that became shorter while they were read, and have zeros at their ends: %lu"

/* Makes the writer; emit gets the archive's bytes and arg. To be closed even after a failure. */
int writer_open(struct writer *w, archive_write_callback *emit, void *arg, struct err *e);

/* Ends the archive if all went well so far (r is 0), and frees the writer. Returns r, or -1 when the end failed. */
int writer_close(struct writer *w, int r, struct err *e);

/* Adds the file that a walk found, under name, unless it is gone meanwhile: a tree that is in use changes. With settled,
 * the times that change by themselves stay out, so that the same files make the same archive. */
int writer_add(struct writer *w, const FTSENT *f, const char *name, bool settled, struct err *e);

/* Writes an entry, and as much data as it says from fd, if that is not -1; source is for the error. */
int writer_put(struct writer *w, struct archive_entry *entry, int fd, const char *source, struct err *e);

/* Called for each entry of the walk but a directory's second and sockets, which no archive has; anything but 0 ends it. */
typedef int (*writer_visit)(FTS *tree, FTSENT *f, void *arg, struct err *e);

/* Walks the tree below path in byte order of names, never by a symbolic link; options for fts_open(3), such as FTS_XDEV. */
int writer_walk(char *path, int options, writer_visit visit, void *arg, struct err *e);

#endif
