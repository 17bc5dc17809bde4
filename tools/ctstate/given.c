/* given.c - see given.h */
#include "given.h"
#include "common/fd.h"
#include "common/name.h"
#include "common/num.h"
#include "facts.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_MAX (4UL << 20) /* bytes of a list that is copied */

/* One fact. value: the text, the file, or NULL for words. */
struct one {
	char name[NAME_MAX + 1];
	char kind;
	const char *value;
	char *const *words;
	int n;
};

/* Takes the fact that begins at words[0] apart; returns how many words it has, or -1. */
static int take(char *const *words, int left, struct one *ret, struct err *e)
{
	size_t n = strcspn(words[0], "=:@+");
	uint64_t count = 0;

	if (n >= sizeof(ret->name) || !words[0][n])
		return err_set(e, 0, "not NAME=TEXT, NAME+TEXT, NAME:N or NAME@FILE: '%s'", words[0]);
	memcpy(ret->name, words[0], n);
	ret->name[n] = '\0';
	if (!name_is_file(ret->name))
		return err_set(e, 0, "not a fact's name: '%s'", ret->name);
	ret->kind = words[0][n];
	ret->value = words[0] + n + 1;
	if (ret->kind == ':' && num_u64(ret->value, 0, (uint64_t)left - 1, &count) < 0)
		return err_set(e, 0, "'%s' does not say how many of the words behind it are the list", words[0]);
	ret->words = words + 1;
	ret->n = (int)count;
	return 1 + ret->n;
}

int given_count(char *const *words, int n, struct err *e)
{
	struct one f;
	int at = 0;

	while (at < n && strcmp(words[at], "--") != 0) {
		int used = take(words + at, n - at, &f, e);

		if (used < 0)
			return -1;
		at += used;
	}
	return at;
}

/* Goes through the facts; false behind the last. They have been counted, so that none is wrong. */
static bool next(const struct given *g, int *at, struct one *ret)
{
	struct err e;
	int used = *at < g->n ? take(g->words + *at, g->n - *at, ret, &e) : -1;

	*at += used > 0 ? used : 0;
	return used > 0;
}

/* Whether one of the NUL-ended entries in the buffer is this one. */
static bool has_entry(const struct buf *b, const char *entry)
{
	for (size_t i = 0; i < b->n; i += strlen(b->p + i) + 1)
		if (strcmp(b->p + i, entry) == 0)
			return true;
	return false;
}

/* Appends the list in a file; without the file there is nothing to append. */
static int copy(struct buf *b, const char *file, struct err *e)
{
	struct fact list = {NULL, 0};
	const char *entry = NULL;
	AUTO_FREE char *data = NULL;

	if (file_read(AT_FDCWD, file, LIST_MAX, &data, &list.n, e) < 0)
		return e->code == ENOENT || e->code == ENOTDIR ? 0 : -1;
	list.p = data;
	while ((entry = fact_next(&list, entry)))
		if (!has_entry(b, entry))
			buf_add(b, entry, strlen(entry) + 1);
	return 0;
}

/* Appends the fact to what is to be written. */
static int add(struct buf *b, const struct one *f, struct err *e)
{
	if (f->kind == '@')
		return copy(b, f->value, e);
	if (f->kind == '+')
		buf_puts(b, f->value);
	if (f->kind == '=' && *f->value) {
		buf_puts(b, f->value);
		buf_putc(b, '\n');
	}
	for (int i = 0; i < f->n; i++)
		buf_add(b, f->words[i], strlen(f->words[i]) + 1);
	return 0;
}

/* One file of a mode. */
static int put(int dir, const char *name, mode_t mode, const struct buf *b, struct err *e)
{
	AUTO_FD fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0 || fd_write_all(fd, b->p, b->n) < 0)
		return err_set(e, errno, "write the fact '%s'", name);
	return 0;
}

/* A whole fact, unless it is one that would be empty. */
static int put_fact(int dir, const struct one *f, const struct buf *b, struct err *e)
{
	if (f->kind == '+')
		return put(dir, f->name, 0644, b, e);
	return b->n ? put(dir, f->name, 0600, b, e) : 0;
}

int given_write(int dir, const struct given *g, struct err *e)
{
	struct one f, last = {.name = ""};
	struct buf b = {0};
	int at = 0, r = 0;

	while (r == 0 && next(g, &at, &f)) {
		if (strcmp(f.name, last.name) != 0) {
			r = put_fact(dir, &last, &b, e);
			b.n = 0;
			last = f;
		}
		if (r == 0)
			r = add(&b, &f, e);
	}
	if (r == 0)
		r = put_fact(dir, &last, &b, e);
	buf_free(&b);
	return r;
}

void given_remove(int dir, const struct given *g)
{
	struct one f;
	int at = 0;

	while (next(g, &at, &f))
		unlinkat(dir, f.name, 0);
	unlinkat(dir, "summary", 0);
}

/* "net" where netns-veth makes its network. */
static const char *network_kind(const char *network)
{
	return strcmp(network, "none") == 0 || strcmp(network, "host") == 0 ? "alone" : "net";
}

int given_summarize(int dir, const struct given *g, const char *created, const char *name, struct err *e)
{
	const char *parts[] = {"1", created, name, NULL, "net"};
	struct one f = {.value = ""}, command = {.n = 0};
	struct buf b = {0};
	char count[24];
	int at = 0, r;

	while (next(g, &at, &f)) {
		if (strcmp(f.name, "image") == 0)
			parts[3] = f.value;
		else if (strcmp(f.name, "network") == 0)
			parts[4] = network_kind(f.value);
		else if (strcmp(f.name, "command") == 0)
			command = f;
	}
	if (!*name || !parts[3] || !command.n)
		return 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		buf_add(&b, parts[i], strlen(parts[i]) + 1);
	buf_add(&b, count, (size_t)snprintf(count, sizeof(count), "%d", command.n) + 1);
	for (int i = 0; i < command.n; i++)
		buf_add(&b, command.words[i], strlen(command.words[i]) + 1);
	r = put(dir, "summary", 0600, &b, e);
	buf_free(&b);
	return r;
}
