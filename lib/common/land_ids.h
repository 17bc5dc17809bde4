/*
 * land_ids.h - the part of the landing that reads: who is USER[:GROUP] by the text of a passwd and a group file.
 */
#ifndef COMMON_LAND_IDS_H
#define COMMON_LAND_IDS_H

#include "land.h"

/* land_lookup (land.h) on the contents of the two files, which are cut up in place; NULL for a file that is not there.
 * Malformed lines are skipped. */
int land_lookup_text(char *passwd, char *group, const char *spec, char *const *extra, size_t n_extra,
                     struct land_ids *ret, struct err *e);

#endif
