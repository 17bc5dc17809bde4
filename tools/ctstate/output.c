/* output.c - see output.h */
#include "output.h"
#include "common/fd.h"
#include "common/msg.h"
#include "utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A copy that a terminal can be given. */
static void clean(struct buf *out, const char *s, size_t n)
{
	unsigned int rune;
	char hex[8];
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		len = utf8_next(s + i, n - i, &rune);
		if (rune == '\n' || rune == '\t' || (rune >= 0x20 && rune != 0x7f && !(rune >= 0x80 && rune < 0xa0))) {
			buf_add(out, s + i, len);
			continue;
		}
		snprintf(hex, sizeof(hex), "\\x%02x", rune);
		buf_puts(out, hex);
	}
}

void output(const struct buf *b)
{
	struct buf safe = {0};
	const struct buf *from = b;

	if (isatty(STDOUT_FILENO)) {
		clean(&safe, b->p, b->n);
		from = &safe;
	}
	if (from->n && fd_write_all(STDOUT_FILENO, from->p, from->n) < 0)
		die(EXIT_FAILED, "write to standard output: %s", strerror(errno));
	buf_free(&safe);
}
