/*
 * template_func.c - the functions of templates: those of Go's text/template (and or not len index slice print println
 * printf html js urlquery eq ne lt le gt ge) and docker's (json join split lower
 * upper title pad truncate). There is no call: no value is a function.
 */
#include "size.h"
#include "template_tree.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define ARGS_MAX (TMPL_ARGS_MAX + 1)
#define PAD_MAX 1024

/* The buffer's content as a string value. */
static int give(struct tmpl_ctx *c, const struct buf *b, const struct jval **ret)
{
	*ret = j_string(c->a, b->p, b->n);
	return 0;
}

int tmpl_bad(struct tmpl_ctx *c, const char *func, const char *what)
{
	return err_set(c->e, 0, "template: %s: %s", func, what);
}

static int f_json(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct buf b = {.a = c->a};

	(void)n;
	if ((c->flags & TMPL_HEADER) && value_is_string(args[0])) {
		*ret = args[0];
		return 0;
	}
	json_print(&b, args[0], (c->flags & TMPL_HTML) && args[0] == c->root ? JSON_HTML : 0);
	return give(c, &b, ret);
}

static int f_not(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	(void)n;
	*ret = j_bool(c->a, !value_true(args[0]));
	return 0;
}

static int f_len(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	const struct jval *v = args[0];

	(void)n;
	if (v && (v->type == J_BOOL || v->type == J_INT || v->type == J_STRUCT))
		return tmpl_bad(c, "len", "of a value that has no length");
	*ret = j_int(c->a, v ? (int64_t)v->n : 0);
	return 0;
}

/* One step of index. */
static int index_one(struct tmpl_ctx *c, const struct jval *v, const struct jval *key, const struct jval **ret)
{
	if (!v || v->type == J_NULL) {
		if (!value_is_string(key))
			return tmpl_bad(c, "index", "of no value");
		/* Labels and their like, of which there are none: a nil map. */
		*ret = j_str(c->a, "");
		return 0;
	}
	if ((v->type == J_MAP || v->type == J_STRUCT) && value_is_string(key)) {
		*ret = j_get(v, key->s);
		if (!*ret && v->elem == J_STRING)
			*ret = j_str(c->a, "");
		else if (!*ret && v->elem == J_ARRAY)
			*ret = j_new(c->a, J_ARRAY);
		return 0;
	}
	if (v->type != J_ARRAY || !key || key->type != J_INT)
		return tmpl_bad(c, "index", "this value has no such index");
	if (key->i < 0 || (uint64_t)key->i >= v->n)
		return tmpl_bad(c, "index", "out of range");
	*ret = v->items[key->i];
	return 0;
}

static int f_index(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	*ret = args[0];
	for (size_t i = 1; i < n; i++)
		if (index_one(c, *ret, args[i], ret) < 0)
			return -1;
	return 0;
}

/* slice STRING-OR-LIST [FROM [TO]] */
static int f_slice(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	const struct jval *v = args[0];
	size_t from = 0, to;
	struct jval *part;

	if (!v || (v->type != J_STRING && v->type != J_ARRAY))
		return tmpl_bad(c, "slice", "neither a string nor a list");
	to = v->n;
	for (size_t i = 1; i < n; i++) {
		if (!args[i] || args[i]->type != J_INT || args[i]->i < 0 || (uint64_t)args[i]->i > v->n)
			return tmpl_bad(c, "slice", "out of range");
		*(i == 1 ? &from : &to) = (size_t)args[i]->i;
	}
	if (from > to)
		return tmpl_bad(c, "slice", "ends before it begins");
	if (v->type == J_STRING) {
		*ret = j_string(c->a, v->s + from, to - from);
		return 0;
	}
	part = j_new(c->a, J_ARRAY);
	for (size_t i = from; i < to; i++)
		j_push(c->a, part, v->items[i]);
	*ret = part;
	return 0;
}

static bool is_number(const struct jval *v)
{
	return v->type == J_INT || v->type == J_NUMBER;
}

static double number(const struct jval *v)
{
	return v->type == J_INT ? (double)v->i : strtod(v->s, NULL);
}

/* -1, 0, 1; *ret_ok false when the two cannot be compared. */
static int compare(const struct jval *a, const struct jval *b, bool *ret_ok)
{
	bool null_a = !a || a->type == J_NULL, null_b = !b || b->type == J_NULL;

	*ret_ok = true;
	if (null_a || null_b)
		return null_a == null_b ? 0 : null_a ? -1 : 1;
	if (a->type == J_STRING && b->type == J_STRING) {
		int r = memcmp(a->s, b->s, a->n < b->n ? a->n : b->n);

		return r ? r : (a->n > b->n) - (a->n < b->n);
	}
	if (a->type == J_INT && b->type == J_INT)
		return (a->i > b->i) - (a->i < b->i);
	if (is_number(a) && is_number(b))
		return (number(a) > number(b)) - (number(a) < number(b));
	*ret_ok = a->type == J_BOOL && b->type == J_BOOL;
	return a->b - b->b;
}

/* eq A B...: whether A is one of the others. */
static int f_eq(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	bool any = false, ok;

	for (size_t i = 1; i < n; i++) {
		any |= compare(args[0], args[i], &ok) == 0;
		if (!ok)
			return tmpl_bad(c, "eq", "incompatible types for comparison");
	}
	*ret = j_bool(c->a, any);
	return 0;
}

#define COMPARISON(name, op)                                                                                 \
	static int f_##name(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret) \
	{                                                                                                    \
		bool ok;                                                                                     \
		int r = compare(args[0], args[1], &ok);                                                      \
                                                                                                             \
		(void)n;                                                                                     \
		*ret = j_bool(c->a, r op 0);                                                                 \
		return ok ? 0 : tmpl_bad(c, #name, "incompatible types for comparison");                     \
	}

COMPARISON(ne, !=)
COMPARISON(lt, <)
COMPARISON(le, <=)
COMPARISON(gt, >)
COMPARISON(ge, >=)

/* join LIST SEPARATOR */
static int f_join(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct buf b = {.a = c->a};

	(void)n;
	if ((args[0] && args[0]->type != J_ARRAY && args[0]->type != J_NULL) || !value_is_string(args[1]))
		return tmpl_bad(c, "join", "takes a list and a string");
	for (size_t i = 0; args[0] && i < args[0]->n; i++) {
		if (i)
			buf_add(&b, args[1]->s, args[1]->n);
		value_add(&b, args[0]->items[i]);
	}
	return give(c, &b, ret);
}

/* split STRING SEPARATOR */
static int f_split(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct jval *list = j_new(c->a, J_ARRAY);
	const char *p, *at;

	(void)n;
	if (!value_is_string(args[0]) || !value_is_string(args[1]) || !args[1]->n)
		return tmpl_bad(c, "split", "takes a string and a separator");
	for (p = args[0]->s; (at = strstr(p, args[1]->s)); p = at + args[1]->n)
		j_push(c->a, list, j_string(c->a, p, (size_t)(at - p)));
	j_push(c->a, list, j_str(c->a, p));
	*ret = list;
	return 0;
}

/* How a letter is changed: 'l' lower, 'u' upper, 't' upper at the beginning of a word. */
static int change_case(struct tmpl_ctx *c, const struct jval *v, char how, const struct jval **ret)
{
	struct buf b = {.a = c->a};
	char before = ' ';

	if (!value_is_string(v))
		return tmpl_bad(c, "lower, upper, title", "takes a string");
	*ret = v;
	if (c->flags & TMPL_HEADER)
		return 0;
	for (size_t i = 0; i < v->n; i++) {
		char ch = v->s[i];

		if (how == 'l' && ch >= 'A' && ch <= 'Z')
			ch += 'a' - 'A';
		else if ((how == 'u' || (how == 't' && strchr(" \t\n-/", before))) && ch >= 'a' && ch <= 'z')
			ch -= 'a' - 'A';
		buf_putc(&b, ch);
		before = v->s[i];
	}
	return give(c, &b, ret);
}

static int f_lower(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	(void)n;
	return change_case(c, args[0], 'l', ret);
}

static int f_upper(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	(void)n;
	return change_case(c, args[0], 'u', ret);
}

static int f_title(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	(void)n;
	return change_case(c, args[0], 't', ret);
}

/* pad STRING BEFORE AFTER: that many blanks on both sides of a string that is not empty. */
static int f_pad(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	struct buf b = {.a = c->a};

	(void)n;
	if (!value_is_string(args[0]))
		return tmpl_bad(c, "pad", "takes a string and two numbers");
	for (size_t i = 1; i < 3; i++)
		if (!args[i] || args[i]->type != J_INT || args[i]->i < 0 || args[i]->i > PAD_MAX)
			return tmpl_bad(c, "pad", "takes a string and two numbers");
	*ret = args[0];
	if (!args[0]->n)
		return 0;
	for (int64_t i = 0; i < args[1]->i; i++)
		buf_putc(&b, ' ');
	buf_add(&b, args[0]->s, args[0]->n);
	for (int64_t i = 0; i < args[2]->i; i++)
		buf_putc(&b, ' ');
	return give(c, &b, ret);
}

/* truncate STRING LENGTH */
static int f_truncate(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	(void)n;
	if (!value_is_string(args[0]) || !args[1] || args[1]->type != J_INT || args[1]->i < 0)
		return tmpl_bad(c, "truncate", "takes a string and a length");
	*ret = args[0];
	if ((uint64_t)args[1]->i < args[0]->n && !(c->flags & TMPL_HEADER))
		*ret = j_string(c->a, args[0]->s, (size_t)args[1]->i);
	return 0;
}

/* size NUMBER: as docker prints sizes. Ours, for commands whose rows hold numbers. */
static int f_size(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	char human[SIZE_TEXT];

	(void)n;
	if (value_is_string(args[0]) && (c->flags & TMPL_HEADER)) {
		*ret = args[0];
		return 0;
	}
	if (!args[0] || args[0]->type != J_INT)
		return tmpl_bad(c, "size", "takes a number");
	*ret = j_str(c->a, size_human(args[0]->i, human));
	return 0;
}

static const struct func functions[] = {
    {"and", 1, ARGS_MAX, NULL},
    {"or", 1, ARGS_MAX, NULL},
    {"not", 1, 1, f_not},
    {"len", 1, 1, f_len},
    {"index", 1, ARGS_MAX, f_index},
    {"slice", 1, 3, f_slice},
    {"print", 0, ARGS_MAX, tmpl_print},
    {"println", 0, ARGS_MAX, tmpl_println},
    {"printf", 1, ARGS_MAX, tmpl_printf},
    {"html", 1, ARGS_MAX, tmpl_html},
    {"js", 1, ARGS_MAX, tmpl_js},
    {"urlquery", 1, ARGS_MAX, tmpl_urlquery},
    {"eq", 2, ARGS_MAX, f_eq},
    {"ne", 2, 2, f_ne},
    {"lt", 2, 2, f_lt},
    {"le", 2, 2, f_le},
    {"gt", 2, 2, f_gt},
    {"ge", 2, 2, f_ge},
    {"json", 1, 1, f_json},
    {"join", 2, 2, f_join},
    {"split", 2, 2, f_split},
    {"lower", 1, 1, f_lower},
    {"upper", 1, 1, f_upper},
    {"title", 1, 1, f_title},
    {"pad", 3, 3, f_pad},
    {"truncate", 2, 2, f_truncate},
    {"size", 1, 1, f_size},
};

const struct func *func_find(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}
