/* template_print.c - the functions print, println and printf of templates */
#include "template_tree.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_MAX 1024
#define PRECISION_MAX 100

/* A verb of printf: %[flags][width][.precision]letter. */
struct verb {
	bool left, plus, sharp, zero, blank, precise;
	size_t width, precision;
	char letter;
};

/* The buffer's content as a string value. */
static int give_text(struct tmpl_ctx *c, const struct buf *b, const struct jval **ret)
{
	*ret = j_string(c->a, b->p, b->n);
	return 0;
}

void tmpl_add_printed(struct buf *b, const struct jval **args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i && !value_is_string(args[i - 1]) && !value_is_string(args[i]))
			buf_putc(b, ' ');
		value_add(b, args[i]);
	}
}

int tmpl_print(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct buf b = {.a = c->a};

	tmpl_add_printed(&b, args, n);
	return give_text(c, &b, ret);
}

int tmpl_println(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct buf b = {.a = c->a};

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(&b, ' ');
		value_add(&b, args[i]);
	}
	buf_putc(&b, '\n');
	return give_text(c, &b, ret);
}

/* Adds text up to the width in characters; zeros go between a sign and the digits. */
static void add_padded(struct buf *b, const struct verb *v, const char *s, size_t n, bool number)
{
	size_t have = utf8_count(s, n);
	bool zeros = v->zero && number && !v->left;

	if (zeros && n && (*s == '-' || *s == '+' || *s == ' ')) {
		buf_putc(b, *s++);
		n--;
	}
	for (size_t i = have; i < v->width && !v->left; i++)
		buf_putc(b, zeros ? '0' : ' ');
	buf_add(b, s, n);
	for (size_t i = have; i < v->width && v->left; i++)
		buf_putc(b, ' ');
}

/* A whole number in the base of its verb, with its sign. False: no verb of these. */
static bool add_int(struct buf *b, const struct verb *v, int64_t i)
{
	uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;
	char digits[72], *end = digits + sizeof(digits), *p = end;
	unsigned int base = v->letter == 'b' ? 2 : v->letter == 'o' ? 8 : strchr("xX", v->letter) ? 16 : 10;
	const char *set = v->letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";

	if (!strchr("vdboxX", v->letter))
		return false;
	do
		*--p = set[magnitude % base];
	while (magnitude /= base);
	if (v->sharp && base != 10) {
		if (base != 8)
			*--p = v->letter;
		*--p = '0';
	}
	if (i < 0 || v->plus || v->blank)
		*--p = i < 0 ? '-' : v->plus ? '+' : ' ';
	add_padded(b, v, p, (size_t)(end - p), true);
	return true;
}

/* The number by the letter of C's that has the same meaning; -1 where there is none. */
static int format_float(char *text, size_t size, char letter, int precision, double d)
{
	switch (letter) {
	case 'e':
		return snprintf(text, size, "%.*e", precision, d);
	case 'E':
		return snprintf(text, size, "%.*E", precision, d);
	case 'f':
	case 'F':
		return snprintf(text, size, "%.*f", precision, d);
	case 'G':
		return snprintf(text, size, "%.*G", precision, d);
	case 'v':
	case 'g':
		return snprintf(text, size, "%.*g", precision, d);
	default:
		return -1;
	}
}

/* The least precision that says the number exactly. */
static int exact_precision(double d)
{
	char text[64];
	int precision;

	for (precision = 1; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	return precision;
}

/* A number with a fraction. */
static bool add_float(struct buf *b, const struct verb *v, const struct jval *value)
{
	char text[512], *p = text + 1;
	double d = strtod(value->s, NULL);
	int n;

	if (v->letter == 'v' && !v->precise) {
		add_padded(b, v, value->s, value->n, true);
		return true;
	}
	if (v->precise)
		n = format_float(p, sizeof(text) - 1, v->letter, (int)v->precision, d);
	else
		n = format_float(p, sizeof(text) - 1, v->letter, strchr("gG", v->letter) ? exact_precision(d) : 6, d);
	if (n < 0)
		return false;
	if (d >= 0 && (v->plus || v->blank)) {
		*--p = v->plus ? '+' : ' ';
		n++;
	}
	add_padded(b, v, p, (size_t)n, true);
	return true;
}

/* Bytes of s that are so many characters. */
static size_t prefix(const char *s, size_t n, size_t characters)
{
	size_t at = 0;
	unsigned int rune;

	while (at < n && characters-- > 0)
		at += utf8_next(s + at, n - at, &rune);
	return at;
}

static bool add_string(struct tmpl_ctx *c, struct buf *b, const struct verb *v, const struct jval *value)
{
	size_t n = v->precise ? prefix(value->s, value->n, v->precision) : value->n;
	struct buf text = {.a = c->a};
	char hex[3];

	if (!strchr("vsqxX", v->letter))
		return false;
	if (v->letter == 'q')
		utf8_add_quoted(&text, value->s, n);
	else if (strchr("vs", v->letter))
		buf_add(&text, value->s, n);
	else
		for (size_t i = 0; i < n; i++) {
			snprintf(hex, sizeof(hex), v->letter == 'x' ? "%02x" : "%02X", (unsigned char)value->s[i]);
			buf_puts(&text, hex);
		}
	add_padded(b, v, text.n ? text.p : "", text.n, false);
	return true;
}

/* A character by its number, for %c, %q and %U. */
static bool add_character(struct tmpl_ctx *c, struct buf *b, const struct verb *v, int64_t i)
{
	struct buf text = {.a = c->a};
	char number[24];

	if (!strchr("cqU", v->letter))
		return false;
	if (v->letter == 'U') {
		snprintf(number, sizeof(number), "U+%04" PRIX64, i);
		buf_puts(&text, number);
	} else {
		if (v->letter == 'q')
			buf_putc(&text, '\'');
		utf8_add(&text, i < 0 || i > 0x10ffff ? UTF8_REPLACEMENT : (unsigned int)i);
		if (v->letter == 'q')
			buf_putc(&text, '\'');
	}
	add_padded(b, v, text.p, text.n, false);
	return true;
}

/* A value with its type, as Go writes it where it does not fit: string=x. */
static void add_typed(struct buf *b, const struct jval *value)
{
	static const char *const types[] = {
	    "<nil>", "bool=", "int=", "string=", "list=", "struct=", "map=", "float64="};

	buf_puts(b, types[value ? value->type : J_NULL]);
	if (value && value->type != J_NULL)
		value_add(b, value);
}

/* Adds the value as the verb has it; of a list each item. */
static void add_formatted(struct tmpl_ctx *c, struct buf *b, const struct verb *v, const struct jval *value)
{
	enum jtype type = value ? value->type : J_NULL;
	struct buf text = {.a = c->a};
	bool done = false;

	if (type == J_ARRAY) {
		buf_putc(b, '[');
		for (size_t i = 0; i < value->n; i++) {
			if (i)
				buf_putc(b, ' ');
			add_formatted(c, b, v, value->items[i]);
		}
		buf_putc(b, ']');
		return;
	}
	if (type == J_INT)
		done = add_int(b, v, value->i) || add_character(c, b, v, value->i);
	else if (type == J_NUMBER)
		done = add_float(b, v, value);
	else if (type == J_STRING)
		done = add_string(c, b, v, value);
	else if (v->letter == 'v' || (type == J_BOOL && v->letter == 't') || (type > J_ARRAY && v->letter == 's')) {
		value_add(&text, value);
		add_padded(b, v, text.p, text.n, false);
		done = true;
	}
	if (!done) {
		buf_puts(b, "%!");
		buf_putc(b, v->letter);
		buf_putc(b, '(');
		add_typed(b, value);
		buf_putc(b, ')');
	}
}

/* A number of the format, at most the limit. */
static bool take_count(const char **p, size_t limit, size_t *ret)
{
	for (*ret = 0; **p >= '0' && **p <= '9'; (*p)++) {
		*ret = *ret * 10 + (size_t)(**p - '0');
		if (*ret > limit)
			return false;
	}
	return true;
}

/* Reads a verb behind its '%'. False: too wide. */
static bool take_verb(const char **p, struct verb *ret)
{
	*ret = (struct verb){0};
	for (; **p && strchr("-+# 0", **p); (*p)++) {
		ret->left |= **p == '-';
		ret->plus |= **p == '+';
		ret->sharp |= **p == '#';
		ret->blank |= **p == ' ';
		ret->zero |= **p == '0';
	}
	if (!take_count(p, WIDTH_MAX, &ret->width))
		return false;
	ret->precise = **p == '.';
	*p += ret->precise;
	if (ret->precise && !take_count(p, PRECISION_MAX, &ret->precision))
		return false;
	ret->letter = **p;
	*p += ret->letter != '\0';
	return true;
}

/* What is left over, as Go writes it. */
static void add_extra(struct buf *b, const struct jval **args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, i ? ", " : "%!(EXTRA ");
		add_typed(b, args[i]);
	}
	if (n)
		buf_putc(b, ')');
}

int tmpl_printf(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct buf b = {.a = c->a};
	size_t used = 1;
	struct verb v;

	if (!value_is_string(args[0]))
		return tmpl_bad(c, "printf", "the format is no string");
	for (const char *p = args[0]->s; *p;) {
		if (*p != '%') {
			buf_putc(&b, *p++);
			continue;
		}
		p++;
		if (!take_verb(&p, &v))
			return tmpl_bad(c, "printf", "too wide or too precise");
		if (v.letter == '%') {
			buf_putc(&b, '%');
		} else if (!v.letter) {
			buf_puts(&b, "%!(NOVERB)");
		} else if (used < n) {
			add_formatted(c, &b, &v, args[used++]);
		} else {
			buf_puts(&b, "%!");
			buf_putc(&b, v.letter);
			buf_puts(&b, "(MISSING)");
		}
	}
	add_extra(&b, args + used, n - used);
	return give_text(c, &b, ret);
}
