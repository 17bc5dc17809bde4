/*
 * disk.h - what libarchive's writer to the disk could not do, in words.
 */
#ifndef ARCHIVE_DISK_H
#define ARCHIVE_DISK_H

#include "common/err.h"

#include <archive.h>
#include <archive_entry.h>

/* Fills *e with why the entry was not written; verb is what the caller calls writing it. EBUSY where something is mounted
 * on what the entry would replace. Returns -1. */
int disk_error(struct archive *disk, struct archive_entry *entry, const char *verb, struct err *e);

#endif
