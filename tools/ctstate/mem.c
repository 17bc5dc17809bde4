/* mem.c - see mem.h */
#include "mem.h"
#include "common/msg.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)256 * 1024)
#define ALIGN (sizeof(max_align_t))

struct chunk {
	struct chunk *before;
	size_t used, room;
	max_align_t data[];
};

static void *or_die(void *p)
{
	if (!p)
		die(EXIT_FAILED, "out of memory");
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t need = (n + ALIGN - 1) / ALIGN * ALIGN;
	struct chunk *c = a->last;
	char *p;

	if (need < n)
		or_die(NULL);
	if (!c || c->room - c->used < need) {
		size_t room = need > CHUNK_SIZE ? need : CHUNK_SIZE;

		c = or_die(malloc(sizeof(*c) + room));
		*c = (struct chunk){a->last, 0, room};
		a->last = c;
	}
	p = (char *)c->data + c->used;
	c->used += need;
	return memset(p, 0, n);
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = n < 0 ? or_die(NULL) : arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}

void *arena_grow(struct arena *a, void *p, size_t n, size_t *room, size_t size)
{
	void *bigger;

	if (n < *room)
		return p;
	if (*room > SIZE_MAX / 2 / size)
		or_die(NULL);
	*room = *room ? *room * 2 : 8;
	bigger = arena_alloc(a, *room * size);
	if (n)
		memcpy(bigger, p, n * size);
	return bigger;
}

void arena_join(struct arena *to, struct arena *from)
{
	struct chunk *first = from->last;

	if (!first)
		return;
	while (first->before)
		first = first->before;
	first->before = to->last;
	to->last = from->last;
	from->last = NULL;
}

void arena_free(struct arena *a)
{
	while (a->last) {
		struct chunk *before = a->last->before;

		free(a->last);
		a->last = before;
	}
}

/* The bytes of a buffer in a larger place. */
static char *move(const struct buf *b, size_t room)
{
	char *p;

	if (!b->a)
		return or_die(realloc(b->p, room));
	p = arena_alloc(b->a, room);
	if (b->n)
		memcpy(p, b->p, b->n);
	return p;
}

void buf_add(struct buf *b, const char *s, size_t n)
{
	if (n > b->room - b->n) {
		size_t room = b->room ? b->room : b->a ? 128 : 4096;

		while (room - b->n < n)
			room = room > SIZE_MAX / 2 ? (or_die(NULL), 0) : room * 2;
		b->p = move(b, room);
		b->room = room;
	}
	if (n)
		memcpy(b->p + b->n, s, n);
	b->n += n;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_free(struct buf *b)
{
	if (!b->a)
		free(b->p);
	*b = (struct buf){.a = b->a};
}
