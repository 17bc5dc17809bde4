/*
 * cache.c - see cache.h
 *
 * The name is a short hash; what decides is the origin that each file carries, compared byte by byte, so that no two
 * profiles can be mistaken for each other however the hash falls.
 */
#include "cache.h"

#include "common/seccomp_file.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *data, size_t n)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)data[i]) * 0x100000001b3;
	return h;
}

char *cache_path(const char *dir, const char *origin, size_t n)
{
	char *path;

	return asprintf(&path, "%s/%016" PRIx64, dir, hash(origin, n)) < 0 ? NULL : path;
}

bool cache_find(const char *path, const char *origin, size_t n, char **ret_data, size_t *ret_n)
{
	struct seccomp_filter f;
	struct err ignored = {0};

	if (seccomp_file_read(path, &f, &ignored) < 0)
		return false;
	*ret_data = f.data;
	*ret_n = (size_t)(f.origin - f.data) + f.n_origin;
	if (f.n_origin == n && !memcmp(f.origin, origin, n))
		return true;
	free(f.data);
	return false;
}
