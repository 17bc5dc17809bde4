/* record.c - see record.h */
#include "record.h"

#include <errno.h>
#include <string.h>

static bool is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static int refuse(struct err *e, const char *entry, const char *what)
{
	return err_set(e, 0, "record: '%.60s': %s", entry, what);
}

/* From "A.B" to the object A, made when missing, and the key "B". */
static int descend(struct arena *a, struct jval **o, char **key, const char *entry, struct err *e)
{
	for (char *dot; (dot = strchr(*key, '.')); *key = dot + 1) {
		struct jval *inner;

		*dot = '\0';
		inner = j_get(*o, *key);
		if (!inner)
			inner = j_set(a, *o, *key, j_new(a, J_STRUCT));
		if (inner->type != J_STRUCT)
			return refuse(e, entry, "what is no object has no members");
		*o = inner;
	}
	return 0;
}

/* The list or map under key, made when missing. */
static struct jval *container(struct arena *a, struct jval *o, const char *key, enum jtype type)
{
	struct jval *v = j_get(o, key);

	if (!v || v->type != type) {
		v = j_new(a, type);
		v->elem = J_STRING;
		j_put(a, o, key, v);
		for (size_t i = 0; i < o->n; i++)
			o->members[i].hidden |= type == J_MAP && strcmp(o->members[i].key, "Label") == 0;
	}
	return v;
}

static void add_pair(struct arena *a, struct jval *map, const char *pair)
{
	size_t n = strcspn(pair, "=");

	j_set(a, map, j_string(a, pair, n)->s, j_str(a, pair[n] ? pair + n + 1 : ""));
}

/* Puts what stands behind KEY where it belongs. */
static int put(struct arena *a, struct jval *o, const char *key, const char *rest, const char *entry, struct err *e)
{
	struct jval *v;

	if (*rest == '=') {
		j_put(a, o, key, j_str(a, rest + 1));
	} else if (strncmp(rest, ":=", 2) == 0) {
		const char *at = rest + 2, *end = at + strlen(at);

		if (json_parse(a, &at, end, true, &v, e) < 0)
			return -1;
		if (at != end)
			return refuse(e, entry, "text behind the JSON value");
		if (v->type == J_STRUCT)
			v->type = J_MAP;
		j_put(a, o, key, v);
	} else if (strcmp(rest, "[]") == 0 || strncmp(rest, "[]=", 3) == 0) {
		v = container(a, o, key, J_ARRAY);
		if (rest[2])
			j_push(a, v, j_str(a, rest + 3));
	} else if (strcmp(rest, "{}") == 0 || strncmp(rest, "{}=", 3) == 0) {
		v = container(a, o, key, J_MAP);
		if (rest[2])
			add_pair(a, v, rest + 3);
	} else {
		return refuse(e, entry, "not KEY=TEXT, KEY:=JSON, KEY[]=TEXT or KEY{}=NAME=TEXT");
	}
	return 0;
}

/* One entry, which ends with a NUL. */
static int take(struct arena *a, struct jval *o, const char *entry, struct err *e)
{
	size_t n = 0;
	char *key;

	while (is_key(entry[n]) || (entry[n] == '.' && n && is_key(entry[n + 1])))
		n++;
	if (!n)
		return refuse(e, entry, "a key of letters, digits and '_' is missing");
	key = arena_copy(a, entry, n);
	if (descend(a, &o, &key, entry, e) < 0)
		return -1;
	return put(a, o, key, entry + n, entry, e);
}

int record_parse(struct arena *a, const char **at, const char *end, bool eof, struct jval **ret, struct err *e)
{
	const char *p = *at;

	*ret = NULL;
	while (p < end) {
		size_t n = strnlen(p, (size_t)(end - p));

		if (p + n == end && !eof)
			break;
		if (!*ret)
			*ret = j_new(a, J_STRUCT);
		if (n && take(a, *ret, p + n == end ? arena_copy(a, p, n) : p, e) < 0)
			return -1;
		p += n + (p + n < end);
		if (!n) {
			*at = p;
			return 0;
		}
	}
	if (!eof && p >= *at)
		return err_set(e, EAGAIN, "record: no empty entry at the end");
	*at = p;
	return 0;
}
