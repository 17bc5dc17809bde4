/*
 * print.c - see print.h.
 */
#include "print.h"

#include "common/fd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void print_flush(struct printer *p)
{
	int fd = p->current == CRI_STDOUT ? STDOUT_FILENO : STDERR_FILENO;

	if (p->n && fd_write_all(fd, p->buf, p->n) < 0 && p->current == CRI_STDOUT)
		p->failed = errno;
	p->n = 0;
}

/* Adds bytes to the buffer. */
static void put(struct printer *p, const char *data, size_t n)
{
	while (n > 0) {
		size_t part = sizeof(p->buf) - p->n;

		if (part > n)
			part = n;
		memcpy(p->buf + p->n, data, part);
		p->n += part;
		data += part;
		n -= part;
		if (p->n == sizeof(p->buf))
			print_flush(p);
	}
}

/* Adds text with every control character but tab, newline and a final carriage return as ^X, and those of U+0080 to
 * U+009F, which some terminals obey, as \u0080. */
static void put_escaped(struct printer *p, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		unsigned char next = i + 1 < n ? (unsigned char)s[i + 1] : 0;

		if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
			put(p, (char[]){'\\', 'u', '0', '0', hex[next >> 4], hex[next & 15]}, 6);
			i++;
		} else if (c == '\t' || (c >= ' ' && c != 0x7f && (c != 0xc2 || i + 1 < n)) ||
		           (c == '\r' && i + 1 == n)) {
			put(p, s + i, 1);
		} else if (c == 0xc2) {
			/* What follows is in another record. */
			put(p, "\\xc2", 4);
		} else {
			put(p, (char[]){'^', (char)(c ^ 0x40)}, 2);
		}
	}
}

void print_record(struct printer *p, const struct cri_record *r)
{
	if (r->stream != p->current)
		print_flush(p);
	p->current = r->stream;
	if (p->timestamps && !p->in_line[r->stream]) {
		put(p, r->time, r->time_n);
		put(p, " ", 1);
	}
	if (p->escape[r->stream])
		put_escaped(p, r->text, r->text_n);
	else
		put(p, r->text, r->text_n);
	if (!r->partial)
		put(p, "\n", 1);
	p->in_line[r->stream] = r->partial;
}
