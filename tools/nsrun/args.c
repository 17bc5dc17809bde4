/*
 * args.c - see args.h
 *
 * A container that is started again is started by the words with which it was made; they lie in a file, where they
 * are bytes, and no shell has to read them.
 */
#include "args.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* No kernel takes more than 6 MiB of arguments and environment (execve(2)), so a larger file is a mistake. */
#define ARGS_MAX (8u << 20)

/* How many entries there are; the last one's NUL may be missing. */
static size_t count_entries(const char *data, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += data[i] == '\0' || i == n - 1;
	return count;
}

int args_load(struct opt_parser *p, const char *path, struct err *e)
{
	char *data, **argv, *at;
	size_t n, count;

	if (optind != p->argc)
		return err_set(e, 0, "--args '%s' is not the last word", path);
	if (file_read(AT_FDCWD, path, ARGS_MAX, &data, &n, e) < 0)
		return -1;
	count = count_entries(data, n);
	argv = calloc((size_t)p->argc + count + 1, sizeof(*argv));
	if (!argv) {
		free(data);
		return err_set(e, ENOMEM, "read '%s'", path);
	}
	memcpy(argv, p->argv, (size_t)p->argc * sizeof(*argv));
	at = data;
	for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
		argv[(size_t)p->argc + i] = at;
	p->argv = argv;
	p->argc += (int)count;
	return 0;
}
