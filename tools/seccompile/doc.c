/* doc.c - see doc.h */
#include "doc.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Words what the parser has refused, by line and column. */
static int fail_parse(struct json_tokener *tok, const char *text, size_t n, struct err *e)
{
	enum json_tokener_error r = json_tokener_get_error(tok);
	size_t end = json_tokener_get_parse_end(tok), line = 1, column = 1;

	for (size_t i = 0; i < end && i < n; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	return err_set(e, 0, "line %zu, column %zu: not JSON: %s", line, column,
	               r == json_tokener_continue             ? "it ends too early"
	               : r == json_tokener_success && end < n ? "something follows the end"
	               : r == json_tokener_success            ? "it is null"
	                                                      : json_tokener_error_desc(r));
}

struct json_object *doc_parse(const char *text, size_t n, struct err *e)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o = NULL;

	if (!tok) {
		err_set(e, ENOMEM, "read the profile");
		return NULL;
	}
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (n <= INT_MAX)
		/* The NUL behind the text tells it that a number has ended. */
		o = json_tokener_parse_ex(tok, text, (int)n + 1);
	if (!o || json_tokener_get_error(tok) != json_tokener_success || json_tokener_get_parse_end(tok) < n) {
		fail_parse(tok, text, n, e);
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return o;
}

struct place doc_below(const struct place *p, const char *fmt, ...)
{
	struct place q = *p;
	size_t n = strlen(q.text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(q.text + n, sizeof(q.text) - n, fmt, ap);
	va_end(ap);
	return q;
}

int doc_wrong(const struct place *p, struct err *e, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, 0, "%s: %s", *p->text ? p->text + (*p->text == '.') : "profile", text);
}

int doc_place_error(const struct place *p, struct err *e)
{
	struct err cause = *e;

	err_set(e, cause.code, "%s: %s", p->text + (*p->text == '.'), cause.text);
	return *cause.hint ? err_hint(e, "%s", cause.hint) : -1;
}

int doc_string(struct json_object *v, const struct place *p, const char **ret, struct err *e)
{
	if (!json_object_is_type(v, json_type_string))
		return doc_wrong(p, e, "a string is expected");
	*ret = json_object_get_string(v);
	if (strlen(*ret) != (size_t)json_object_get_string_len(v))
		return doc_wrong(p, e, "a NUL character is in it");
	return 0;
}

int doc_number(struct json_object *v, const struct place *p, uint64_t max, uint64_t *ret, struct err *e)
{
	if (!json_object_is_type(v, json_type_int) || json_object_get_int64(v) < 0 || json_object_get_uint64(v) > max)
		return doc_wrong(p, e, "a number from 0 to %llu is expected", (unsigned long long)max);
	*ret = json_object_get_uint64(v);
	return 0;
}

int doc_members(struct json_object *o, const struct place *p, const char *const *known, struct err *e)
{
	struct json_object_iterator it, end;

	if (!json_object_is_type(o, json_type_object))
		return doc_wrong(p, e, "an object is expected");
	it = json_object_iter_begin(o);
	end = json_object_iter_end(o);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		const char *key = json_object_iter_peek_name(&it);
		const char *const *k = known;

		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			return doc_wrong(p, e, "unknown member '%.60s'", key);
	}
	return 0;
}

/* The array of that name: *ret is NULL when it is missing or null, its length *ret_n then 0. */
int doc_array(struct json_object *o, const char *key, const struct place *p, struct json_object **ret, size_t *ret_n,
              struct err *e)
{
	struct place q = doc_below(p, ".%s", key);

	*ret = json_object_object_get(o, key);
	*ret_n = 0;
	if (!*ret)
		return 0;
	if (!json_object_is_type(*ret, json_type_array))
		return doc_wrong(&q, e, "an array is expected");
	*ret_n = json_object_array_length(*ret);
	return 0;
}

/* Element i of an array of strings; *q becomes its place. */
int doc_word(struct json_object *array, size_t i, const char *key, const struct place *p, struct place *q,
             const char **ret, struct err *e)
{
	*q = doc_below(p, ".%s[%zu]", key, i);
	return doc_string(json_object_array_get_idx(array, i), q, ret, e);
}
