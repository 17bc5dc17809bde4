/*
 * jail.h - the process shut into the directory that it packs or unpacks.
 *
 * An archive is hostile: links in it lead out, names begin with "/" or "..". Instead of judging every name the process
 * makes the directory its root, so that whatever a name says is inside, and keeps only the capabilities that files
 * need; without CAP_SYS_CHROOT it does not get out again. All libraries are loaded before, and nothing loads others
 * afterwards: no NSS (owners are numbers), no character set conversion (names are bytes); see CVE-2019-14271.
 */
#ifndef ARCHIVE_JAIL_H
#define ARCHIVE_JAIL_H

#include "common/err.h"

#include <stddef.h>

/* Makes the directory (opened; name is for the error) the root and working directory and drops what is not needed. Of the descriptors 0, 1, 2 and keep[n]
 * stay open. EPERM: root is needed; what opening a directory can give. */
int jail_enter(int dir, const char *name, const int *keep, size_t n, struct err *e);

#endif
