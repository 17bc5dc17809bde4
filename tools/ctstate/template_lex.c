/* template_lex.c - see template_lex.h */
#include "template_lex.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int lex_fail(struct lexer *p, const char *what)
{
	return err_set(p->e, 0, "template: %s, at byte %zu: '%.40s'", what, (size_t)(p->p - p->text) + 1, p->p);
}

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool lex_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

void lex_skip_blanks(struct lexer *p)
{
	while (lex_is_blank(*p->p))
		p->p++;
}

const char *lex_word(struct lexer *p)
{
	const char *from = p->p;

	while (lex_is_word(*p->p))
		p->p++;
	return arena_copy(p->a, from, (size_t)(p->p - from));
}

bool lex_keyword(struct lexer *p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(p->p, word, n) != 0 || lex_is_word(p->p[n]))
		return false;
	p->p += n;
	return true;
}

/* So many digits of that base, at most 8, as a number. */
static int escape_digits(struct lexer *p, size_t n, int base, unsigned long *ret)
{
	char digits[9] = {0}, *end;

	for (size_t i = 0; i < n; i++) {
		if (!p->p[i] || p->p[i] == '-' || p->p[i] == '+')
			return lex_fail(p, "bad escape in a string");
		digits[i] = p->p[i];
	}
	*ret = strtoul(digits, &end, base);
	if (*end || end == digits || lex_is_blank(*digits))
		return lex_fail(p, "bad escape in a string");
	p->p += n;
	return 0;
}

/* One escape of a string in double quotes, behind its backslash. */
static int lex_escape(struct lexer *p, struct buf *b)
{
	static const char letter[] = "abfnrtv\\\"'", byte[] = "\a\b\f\n\r\t\v\\\"'";
	const char *at = *p->p ? strchr(letter, *p->p) : NULL;
	unsigned long value = 0;
	char kind = *p->p;

	if (at) {
		buf_putc(b, byte[at - letter]);
		p->p++;
		return 0;
	}
	if (kind >= '0' && kind <= '7') {
		if (escape_digits(p, 3, 8, &value) < 0)
			return -1;
		buf_putc(b, (char)value);
		return 0;
	}
	if (kind != 'x' && kind != 'u' && kind != 'U')
		return lex_fail(p, "unknown escape in a string");
	p->p++;
	if (escape_digits(p, kind == 'x' ? 2 : kind == 'u' ? 4 : 8, 16, &value) < 0)
		return -1;
	if (kind == 'x')
		buf_putc(b, (char)value);
	else
		utf8_add(b, (unsigned int)value);
	return 0;
}

/* The text up to the quote, which it takes. */
static int lex_quoted(struct lexer *p, struct buf *b)
{
	char quote = *p->p++;
	int r = 0;

	while (r == 0 && *p->p && *p->p != quote) {
		if (*p->p == '\\' && quote != '`') {
			p->p++;
			r = lex_escape(p, b);
		} else {
			buf_putc(b, *p->p++);
		}
	}
	if (r == 0 && !*p->p)
		r = lex_fail(p, quote == '\'' ? "unterminated character" : "unterminated string");
	if (r == 0)
		p->p++;
	return r;
}

int lex_string(struct lexer *p, struct jval **ret)
{
	struct buf b = {.a = p->a};

	if (lex_quoted(p, &b) < 0)
		return -1;
	*ret = j_string(p->a, b.p, b.n);
	return 0;
}

int lex_char(struct lexer *p, struct jval **ret)
{
	struct buf b = {.a = p->a};
	const char *from = p->p;
	unsigned int rune;

	if (lex_quoted(p, &b) < 0)
		return -1;
	if (!b.n || utf8_next(b.p, b.n, &rune) != b.n) {
		p->p = from;
		return lex_fail(p, "not one character");
	}
	*ret = j_int(p->a, rune);
	return 0;
}

int lex_number(struct lexer *p, struct jval **ret)
{
	struct buf b = {.a = p->a};
	const char *from = p->p;
	bool hex = strncasecmp(from + (*from == '-' || *from == '+'), "0x", 2) == 0;
	char *end;

	for (; lex_is_word(*p->p) || *p->p == '.' || *p->p == '-' || *p->p == '+'; p->p++) {
		if ((*p->p == '-' || *p->p == '+') && p->p != from && (hex || (p->p[-1] | 0x20) != 'e'))
			break;
		if (*p->p != '_')
			buf_putc(&b, *p->p);
	}
	buf_putc(&b, '\0');
	errno = 0;
	*ret = j_int(p->a, strtoll(b.p, &end, 0));
	if (!errno && !*end && end != b.p)
		return 0;
	errno = 0;
	(void)strtod(b.p, &end);
	if (errno || *end || hex || !strpbrk(b.p, "0123456789") || strpbrk(b.p, "xXnN")) {
		p->p = from;
		return lex_fail(p, "not a number");
	}
	*ret = j_number(p->a, b.p + (*b.p == '+'), strlen(b.p + (*b.p == '+')));
	return 0;
}
