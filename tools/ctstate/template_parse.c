/*
 * template_parse.c - from the text of a template to its tree; see template.h
 *
 * Recursive descent over one position in the text. Blocks and parentheses nest at most DEPTH_MAX deep, so that no
 * template can use up the stack.
 */
#include "template_lex.h"
#include "template_tree.h"

#include <string.h>

#define DEPTH_MAX 100

/* How a list of nodes ended. */
enum stop { STOP_EOF, STOP_END, STOP_ELSE };

static int parse_list(struct lexer *p, struct node **ret, enum stop *ret_stop);
static int parse_pipe(struct lexer *p, struct pipe **ret);

/* "}}" or " -}}", which takes the blanks of the text behind it too. */
static bool at_close(const struct lexer *p)
{
	return strncmp(p->p, "}}", 2) == 0 || strncmp(p->p, "-}}", 3) == 0;
}

static int close_action(struct lexer *p)
{
	lex_skip_blanks(p);
	if (!at_close(p))
		return lex_fail(p, *p->p ? "unexpected text in an action" : "unclosed action");
	if (*p->p == '-') {
		p->p += 3;
		lex_skip_blanks(p);
	} else {
		p->p += 2;
	}
	return 0;
}

/* The ".A.B" that follows an operand. */
static int take_path(struct lexer *p, struct arg *arg)
{
	while (*p->p == '.') {
		const char *word;

		p->p++;
		word = lex_word(p);
		if (!*word)
			return lex_fail(p, "a field name is missing after '.'");
		arg->path = arena_grow(p->a, arg->path, arg->n_path, &arg->room, sizeof(*arg->path));
		arg->path[arg->n_path++] = word;
	}
	return 0;
}

static int take_parenthesis(struct lexer *p, struct arg *arg)
{
	arg->kind = ARG_PIPE;
	p->p++;
	if (parse_pipe(p, &arg->pipe) < 0)
		return -1;
	lex_skip_blanks(p);
	if (*p->p != ')')
		return lex_fail(p, "')' is missing");
	p->p++;
	return take_path(p, arg);
}

/* A bare word: true, false, nil or a function. */
static int take_bare_word(struct lexer *p, struct arg *arg)
{
	const char *word = lex_word(p);

	arg->kind = ARG_CONST;
	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
		arg->value = j_bool(p->a, *word == 't');
		return 0;
	}
	if (strcmp(word, "nil") == 0) {
		arg->value = NULL;
		return 0;
	}
	arg->kind = ARG_FUNC;
	arg->name = word;
	arg->func = func_find(word);
	if (!arg->func)
		return err_set(p->e, 0, "template: function '%s' is not defined", word);
	return 0;
}

static int take_arg(struct lexer *p, struct arg **ret)
{
	struct arg *arg = *ret = arena_alloc(p->a, sizeof(*arg));
	char c = *p->p;

	if (c == '.') {
		arg->kind = ARG_DOT;
		if (lex_is_word(p->p[1]))
			return take_path(p, arg);
		p->p++;
		return 0;
	}
	if (c == '$') {
		arg->kind = ARG_VAR;
		p->p++;
		arg->name = lex_word(p);
		return take_path(p, arg);
	}
	if (c == '(')
		return take_parenthesis(p, arg);
	arg->kind = ARG_CONST;
	if (c == '"' || c == '`')
		return lex_string(p, &arg->value);
	if (c == '\'')
		return lex_char(p, &arg->value);
	if ((c >= '0' && c <= '9') || c == '-' || c == '+')
		return lex_number(p, &arg->value);
	if (lex_is_word(c))
		return take_bare_word(p, arg);
	return lex_fail(p, c ? "unexpected character" : "unclosed action");
}

/* One command: operands up to '|', ')' or the end of the action. */
static int parse_cmd(struct lexer *p, struct cmd **ret)
{
	struct cmd *cmd = *ret = arena_alloc(p->a, sizeof(*cmd));
	struct arg **tail = &cmd->args;

	for (;;) {
		lex_skip_blanks(p);
		if (at_close(p) || *p->p == '|' || *p->p == ')')
			break;
		if (take_arg(p, tail) < 0)
			return -1;
		tail = &(*tail)->next;
		if (++cmd->n > TMPL_ARGS_MAX)
			return lex_fail(p, "too many operands");
		if (!lex_is_blank(*p->p) && !at_close(p) && !strchr("|)", *p->p))
			return lex_fail(p, "unexpected text behind an operand");
	}
	return cmd->n ? 0 : lex_fail(p, "a value is missing");
}

/* "$k, $v :=" at the head of a pipe; goes back when it is no declaration. */
static void take_declaration(struct lexer *p, struct pipe *pipe)
{
	const char *from = p->p;

	lex_skip_blanks(p);
	while (*p->p == '$' && pipe->n_vars < 2) {
		p->p++;
		pipe->vars[pipe->n_vars++] = lex_word(p);
		lex_skip_blanks(p);
		if (*p->p == ',' && pipe->n_vars == 1)
			p->p++;
		lex_skip_blanks(p);
	}
	if (pipe->n_vars && strncmp(p->p, ":=", 2) == 0) {
		p->p += 2;
	} else if (pipe->n_vars && *p->p == '=') {
		pipe->assign = true;
		p->p++;
	} else {
		pipe->n_vars = 0;
		p->p = from;
	}
}

static int parse_pipe(struct lexer *p, struct pipe **ret)
{
	struct pipe *pipe = *ret = arena_alloc(p->a, sizeof(*pipe));
	struct cmd **tail = &pipe->cmds;

	if (++p->depth > DEPTH_MAX)
		return lex_fail(p, "nested too deep");
	take_declaration(p, pipe);
	for (;;) {
		if (parse_cmd(p, tail) < 0)
			return -1;
		tail = &(*tail)->next;
		if (*p->p != '|')
			break;
		p->p++;
	}
	p->depth--;
	return 0;
}

/* The rest of {{if}}, {{range}} or {{with}} up to and with its {{end}}. */
static int parse_control(struct lexer *p, enum node_kind kind, struct node *node)
{
	enum stop stop;

	node->kind = kind;
	if (++p->depth > DEPTH_MAX)
		return lex_fail(p, "nested too deep");
	if (parse_pipe(p, &node->pipe) < 0 || close_action(p) < 0)
		return -1;
	p->ranges += kind == NODE_RANGE;
	if (parse_list(p, &node->body, &stop) < 0)
		return -1;
	p->ranges -= kind == NODE_RANGE;
	if (stop == STOP_ELSE) {
		bool else_if;

		lex_skip_blanks(p);
		else_if = lex_keyword(p, "if");
		if (else_if || lex_keyword(p, "with")) {
			node->other = arena_alloc(p->a, sizeof(*node));
			p->depth--;
			return parse_control(p, else_if ? NODE_IF : NODE_WITH, node->other);
		}
		if (close_action(p) < 0 || parse_list(p, &node->other, &stop) < 0)
			return -1;
	}
	if (stop != STOP_END)
		return lex_fail(p, "{{end}} is missing");
	p->depth--;
	return 0;
}

/* The "name" of a template, in quotes. */
static int take_name(struct lexer *p, const char **ret)
{
	struct jval *name;

	lex_skip_blanks(p);
	if (*p->p != '"' && *p->p != '`')
		return lex_fail(p, "the name of a template is missing");
	if (lex_string(p, &name) < 0)
		return -1;
	*ret = name->s;
	return 0;
}

/* The body of {{define}} or {{block}}, up to its {{end}}, under its name. The last one of a name counts, as in Go. */
static int parse_body(struct lexer *p, const char *name)
{
	struct define *d = arena_alloc(p->a, sizeof(*d));
	unsigned int ranges = p->ranges;
	enum stop stop;

	if (++p->depth > DEPTH_MAX)
		return lex_fail(p, "nested too deep");
	d->name = name;
	p->ranges = 0;
	if (close_action(p) < 0 || parse_list(p, &d->nodes, &stop) < 0)
		return -1;
	if (stop != STOP_END)
		return lex_fail(p, "{{end}} is missing");
	p->ranges = ranges;
	p->depth--;
	d->next = p->tmpl->defines;
	p->tmpl->defines = d;
	return 0;
}

/* {{define "name"}}: only outside of everything else. The node is one of no text. */
static int parse_define(struct lexer *p)
{
	const char *name = NULL;

	if (p->depth)
		return lex_fail(p, "{{define}} inside of something else");
	return take_name(p, &name) < 0 ? -1 : parse_body(p, name);
}

/* {{template "name" [PIPE]}}, or {{block "name" PIPE}} with the template behind it. */
static int parse_template(struct lexer *p, struct node *node, bool block)
{
	node->kind = NODE_TEMPLATE;
	if (take_name(p, &node->text) < 0)
		return -1;
	lex_skip_blanks(p);
	if ((block || !at_close(p)) && parse_pipe(p, &node->pipe) < 0)
		return -1;
	return block ? parse_body(p, node->text) : close_action(p);
}

/* {{break}}, {{continue}} */
static int parse_jump(struct lexer *p, struct node *node, enum node_kind kind)
{
	node->kind = kind;
	if (!p->ranges)
		return lex_fail(p, "{{break}} or {{continue}} outside of {{range}}");
	return close_action(p);
}

/* What stands behind "{{": a comment, a keyword or a pipe. *ret_stop tells of {{end}} and {{else}}. */
static int parse_action(struct lexer *p, struct node *node, enum stop *ret_stop)
{
	const char *end;

	*ret_stop = STOP_EOF;
	node->kind = NODE_TEXT;
	lex_skip_blanks(p);
	if (strncmp(p->p, "/*", 2) == 0) {
		end = strstr(p->p + 2, "*/");
		if (!end)
			return lex_fail(p, "unclosed comment");
		p->p = end + 2;
		return close_action(p);
	}
	if (lex_keyword(p, "end")) {
		*ret_stop = STOP_END;
		return close_action(p);
	}
	if (lex_keyword(p, "else")) {
		*ret_stop = STOP_ELSE;
		return 0;
	}
	if (lex_keyword(p, "if"))
		return parse_control(p, NODE_IF, node);
	if (lex_keyword(p, "range"))
		return parse_control(p, NODE_RANGE, node);
	if (lex_keyword(p, "with"))
		return parse_control(p, NODE_WITH, node);
	if (lex_keyword(p, "break"))
		return parse_jump(p, node, NODE_BREAK);
	if (lex_keyword(p, "continue"))
		return parse_jump(p, node, NODE_CONTINUE);
	if (lex_keyword(p, "define"))
		return parse_define(p);
	if (lex_keyword(p, "template"))
		return parse_template(p, node, false);
	if (lex_keyword(p, "block"))
		return parse_template(p, node, true);
	node->kind = NODE_PIPE;
	if (parse_pipe(p, &node->pipe) < 0)
		return -1;
	return close_action(p);
}

/* The text up to the next "{{", without its last blanks when that is "{{- ". */
static void take_text(struct lexer *p, struct node *node)
{
	const char *open = strstr(p->p, "{{");
	const char *end = open ? open : p->p + strlen(p->p);
	const char *from = p->p;

	p->p = end;
	if (open) {
		p->p += 2;
		if (p->p[0] == '-' && lex_is_blank(p->p[1])) {
			p->p++;
			while (end > from && lex_is_blank(end[-1]))
				end--;
		}
	}
	node->kind = NODE_TEXT;
	node->n = (size_t)(end - from);
	node->text = arena_copy(p->a, from, node->n);
}

static int parse_list(struct lexer *p, struct node **ret, enum stop *ret_stop)
{
	struct node **tail = ret;

	for (;;) {
		struct node *text = *tail = arena_alloc(p->a, sizeof(*text));
		const char *from = p->p;

		take_text(p, text);
		tail = &text->next;
		*ret_stop = STOP_EOF;
		if (p->p == from + strlen(from) && strstr(from, "{{") == NULL)
			return 0;
		*tail = arena_alloc(p->a, sizeof(**tail));
		if (parse_action(p, *tail, ret_stop) < 0)
			return -1;
		tail = &(*tail)->next;
		if (*ret_stop != STOP_EOF)
			return 0;
	}
}

int tmpl_parse(struct arena *a, const char *text, struct tmpl **ret, struct err *e)
{
	struct tmpl *t = arena_alloc(a, sizeof(*t));
	struct lexer p = {.a = a, .e = e, .text = text, .p = text, .tmpl = t};
	enum stop stop;

	if (parse_list(&p, &t->nodes, &stop) < 0)
		return -1;
	if (stop != STOP_EOF)
		return lex_fail(&p, stop == STOP_END ? "{{end}} without a beginning" : "{{else}} without {{if}}");
	*ret = t;
	return 0;
}
