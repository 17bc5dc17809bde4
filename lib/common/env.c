/*
 * env.c - an environment under construction, and its form in files (entries ended by NUL).
 */
#include "common/env.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No kernel takes more than 6 MiB of arguments and environment (execve(2)), so a larger file is a mistake. */
#define ENV_FILE_MAX (8u << 20)

/* The place of the key (n bytes long), or v->n. */
static size_t find(const struct env *v, const char *key, size_t n)
{
	size_t i = 0;

	while (i < v->n && (strncmp(v->v[i], key, n) != 0 || v->v[i][n] != '='))
		i++;
	return i;
}

/* Makes room for one more entry and the NULL. */
static int grow(struct env *v)
{
	size_t room = v->room ? v->room * 2 : 32;
	char **p;

	if (v->n + 2 <= v->room)
		return 0;
	p = realloc(v->v, room * sizeof(*p));
	if (!p)
		return -1;
	v->v = p;
	v->room = room;
	return 0;
}

int env_set(struct env *v, const char *entry, struct err *e)
{
	const char *eq = strchr(entry, '=');
	char *copy;
	size_t at;

	if (!eq || eq == entry)
		return err_set(e, EINVAL, "set the environment entry '%.100s'", entry);
	copy = strdup(entry);
	if (!copy || grow(v) < 0) {
		free(copy);
		return err_set(e, ENOMEM, "set the environment entry '%.100s'", entry);
	}
	at = find(v, entry, (size_t)(eq - entry));
	if (at < v->n)
		free(v->v[at]);
	else
		v->v[++v->n] = NULL;
	v->v[at] = copy;
	return 0;
}

const char *env_get(const struct env *v, const char *key)
{
	size_t n = strlen(key), at = find(v, key, n);

	return at < v->n ? v->v[at] + n + 1 : NULL;
}

int env_add_block(struct env *v, const char *data, size_t n, struct err *e)
{
	while (n > 0) {
		size_t len = strnlen(data, n);
		char *entry = strndup(data, len);
		int r;

		if (!entry)
			return err_set(e, ENOMEM, "copy the environment");
		r = env_set(v, entry, e);
		free(entry);
		if (r < 0)
			return -1;
		len += len < n;
		data += len;
		n -= len;
	}
	return 0;
}

int env_add_file(struct env *v, const char *path, struct err *e)
{
	AUTO_FREE char *data = NULL;
	size_t n;

	if (!strcmp(path, "-")) {
		if (fd_read_all(STDIN_FILENO, ENV_FILE_MAX, &data, &n) < 0)
			return err_set(e, errno, "read the environment from standard input");
	} else if (file_read(AT_FDCWD, path, ENV_FILE_MAX, &data, &n, e) < 0) {
		return -1;
	}
	return env_add_block(v, data, n, e);
}

int env_add_vector(struct env *v, char *const *entries, struct err *e)
{
	for (; entries && *entries; entries++) {
		const char *eq = strchr(*entries, '=');

		if (eq && eq != *entries && env_set(v, *entries, e) < 0)
			return -1;
	}
	return 0;
}

void env_free(struct env *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	*v = (struct env){0};
}
