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

enum node_kind { NODE_TEXT, NODE_PIPE, NODE_IF, NODE_RANGE, NODE_WITH };

struct node {
	enum node_kind kind;
	const char *text;
	size_t n;
	struct pipe *pipe;
	struct node *body, *other; /* other: the {{else}} part */
	struct node *next;
};

struct tmpl {
	struct node *nodes;
};

#define TMPL_VARS_MAX 64
#define TMPL_ARGS_MAX 16

struct tmpl_ctx {
	struct arena *a;
	struct buf *out;
	struct err *e;
	const struct jval *root;
	int flags;
	size_t n_vars;
	struct {
		const char *name;
		const struct jval *val;
	} vars[TMPL_VARS_MAX];
};

/* A function of templates. args[n] may hold NULL for "no value". */
struct func {
	const char *name;
	size_t min, max;
	int (*call)(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret);
};

/* The function of that name, or NULL. "and" and "or" have no call: the evaluator stops at the first operand that
 * decides. */
const struct func *func_find(const char *name);

/* Truth as templates have it: empty, 0, false and no value are false. */
bool value_true(const struct jval *v);

/* Adds the value as Go's fmt prints it with %v. */
void value_add(struct buf *b, const struct jval *v);

#endif
