/*
 * env.h - an environment under construction: entries in order, a later one replaces an earlier one of the same key.
 *
 * In files an environment is kept as /proc/PID/environ is: "KEY=VALUE" entries, each ended by a NUL, so that every byte
 * of a value reads back exactly.
 */
#ifndef COMMON_ENV_H
#define COMMON_ENV_H

#include "err.h"

#include <stddef.h>

struct env {
	char **v; /* NULL-terminated, ready for execve(2); NULL until something is added */
	size_t n, room;
};

/* Adds or replaces one entry "KEY=VALUE" (copied). EINVAL when it has no '=' or an empty key. */
int env_set(struct env *v, const char *entry, struct err *e);

/* The value of a key, or NULL. */
const char *env_get(const struct env *v, const char *key);

/* Adds the NUL-ended entries of a buffer (n bytes; a last entry without its NUL counts). */
int env_add_block(struct env *v, const char *data, size_t n, struct err *e);

/* Adds the entries of a file as above ("-" is standard input), at most 8 MiB. */
int env_add_file(struct env *v, const char *path, struct err *e);

/* Adds every entry of a NULL-terminated vector such as environ; entries without '=' are left out. */
int env_add_vector(struct env *v, char *const *entries, struct err *e);

/* Frees all of it. */
void env_free(struct env *v);

#endif
