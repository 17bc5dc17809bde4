/*
 * member.h - one file on its way into an archive.
 */
#ifndef ARCHIVE_MEMBER_H
#define ARCHIVE_MEMBER_H

#include "common/err.h"

#include <archive.h>
#include <archive_entry.h>

/* Writes an entry's header, and the data of the file source where it is a regular one that has some. */
int member_write(struct archive *tar, struct archive_entry *entry, const char *source, struct err *e);

#endif
