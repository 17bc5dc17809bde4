/* json.c - see json.h */
#include "json.h"
#include "common/num.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct jval *j_new(struct arena *a, enum jtype type)
{
	struct jval *v = arena_alloc(a, sizeof(*v));

	v->type = type;
	return v;
}

struct jval *j_map(struct arena *a, enum jtype elem)
{
	struct jval *v = j_new(a, J_MAP);

	v->elem = elem;
	return v;
}

struct jval *j_bool(struct arena *a, bool b)
{
	struct jval *v = j_new(a, J_BOOL);

	v->b = b;
	return v;
}

struct jval *j_int(struct arena *a, int64_t i)
{
	struct jval *v = j_new(a, J_INT);

	v->i = i;
	return v;
}

struct jval *j_number(struct arena *a, const char *s, size_t n)
{
	struct jval *v = j_string(a, s, n);
	int64_t i;

	if (num_i64(v->s, INT64_MIN, INT64_MAX, &i) == 0)
		return j_int(a, i);
	v->type = J_NUMBER;
	return v;
}

struct jval *j_string(struct arena *a, const char *s, size_t n)
{
	struct jval *v = j_new(a, J_STRING);
	struct buf b = {.a = a};

	if (n)
		utf8_add_valid(&b, s, n);
	buf_putc(&b, '\0');
	v->s = b.p;
	v->n = b.n - 1;
	return v;
}

struct jval *j_str(struct arena *a, const char *s)
{
	return j_string(a, s, strlen(s));
}

void j_push(struct arena *a, struct jval *array, struct jval *item)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
	array->items = arena_grow(a, array->items, array->n, &array->room, sizeof(*array->items));
	array->items[array->n++] = item;
}

/* Where key is in a sorted map, or where it belongs. */
static size_t map_place(const struct jval *map, const char *key, bool *ret_found)
{
	size_t low = 0, high = map->n;

	*ret_found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(map->members[mid].key, key);

		if (c == 0) {
			*ret_found = true;
			return mid;
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct jval *j_set(struct arena *a, struct jval *o, const char *key, struct jval *val)
{
	bool found = false;
	size_t at = o->type == J_MAP ? map_place(o, key, &found) : o->n;

	if (found) {
		o->members[at].val = val;
		return val;
	}
	o->members = arena_grow(a, o->members, o->n, &o->room, sizeof(*o->members));
	memmove(o->members + at + 1, o->members + at, (o->n - at) * sizeof(*o->members));
	o->members[at] = (struct jmember){key, val, false};
	o->n++;
	return val;
}

void j_put(struct arena *a, struct jval *o, const char *key, struct jval *val)
{
	for (size_t i = 0; o->type == J_STRUCT && i < o->n; i++) {
		if (strcmp(o->members[i].key, key) == 0) {
			o->members[i].val = val;
			return;
		}
	}
	j_set(a, o, key, val);
}

struct jval *j_get(const struct jval *o, const char *key)
{
	if (o->type == J_MAP) {
		bool found;
		size_t at = map_place(o, key, &found);

		return found ? o->members[at].val : NULL;
	}
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->members[i].key, key) == 0)
			return o->members[i].val;
	return NULL;
}

/* The escape of one character in a JSON string, or NULL when it stands for itself. */
static const char *escape(unsigned int rune, int flags, char buf[8])
{
	switch (rune) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	default:
		break;
	}
	if (rune >= 0x20 && rune != 0x2028 && rune != 0x2029 &&
	    !((flags & JSON_HTML) && (rune == '<' || rune == '>' || rune == '&')))
		return NULL;
	snprintf(buf, 8, "\\u%04x", rune);
	return buf;
}

static void print_string(struct buf *out, const char *s, size_t n, int flags)
{
	size_t done = 0, len;
	unsigned int rune;
	char scratch[8];

	buf_putc(out, '"');
	for (size_t i = 0; i < n; i += len) {
		const char *esc;

		len = utf8_next(s + i, n - i, &rune);
		esc = escape(rune, flags, scratch);
		if (!esc)
			continue;
		buf_add(out, s + done, i - done);
		buf_puts(out, esc);
		done = i + len;
	}
	buf_add(out, s + done, n - done);
	buf_putc(out, '"');
}

static void new_line(struct buf *out, int flags, unsigned int depth)
{
	if (!(flags & JSON_PRETTY))
		return;
	buf_putc(out, '\n');
	for (unsigned int i = 0; i < depth; i++)
		buf_puts(out, "    ");
}

static void print_value(struct buf *out, const struct jval *v, int flags, unsigned int depth);

static void print_array(struct buf *out, const struct jval *v, int flags, unsigned int depth)
{
	if (v->b && !v->n) {
		buf_puts(out, "null");
		return;
	}
	buf_putc(out, '[');
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			buf_putc(out, ',');
		new_line(out, flags, depth + 1);
		print_value(out, v->items[i], flags, depth + 1);
	}
	if (v->n)
		new_line(out, flags, depth);
	buf_putc(out, ']');
}

static void print_object(struct buf *out, const struct jval *v, int flags, unsigned int depth)
{
	bool any = false;

	buf_putc(out, '{');
	for (size_t i = 0; i < v->n; i++) {
		const struct jmember *m = &v->members[i];

		if (m->hidden)
			continue;
		if (any)
			buf_putc(out, ',');
		any = true;
		new_line(out, flags, depth + 1);
		print_string(out, m->key, strlen(m->key), flags);
		buf_puts(out, flags & JSON_PRETTY ? ": " : ":");
		print_value(out, m->val, flags, depth + 1);
	}
	if (any)
		new_line(out, flags, depth);
	buf_putc(out, '}');
}

static void print_value(struct buf *out, const struct jval *v, int flags, unsigned int depth)
{
	char number[24];

	switch (v ? v->type : J_NULL) {
	case J_NULL:
		buf_puts(out, "null");
		break;
	case J_BOOL:
		buf_puts(out, v->b ? "true" : "false");
		break;
	case J_INT:
		snprintf(number, sizeof(number), "%" PRId64, v->i);
		buf_puts(out, number);
		break;
	case J_STRING:
		print_string(out, v->s, v->n, flags);
		break;
	case J_NUMBER:
		buf_add(out, v->s, v->n);
		break;
	case J_ARRAY:
		print_array(out, v, flags, depth);
		break;
	case J_STRUCT:
	case J_MAP:
		print_object(out, v, flags, depth);
		break;
	}
}

void json_print(struct buf *out, const struct jval *v, int flags)
{
	print_value(out, v, flags, 0);
}
