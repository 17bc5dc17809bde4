/*
 * json_parse.c - JSON text to a tree; see json.h
 *
 * Strict: what RFC 8259 does not allow is an error that names the byte. Arrays and objects nest at most NESTING_MAX deep, so
 * that no text can use up the stack.
 */
#include "json.h"
#include "utf8.h"

#include <errno.h>
#include <string.h>

#define NESTING_MAX 200

struct jparser {
	struct arena *a;
	struct err *e;
	const char *text, *p, *end;
	bool eof;
	unsigned int depth;
	unsigned int struct_depth; /* where objects are structs: 1, or 2 in an outermost array */
};

static int parse_value(struct jparser *p, struct jval **ret);

static int wrong(struct jparser *p, const char *what)
{
	return err_set(p->e, 0, "JSON: %s, at byte %zu", what, (size_t)(p->p - p->text) + 1);
}

/* The text ends here: whether that is wrong is the caller's to say. */
static int too_short(struct jparser *p)
{
	if (p->eof)
		return wrong(p, "the text ends too early");
	return err_set(p->e, EAGAIN, "JSON: the text ends too early");
}

static void skip_space(struct jparser *p)
{
	while (p->p < p->end && *p->p && strchr(" \t\r\n", *p->p))
		p->p++;
}

/* The next character that is no blank, or -1. */
static int look(struct jparser *p)
{
	skip_space(p);
	return p->p < p->end ? (unsigned char)*p->p : -1;
}

/* Four hex digits. */
static int take_hex(struct jparser *p, unsigned int *ret)
{
	static const char digits[] = "0123456789abcdef";

	*ret = 0;
	for (int i = 0; i < 4; i++, p->p++) {
		const char *at;

		if (p->p == p->end)
			return too_short(p);
		at = *p->p ? strchr(digits, *p->p | 0x20) : NULL;
		if (!at || (*p->p < '0'))
			return wrong(p, "not four hexadecimal digits");
		*ret = *ret * 16 + (unsigned int)(at - digits);
	}
	return 0;
}

/* \uXXXX, or two of them that are a surrogate pair; half a pair stands for U+FFFD. */
static int take_unicode(struct jparser *p, struct buf *b)
{
	unsigned int r, low;

	if (take_hex(p, &r) < 0)
		return -1;
	if (r >= 0xd800 && r < 0xdc00 && p->end - p->p >= 2 && p->p[0] == '\\' && p->p[1] == 'u') {
		const char *from = p->p;

		p->p += 2;
		if (take_hex(p, &low) < 0)
			return -1;
		if (low >= 0xdc00 && low < 0xe000)
			r = 0x10000 + ((r - 0xd800) << 10) + (low - 0xdc00);
		else
			p->p = from;
	}
	utf8_add(b, r);
	return 0;
}

static int unescape_one(struct jparser *p, struct buf *b)
{
	static const char letter[] = "\"\\/bfnrt", byte[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (p->p == p->end)
		return too_short(p);
	if (*p->p == 'u') {
		p->p++;
		return take_unicode(p, b);
	}
	at = *p->p ? strchr(letter, *p->p) : NULL;
	if (!at)
		return wrong(p, "unknown escape in a string");
	buf_putc(b, byte[at - letter]);
	p->p++;
	return 0;
}

/* The position is behind the opening quote. */
static int parse_string(struct jparser *p, struct jval **ret)
{
	struct buf b = {.a = p->a};

	for (; p->p < p->end && *p->p != '"';) {
		if ((unsigned char)*p->p < 0x20)
			return wrong(p, "a control character in a string");
		if (*p->p != '\\') {
			buf_putc(&b, *p->p++);
			continue;
		}
		p->p++;
		if (unescape_one(p, &b) < 0)
			return -1;
	}
	if (p->p == p->end)
		return too_short(p);
	p->p++;
	*ret = j_string(p->a, b.p, b.n);
	return 0;
}

/* Digits at the position; how many. */
static size_t take_digits(struct jparser *p)
{
	const char *from = p->p;

	while (p->p < p->end && *p->p >= '0' && *p->p <= '9')
		p->p++;
	return (size_t)(p->p - from);
}

/* Moves behind one of these characters. */
static bool take_any(struct jparser *p, const char *set)
{
	if (p->p == p->end || !*p->p || !strchr(set, *p->p))
		return false;
	p->p++;
	return true;
}

static int parse_number(struct jparser *p, struct jval **ret)
{
	const char *from = p->p;
	bool ok;

	take_any(p, "-");
	if (take_any(p, "0"))
		ok = take_digits(p) == 0;
	else
		ok = take_digits(p) > 0;
	if (ok && take_any(p, "."))
		ok = take_digits(p) > 0;
	if (ok && take_any(p, "eE")) {
		take_any(p, "+-");
		ok = take_digits(p) > 0;
	}
	if (p->p == p->end && !p->eof)
		return too_short(p);
	if (!ok)
		return p->p == p->end ? too_short(p) : wrong(p, "not a number");
	*ret = j_number(p->a, from, (size_t)(p->p - from));
	return 0;
}

/* true, false, null. */
static int parse_word(struct jparser *p, struct jval **ret)
{
	static const char *const words[] = {"null", "false", "true"};
	size_t left = (size_t)(p->end - p->p);

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);

		if (left < n && memcmp(p->p, words[i], left) == 0)
			return too_short(p);
		if (left < n || memcmp(p->p, words[i], n) != 0)
			continue;
		p->p += n;
		*ret = i ? j_bool(p->a, i == 2) : j_new(p->a, J_NULL);
		return 0;
	}
	return wrong(p, "a value is missing");
}

/* Behind an item: 1 when a further one follows, 0 at the closing bracket. */
static int take_separator(struct jparser *p, char close)
{
	int c = look(p);

	if (c < 0)
		return too_short(p);
	if (c != ',' && c != close)
		return wrong(p, "neither ',' nor a closing bracket");
	p->p++;
	return c == ',';
}

static int parse_array(struct jparser *p, struct jval **ret)
{
	struct jval *item = NULL;
	int r = 1;

	*ret = j_new(p->a, J_ARRAY);
	if (look(p) == ']') {
		p->p++;
		return 0;
	}
	while (r > 0) {
		if (parse_value(p, &item) < 0)
			return -1;
		j_push(p->a, *ret, item);
		r = take_separator(p, ']');
	}
	return r;
}

/* "KEY": VALUE */
static int parse_member(struct jparser *p, struct jval *o)
{
	struct jval *key = NULL, *val = NULL;
	int c = look(p);

	if (c != '"')
		return c < 0 ? too_short(p) : wrong(p, "a key is missing");
	p->p++;
	if (parse_string(p, &key) < 0 || !key)
		return -1;
	if (strlen(key->s) != key->n)
		return wrong(p, "a NUL in a key");
	c = look(p);
	if (c != ':')
		return c < 0 ? too_short(p) : wrong(p, "':' is missing");
	p->p++;
	if (parse_value(p, &val) < 0 || !val)
		return -1;
	if (val->type != J_STRING)
		o->elem = J_NULL;
	j_put(p->a, o, key->s, val);
	return 0;
}

/* A map of strings is one whose values all are. */
static int parse_object(struct jparser *p, enum jtype type, struct jval **ret)
{
	int r = 1;

	*ret = j_new(p->a, type);
	(*ret)->elem = J_STRING;
	if (look(p) == '}') {
		p->p++;
		return 0;
	}
	while (r > 0) {
		if (parse_member(p, *ret) < 0)
			return -1;
		r = take_separator(p, '}');
	}
	return r;
}

static int parse_value(struct jparser *p, struct jval **ret)
{
	int c = look(p), r;

	if (c < 0)
		return too_short(p);
	if (p->depth == NESTING_MAX)
		return wrong(p, "nested too deep");
	if (c != '{' && c != '[' && c != '"')
		return c == '-' || (c >= '0' && c <= '9') ? parse_number(p, ret) : parse_word(p, ret);
	p->p++;
	if (c == '"')
		return parse_string(p, ret);
	p->struct_depth += p->depth++ == 0 && c == '[';
	r = c == '{' ? parse_object(p, p->depth <= p->struct_depth ? J_STRUCT : J_MAP, ret) : parse_array(p, ret);
	p->depth--;
	return r;
}

int json_parse(struct arena *a, const char **at, const char *end, bool eof, struct jval **ret, struct err *e)
{
	struct jparser p = {.a = a, .e = e, .text = *at, .p = *at, .end = end, .eof = eof, .struct_depth = 1};

	if (parse_value(&p, ret) < 0)
		return -1;
	skip_space(&p);
	*at = p.p;
	return 0;
}
