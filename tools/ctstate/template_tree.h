/*
 * template_tree.h - what the parser makes of a template and the evaluator walks: for template*.c only.
 */
#ifndef CTSTATE_TEMPLATE_TREE_H
#define CTSTATE_TEMPLATE_TREE_H

#include "template.h"

enum arg_kind { ARG_DOT, ARG_VAR, ARG_FUNC, ARG_CONST, ARG_PIPE };

/* An operand: .A.B is ARG_DOT with a path of two, $x.A is ARG_VAR, (…).A is ARG_PIPE. */
struct arg {
	enum arg_kind kind;
	const char *name; /* of the variable ("" is $) or the function */
	const struct func *func;
	struct jval *value; /* of the constant */
	struct pipe *pipe;
	const char **path;
	size_t n_path, room;
	struct arg *next;
};

/* A command of a pipe: its operands in order. */
struct cmd {
	struct arg *args;
	size_t n;
	struct cmd *next;
};

struct pipe {
	const char *vars[2];
	size_t n_vars;
	bool assign; /* "=" instead of ":=" */
	struct cmd *cmds;
};

enum node_kind {
	NODE_TEXT,
	NODE_PIPE,
	NODE_IF,
	NODE_RANGE,
	NODE_WITH,
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_TEMPLATE, /* text: the name */
};

struct node {
	enum node_kind kind;
	const char *text;
	size_t n;
	struct pipe *pipe;
	struct node *body, *other; /* other: the {{else}} part */
	struct node *next;
};

/* {{define}} or {{block}}: a template by name. */
struct define {
	const char *name;
	struct node *nodes;
	struct define *next;
};

struct tmpl {
	struct node *nodes;
	struct define *defines;
};

#define TMPL_VARS_MAX 64
#define TMPL_ARGS_MAX 16
#define TMPL_DEPTH_MAX 200   /* of templates in templates */
#define TMPL_CALLS_MAX 10000 /* of templates in all, so that every execution ends */

struct tmpl_ctx {
	struct arena *a;
	struct buf *out;
	struct err *e;
	const struct tmpl *tmpl;
	const struct jval *root;
	int flags;
	unsigned int depth, calls; /* of {{template}} */
	size_t n_vars;
	struct {
		const char *name;
		const struct jval *val;
	} vars[TMPL_VARS_MAX];
};

/* Sets the error to what is wrong with the function's operands. Returns -1. */
int tmpl_bad(struct tmpl_ctx *c, const char *func, const char *what);

/* Adds the operands as print has them: with a blank between two when neither is a string. */
void tmpl_add_printed(struct buf *b, const struct jval **args, size_t n);

/* What prints its operands: template_print.c, template_escape.c. */
int tmpl_print(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
int tmpl_println(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
int tmpl_printf(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
int tmpl_html(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
int tmpl_js(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
int tmpl_urlquery(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);

/* A function of templates. args[n] may hold NULL for "no value". */
struct func {
	const char *name;
	size_t min, max;
	int (*call)(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
};

/* The function of that name, or NULL. "and" and "or" have no call: the evaluator stops at the first operand that
 * decides. */
const struct func *func_find(const char *name);

/* Whether it is a string, and not no value. */
static inline bool value_is_string(const struct jval *v)
{
	return v && v->type == J_STRING;
}

/* Truth as templates have it: empty, 0, false and no value are false. */
bool value_true(const struct jval *v);

/* Adds the value as Go's fmt prints it with %v. */
void value_add(struct buf *b, const struct jval *v);

#endif
