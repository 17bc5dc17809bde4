/* template_eval.c - executing the tree of a template; see template.h */
#include "template_tree.h"

#include <string.h>

/* What exec_list returns, besides 0 and -1: leave this turn of the innermost range, or all of it. */
enum { JUMP_CONTINUE = 1, JUMP_BREAK };

static int eval_pipe(struct tmpl_ctx *c, const struct jval *dot, const struct pipe *p, const struct jval **ret);
static int exec_list(struct tmpl_ctx *c, const struct jval *dot, const struct node *n);

static const char *type_name(const struct jval *v)
{
	static const char *const names[] = {"null",   "a boolean", "a number", "a string",
	                                    "a list", "an object", "a map",    "a number"};

	return names[v->type];
}

/* "no such field", with those that there are. */
static int no_field(struct tmpl_ctx *c, const struct jval *v, const char *field)
{
	struct buf b = {.a = c->a};

	for (size_t i = 0; i < v->n; i++) {
		buf_puts(&b, " .");
		buf_puts(&b, v->members[i].key);
	}
	buf_putc(&b, '\0');
	err_set(c->e, 0, "template: can't evaluate field '%s'", field);
	err_hint(c->e, "there are%s", b.p);
	return -1;
}

/* One step of a path. */
static int get_field(struct tmpl_ctx *c, const struct jval *v, const char *field, const struct jval **ret)
{
	*ret = NULL;
	if (!v)
		return 0; /* of a key that a map does not have: no value either */
	if (v->type == J_NULL)
		return err_set(c->e, 0, "template: there is no value of which '%s' could be a field", field);
	if (v->type != J_STRUCT && v->type != J_MAP)
		return err_set(c->e, 0, "template: can't evaluate field '%s' in %s", field, type_name(v));
	*ret = j_get(v, field);
	if (!*ret && v->type == J_STRUCT)
		return no_field(c, v, field);
	return 0;
}

static int get_var(struct tmpl_ctx *c, const char *name, const struct jval **ret)
{
	if (!*name) {
		*ret = c->root;
		return 0;
	}
	for (size_t i = c->n_vars; i-- > 0;) {
		if (strcmp(c->vars[i].name, name) == 0) {
			*ret = c->vars[i].val;
			return 0;
		}
	}
	return err_set(c->e, 0, "template: undefined variable '$%s'", name);
}

/* "$x := v" and "$x = v". */
static int set_var(struct tmpl_ctx *c, const char *name, const struct jval *v, bool assign)
{
	for (size_t i = c->n_vars; assign && i-- > 0;) {
		if (strcmp(c->vars[i].name, name) == 0) {
			c->vars[i].val = v;
			return 0;
		}
	}
	if (assign)
		return err_set(c->e, 0, "template: undefined variable '$%s'", name);
	if (c->n_vars == TMPL_VARS_MAX)
		return err_set(c->e, 0, "template: more than %d variables", TMPL_VARS_MAX);
	c->vars[c->n_vars].name = name;
	c->vars[c->n_vars++].val = v;
	return 0;
}

static int call_func(struct tmpl_ctx *c, const struct func *f, const struct jval **args, size_t n,
                     const struct jval **ret)
{
	if (!f->call || n < f->min || n > f->max)
		return err_set(c->e, 0, "template: wrong number of operands for '%s': %zu", f->name, n);
	return f->call(c, args, n, ret);
}

static int eval_arg(struct tmpl_ctx *c, const struct jval *dot, const struct arg *arg, const struct jval **ret)
{
	*ret = dot;
	if (arg->kind == ARG_VAR && get_var(c, arg->name, ret) < 0)
		return -1;
	if (arg->kind == ARG_PIPE && eval_pipe(c, dot, arg->pipe, ret) < 0)
		return -1;
	if (arg->kind == ARG_CONST)
		*ret = arg->value;
	if (arg->kind == ARG_FUNC)
		return call_func(c, arg->func, NULL, 0, ret);
	for (size_t i = 0; i < arg->n_path; i++)
		if (get_field(c, *ret, arg->path[i], ret) < 0)
			return -1;
	return 0;
}

/* and, or: the first operand that decides, the last otherwise. The piped value comes last. */
static int eval_logic(struct tmpl_ctx *c, const struct jval *dot, const struct cmd *cmd, const struct jval **piped,
                      const struct jval **ret)
{
	bool is_or = strcmp(cmd->args->name, "or") == 0;

	if (cmd->n == 1 && !piped)
		return err_set(c->e, 0, "template: '%s' without operands", cmd->args->name);
	for (const struct arg *arg = cmd->args->next; arg; arg = arg->next) {
		if (eval_arg(c, dot, arg, ret) < 0)
			return -1;
		if (value_true(*ret) == is_or)
			return 0;
	}
	if (piped)
		*ret = *piped;
	return 0;
}

/* .Label "key": a hidden map called like a method. Among headings the key itself is the heading. */
static int call_method(struct tmpl_ctx *c, const struct jval *map, const struct jval *key, const struct jval **ret)
{
	if (!map || map->type != J_MAP || !key || key->type != J_STRING)
		return err_set(c->e, 0, "template: an operand for what is no function");
	if (c->flags & TMPL_HEADER) {
		const char *dot = strrchr(key->s, '.');
		struct jval *v = j_str(c->a, dot ? dot + 1 : key->s);
		char *s = arena_copy(c->a, v->s, v->n);

		for (v->s = s; *s; s++)
			if (*s == '-' || *s == '_')
				*s = ' ';
		*ret = v;
		return 0;
	}
	*ret = j_get(map, key->s);
	if (!*ret)
		*ret = j_str(c->a, "");
	return 0;
}

/* One command; piped is the value of the one before it, or NULL for the first. */
static int eval_cmd(struct tmpl_ctx *c, const struct jval *dot, const struct cmd *cmd, const struct jval **piped,
                    const struct jval **ret)
{
	const struct jval *args[TMPL_ARGS_MAX + 1], *first = NULL;
	size_t n = 0;

	if (cmd->args->kind == ARG_FUNC && !cmd->args->func->call)
		return eval_logic(c, dot, cmd, piped, ret);
	for (const struct arg *arg = cmd->args->next; arg; arg = arg->next)
		if (eval_arg(c, dot, arg, &args[n++]) < 0)
			return -1;
	if (piped)
		args[n++] = *piped;
	if (cmd->args->kind == ARG_FUNC)
		return call_func(c, cmd->args->func, args, n, ret);
	if (eval_arg(c, dot, cmd->args, &first) < 0)
		return -1;
	if (n == 0) {
		*ret = first;
		return 0;
	}
	return call_method(c, first, n == 1 ? args[0] : NULL, ret);
}

/* The commands of a pipe, without its declaration. */
static int eval_cmds(struct tmpl_ctx *c, const struct jval *dot, const struct pipe *p, const struct jval **ret)
{
	const struct jval *v = NULL, *next = NULL;

	for (const struct cmd *cmd = p->cmds; cmd; cmd = cmd->next) {
		if (eval_cmd(c, dot, cmd, cmd == p->cmds ? NULL : &v, &next) < 0)
			return -1;
		v = next;
	}
	*ret = v;
	return 0;
}

static int eval_pipe(struct tmpl_ctx *c, const struct jval *dot, const struct pipe *p, const struct jval **ret)
{
	if (eval_cmds(c, dot, p, ret) < 0)
		return -1;
	if (p->n_vars > 1)
		return err_set(c->e, 0, "template: two variables outside of range");
	return p->n_vars ? set_var(c, p->vars[0], *ret, p->assign) : 0;
}

/* One turn of a range: $v, or $k and $v. */
static int range_turn(struct tmpl_ctx *c, const struct node *n, const struct jval *key, const struct jval *val)
{
	const struct pipe *p = n->pipe;

	if (p->n_vars == 2 && set_var(c, p->vars[0], key, p->assign) < 0)
		return -1;
	if (p->n_vars && set_var(c, p->vars[p->n_vars - 1], val, p->assign) < 0)
		return -1;
	return exec_list(c, val, n->body);
}

static int exec_range(struct tmpl_ctx *c, const struct jval *dot, const struct node *n)
{
	size_t vars = c->n_vars;
	const struct jval *v;

	if (eval_cmds(c, dot, n->pipe, &v) < 0)
		return -1;
	if (v && v->type != J_ARRAY && v->type != J_MAP && v->type != J_NULL)
		return err_set(c->e, 0, "template: range can't iterate over %s", type_name(v));
	if (!v || !value_true(v))
		return exec_list(c, dot, n->other);
	for (size_t i = 0; i < v->n; i++) {
		bool map = v->type == J_MAP;
		int r = range_turn(c, n, map ? j_str(c->a, v->members[i].key) : j_int(c->a, (int64_t)i),
		                   map ? v->members[i].val : v->items[i]);

		c->n_vars = vars;
		if (r < 0)
			return -1;
		if (r == JUMP_BREAK)
			break;
	}
	return 0;
}

static int exec_condition(struct tmpl_ctx *c, const struct jval *dot, const struct node *n)
{
	size_t vars = c->n_vars;
	const struct jval *v;
	int r;

	if (eval_pipe(c, dot, n->pipe, &v) < 0)
		return -1;
	if (value_true(v))
		r = exec_list(c, n->kind == NODE_WITH ? v : dot, n->body);
	else
		r = exec_list(c, dot, n->other);
	c->n_vars = vars;
	return r;
}

static int exec_pipe(struct tmpl_ctx *c, const struct jval *dot, const struct node *n)
{
	const struct jval *v;

	if (eval_pipe(c, dot, n->pipe, &v) < 0)
		return -1;
	if (n->pipe->n_vars)
		return 0;
	if (v)
		value_add(c->out, v);
	else
		buf_puts(c->out, "<no value>");
	return 0;
}

/* {{template}}: its own variables, and $ is the value that it is given. */
static int exec_template(struct tmpl_ctx *c, const struct jval *dot, const struct node *n)
{
	const struct define *d = c->tmpl->defines;
	const struct jval *root = c->root, *v = NULL;
	size_t vars = c->n_vars;
	int r;

	while (d && strcmp(d->name, n->text) != 0)
		d = d->next;
	if (!d)
		return err_set(c->e, 0, "template: template '%s' is not defined", n->text);
	if (c->depth == TMPL_DEPTH_MAX || c->calls == TMPL_CALLS_MAX)
		return err_set(c->e, 0, "template: '%s' calls itself too often", n->text);
	if (n->pipe && eval_pipe(c, dot, n->pipe, &v) < 0)
		return -1;
	c->depth++;
	c->calls++;
	c->root = v;
	r = exec_list(c, v, d->nodes);
	c->root = root;
	c->n_vars = vars;
	c->depth--;
	return r;
}

static int exec_list(struct tmpl_ctx *c, const struct jval *dot, const struct node *n)
{
	int r = 0;

	for (; n && r == 0; n = n->next) {
		switch (n->kind) {
		case NODE_TEXT:
			buf_add(c->out, n->text, n->n);
			break;
		case NODE_PIPE:
			r = exec_pipe(c, dot, n);
			break;
		case NODE_RANGE:
			r = exec_range(c, dot, n);
			break;
		case NODE_IF:
		case NODE_WITH:
			r = exec_condition(c, dot, n);
			break;
		case NODE_BREAK:
			return JUMP_BREAK;
		case NODE_CONTINUE:
			return JUMP_CONTINUE;
		case NODE_TEMPLATE:
			r = exec_template(c, dot, n);
			break;
		}
	}
	return r;
}

int tmpl_exec(struct arena *a, const struct tmpl *t, const struct jval *dot, int flags, struct buf *out, struct err *e)
{
	struct tmpl_ctx c = {.a = a, .out = out, .e = e, .tmpl = t, .root = dot, .flags = flags};

	return exec_list(&c, dot, t->nodes);
}

static bool pipe_uses(const struct pipe *p, const char *field);

/* The value as a whole ("." or "$") counts as every field. */
static bool arg_uses(const struct arg *arg, const char *field)
{
	if (arg->kind == ARG_PIPE)
		return pipe_uses(arg->pipe, field);
	if (arg->kind == ARG_VAR && *arg->name)
		return false;
	if (arg->kind != ARG_DOT && arg->kind != ARG_VAR)
		return false;
	return arg->n_path == 0 || strcmp(arg->path[0], field) == 0;
}

static bool pipe_uses(const struct pipe *p, const char *field)
{
	for (const struct cmd *cmd = p->cmds; cmd; cmd = cmd->next)
		for (const struct arg *arg = cmd->args; arg; arg = arg->next)
			if (arg_uses(arg, field))
				return true;
	return false;
}

static bool list_uses(const struct node *n, const char *field)
{
	for (; n; n = n->next) {
		if (n->pipe && pipe_uses(n->pipe, field))
			return true;
		if (list_uses(n->body, field) || list_uses(n->other, field))
			return true;
	}
	return false;
}

bool tmpl_uses(const struct tmpl *t, const char *field)
{
	for (const struct define *d = t->defines; d; d = d->next)
		if (list_uses(d->nodes, field))
			return true;
	return list_uses(t->nodes, field);
}
