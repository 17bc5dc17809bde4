/*
 * cache.h - compiled filters kept in a directory, found again by what they were made from.
 */
#ifndef SECCOMPILE_CACHE_H
#define SECCOMPILE_CACHE_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

/* The path in dir for a filter made from origin[n]. To be freed; NULL for want of memory. */
char *cache_path(const char *dir, const char *origin, size_t n);

/* Whether the file at path is a filter made from exactly origin[n]; then *ret_data is its content, to be freed. */
bool cache_find(const char *path, const char *origin, size_t n, char **ret_data, size_t *ret_n);

#endif
