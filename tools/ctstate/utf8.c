/* utf8.c - see utf8.h */
#include "utf8.h"

#include <stdio.h>
#include <string.h>

struct range {
	unsigned int from, to;
};

/* Controls, format characters, blanks other than U+0020, surrogates, private use, non-characters. */
static const struct range unprintable[] = {
    {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},       {0x61c, 0x61c},     {0x1680, 0x1680},   {0x180e, 0x180e},
    {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},   {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff},
    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff}, {0xe0000, 0xe00ff}, {0xf0000, 0x10ffff},
};

/* Wide and fullwidth, as Unicode's EastAsianWidth has them in blocks. */
static const struct range wide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool in_table(const struct range *t, size_t n, unsigned int rune)
{
	for (size_t i = 0; i < n; i++)
		if (rune >= t[i].from && rune <= t[i].to)
			return true;
	return false;
}

#define IN(table, rune) in_table(table, sizeof(table) / sizeof((table)[0]), rune)

size_t utf8_next(const char *str, size_t n, unsigned int *ret_rune)
{
	static const unsigned int least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)str;
	size_t len = (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
	unsigned int c = s[0];

	*ret_rune = c;
	if (c < 0x80)
		return 1;
	*ret_rune = UTF8_REPLACEMENT;
	if (!len || len > n)
		return 1;
	c &= 0x7fU >> len;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*ret_rune = c;
	return len;
}

size_t utf8_count(const char *s, size_t n)
{
	size_t count = 0;
	unsigned int rune;

	for (size_t i = 0; i < n; count++)
		i += utf8_next(s + i, n - i, &rune);
	return count;
}

size_t utf8_columns(const char *s, size_t n)
{
	size_t columns = 0;
	unsigned int rune;

	for (size_t i = 0; i < n; columns += utf8_width(rune))
		i += utf8_next(s + i, n - i, &rune);
	return columns;
}

void utf8_add(struct buf *b, unsigned int r)
{
	if (r > 0x10ffff || (r >= 0xd800 && r < 0xe000))
		r = UTF8_REPLACEMENT;
	if (r < 0x80) {
		buf_putc(b, (char)r);
		return;
	}
	if (r < 0x800) {
		buf_putc(b, (char)(0xc0 | r >> 6));
	} else {
		if (r < 0x10000) {
			buf_putc(b, (char)(0xe0 | r >> 12));
		} else {
			buf_putc(b, (char)(0xf0 | r >> 18));
			buf_putc(b, (char)(0x80 | (r >> 12 & 0x3f)));
		}
		buf_putc(b, (char)(0x80 | (r >> 6 & 0x3f)));
	}
	buf_putc(b, (char)(0x80 | (r & 0x3f)));
}

void utf8_add_valid(struct buf *b, const char *s, size_t n)
{
	size_t done = 0;
	unsigned int rune;

	for (size_t i = 0; i < n;) {
		size_t len = utf8_next(s + i, n - i, &rune);

		if (rune == UTF8_REPLACEMENT && len == 1) {
			buf_add(b, s + done, i - done);
			buf_puts(b, "\xef\xbf\xbd");
			done = i + 1;
		}
		i += len;
	}
	buf_add(b, s + done, n - done);
}

/* One character that may not stand as it is. */
static void add_escape(struct buf *b, unsigned int rune)
{
	static const char plain[] = "\a\b\f\n\r\t\v", letter[] = "abfnrtv";
	const char *at = rune && rune < 0x80 ? strchr(plain, (int)rune) : NULL;
	char hex[16];

	if (at) {
		buf_putc(b, '\\');
		buf_putc(b, letter[at - plain]);
		return;
	}
	snprintf(hex, sizeof(hex), rune < 0x80 ? "\\x%02x" : rune < 0x10000 ? "\\u%04x" : "\\U%08x", rune);
	buf_puts(b, hex);
}

void utf8_add_quoted(struct buf *b, const char *s, size_t n)
{
	unsigned int rune;
	size_t len;

	buf_putc(b, '"');
	for (size_t i = 0; i < n; i += len) {
		len = utf8_next(s + i, n - i, &rune);
		if (rune == '"' || rune == '\\')
			buf_putc(b, '\\');
		if (!utf8_is_print(rune))
			add_escape(b, rune);
		else if (rune == UTF8_REPLACEMENT)
			buf_puts(b, "\xef\xbf\xbd");
		else
			buf_add(b, s + i, len);
	}
	buf_putc(b, '"');
}

unsigned int utf8_width(unsigned int rune)
{
	return rune >= 0x1100 && IN(wide, rune) ? 2 : 1;
}

bool utf8_is_print(unsigned int rune)
{
	if (rune >= 0x20 && rune < 0x7f)
		return true;
	return !IN(unprintable, rune);
}
