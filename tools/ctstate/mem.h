/*
 * mem.h - memory for a program that reads much, prints once and ends: an arena that is freed as a whole, and a buffer
 * that grows.
 *
 * Running out of memory ends the tool with one line: there is nothing that a caller here could do instead.
 */
#ifndef CTSTATE_MEM_H
#define CTSTATE_MEM_H

#include <stddef.h>

struct arena {
	struct chunk *last;
};

/* n bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t n);

/* A copy of n bytes with a NUL behind it. */
char *arena_copy(struct arena *a, const char *s, size_t n);

/* printf(3) into the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An array that doubles: p holds n elements of size bytes and has *room; returns where one more fits. */
void *arena_grow(struct arena *a, void *p, size_t n, size_t *room, size_t size);

/* Moves all that is in one arena to another. */
void arena_join(struct arena *to, struct arena *from);

/* Frees everything. */
void arena_free(struct arena *a);

/* With an arena the buffer lives there and need not be freed. */
struct buf {
	char *p;
	size_t n, room;
	struct arena *a;
};

void buf_add(struct buf *b, const char *s, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_free(struct buf *b);

#endif
