/*
 * attributes.h - which extended attributes travel in an archive.
 *
 * Those of trusted.* and user.overlay.* are overlay's own marks: from a layer it would obey them (a redirect leads to any
 * directory of the lower layers). Those of the host's security policy mean nothing elsewhere.
 */
#ifndef ARCHIVE_ATTRIBUTES_H
#define ARCHIVE_ATTRIBUTES_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

/* Whether it belongs to the file and not to overlay. */
bool attribute_is_files(const char *name);

/* Whether neither overlay nor the host's policy would obey it: for what comes from others. */
bool attribute_is_harmless(const char *name);

/* Takes all others off the entry. */
void attributes_keep(struct archive_entry *entry, bool (*wanted)(const char *name));

#endif
