/*
 * msg.c - see msg.h
 *
 * A line is built in one buffer and leaves in one write(2), so that lines of several processes do not mix.
 */
#include "msg.h"
#include "fd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_LEN 2048

/* The module's own state: who speaks, and to whom the last word goes. */
static const char *tool = "?";
static int report_fd = -1;

void msg_init(const char *name)
{
	tool = name;
}

const char *msg_tool(void)
{
	return tool;
}

void msg_report_to(int fd)
{
	fd_cloexec(fd, true);
	report_fd = fd;
}

/* The length of the valid UTF-8 sequence at s, 0 when it is none (overlong forms and surrogates are none). */
static size_t utf8_len(const unsigned char *s)
{
	static const unsigned int least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80             ? 1
	           : (s[0] & 0xe0) == 0xc0 ? 2
	           : (s[0] & 0xf0) == 0xe0 ? 3
	           : (s[0] & 0xf8) == 0xf0 ? 4
	                                   : 0;
	unsigned int c;

	if (n <= 1)
		return n;
	c = s[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

/* Whether the character may reach a terminal: not C0, DEL, C1 (U+0080 to U+009F). */
static bool is_printable(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] >= 0x20 && s[0] != 0x7f;
	return !(len == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

char *msg_clean(char *dst, size_t size, const char *src)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)src;
	size_t o = 0;

	while (*s) {
		size_t len = utf8_len(s);
		bool keep = len && is_printable(s, len);

		if (o + (keep ? len : 4) >= size)
			break;
		if (keep) {
			memcpy(dst + o, s, len);
			o += len;
			s += len;
			continue;
		}
		dst[o++] = '\\';
		dst[o++] = 'x';
		dst[o++] = hex[*s >> 4];
		dst[o++] = hex[*s & 15];
		s++;
	}
	if (size)
		dst[o] = '\0';
	return dst;
}

/* Writes "tool: text\n" to standard error. */
static void put_line(const char *text)
{
	char clean[LINE_MAX_LEN], line[LINE_MAX_LEN + 80];
	int n = snprintf(line, sizeof(line), "%s: %s\n", tool, msg_clean(clean, sizeof(clean), text));

	if (n > 0)
		(void)fd_write_all(STDERR_FILENO, line, (size_t)n);
}

void msg(const char *fmt, ...)
{
	int saved = errno;
	char text[LINE_MAX_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_line(text);
	errno = saved;
}

/* "text: cause; hint" */
static void word_err(char *buf, size_t size, const struct err *e)
{
	snprintf(buf, size, "%s%s%s%s%s", e->text, e->code ? ": " : "", e->code ? strerror(e->code) : "",
	         e->hint[0] ? "; " : "", e->hint);
}

void msg_err(const struct err *e)
{
	int saved = errno;
	char text[LINE_MAX_LEN];

	word_err(text, sizeof(text), e);
	put_line(text);
	errno = saved;
}

/* The last word: to the reader of the exec report where there is one, else to standard error. */
static _Noreturn void end_with(int status, const char *text)
{
	char clean[LINE_MAX_LEN], line[LINE_MAX_LEN + 80];
	int n;

	if (report_fd < 0) {
		put_line(text);
		exit(status);
	}
	n = snprintf(line, sizeof(line), "%c%s: %s", status, tool, msg_clean(clean, sizeof(clean), text));
	if (n > 0 && fd_write_all(report_fd, line, (size_t)n) < 0)
		put_line(text);
	exit(status);
}

void die(int status, const char *fmt, ...)
{
	char text[LINE_MAX_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	end_with(status, text);
}

void die_err(int status, const struct err *e)
{
	char text[LINE_MAX_LEN];

	word_err(text, sizeof(text), e);
	end_with(e->status ? e->status : status, text);
}

int msg_read_report(int fd, char *text, size_t size)
{
	char buf[LINE_MAX_LEN + 80];
	size_t n = 0;
	ssize_t r;

	do {
		r = read(fd, buf + n, sizeof(buf) - n);
		if (r > 0)
			n += (size_t)r;
	} while ((r > 0 && n < sizeof(buf)) || (r < 0 && errno == EINTR));
	if (r < 0 && n == 0)
		return -1;
	if (n == 0)
		return 0;
	snprintf(text, size, "%.*s", (int)(n - 1), buf + 1);
	return (unsigned char)buf[0];
}
