/*
 * template_parse.c - from the text of a template to its tree; see template.h
 *
 * Recursive descent over one position in the text. Blocks and parentheses nest at most DEPTH_MAX deep, so that no
 * template can use up the stack.
 */
#include "template_tree.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 100

struct parser {
	struct arena *a;
	struct err *e;
	const char *text, *p;
	unsigned int depth;
};

/* How a list of nodes ended. */
enum stop { STOP_EOF, STOP_END, STOP_ELSE };

static int parse_list(struct parser *p, struct node **ret, enum stop *ret_stop);
static int parse_pipe(struct parser *p, struct pipe **ret);

static int fail(struct parser *p, const char *what)
{
	return err_set(p->e, 0, "template: %s, at byte %zu: '%.40s'", what, (size_t)(p->p - p->text) + 1, p->p);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

static void skip_blanks(struct parser *p)
{
	while (is_blank(*p->p))
		p->p++;
}

/* The word at the position, in the arena, and moves behind it; "" when there is none. */
static const char *take_word(struct parser *p)
{
	const char *from = p->p;

	while (is_word(*p->p))
		p->p++;
	return arena_copy(p->a, from, (size_t)(p->p - from));
}

/* Whether this word stands here; moves behind it if so. */
static bool take_keyword(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(p->p, word, n) != 0 || is_word(p->p[n]))
		return false;
	p->p += n;
	return true;
}

/* "}}" or " -}}", which takes the blanks of the text behind it too. */
static bool at_close(const struct parser *p)
{
	return strncmp(p->p, "}}", 2) == 0 || strncmp(p->p, "-}}", 3) == 0;
}

static int close_action(struct parser *p)
{
	skip_blanks(p);
	if (!at_close(p))
		return fail(p, *p->p ? "unexpected text in an action" : "unclosed action");
	if (*p->p == '-') {
		p->p += 3;
		skip_blanks(p);
	} else {
		p->p += 2;
	}
	return 0;
}

/* One escape of a string in double quotes. */
static int take_escape(struct parser *p, struct buf *b)
{
	static const char letter[] = "abfnrtv\\\"'", byte[] = "\a\b\f\n\r\t\v\\\"'";
	const char *at = *p->p ? strchr(letter, *p->p) : NULL;
	char hex[3] = {0}, *end;

	if (at) {
		buf_putc(b, byte[at - letter]);
		p->p++;
		return 0;
	}
	if (*p->p != 'x' || !p->p[1] || !p->p[2])
		return fail(p, "unknown escape in a string");
	memcpy(hex, p->p + 1, 2);
	buf_putc(b, (char)strtoul(hex, &end, 16));
	if (*end)
		return fail(p, "bad \\x escape in a string");
	p->p += 3;
	return 0;
}

/* "string" with escapes or `raw string`. */
static int take_string(struct parser *p, struct jval **ret)
{
	struct buf b = {.a = p->a};
	char quote = *p->p++;
	int r = 0;

	while (r == 0 && *p->p && *p->p != quote) {
		if (*p->p == '\\' && quote == '"') {
			p->p++;
			r = take_escape(p, &b);
		} else {
			buf_putc(&b, *p->p++);
		}
	}
	if (r == 0 && !*p->p)
		r = fail(p, "unterminated string");
	if (r == 0) {
		p->p++;
		*ret = j_string(p->a, b.p, b.n);
	}
	return r;
}

static int take_number(struct parser *p, struct jval **ret)
{
	char *end;

	errno = 0;
	*ret = j_int(p->a, strtoll(p->p, &end, 10));
	if (errno || end == p->p || is_word(*end) || *end == '.')
		return fail(p, "not a whole number");
	p->p = end;
	return 0;
}

/* The ".A.B" that follows an operand. */
static int take_path(struct parser *p, struct arg *arg)
{
	while (*p->p == '.') {
		const char *word;

		p->p++;
		word = take_word(p);
		if (!*word)
			return fail(p, "a field name is missing after '.'");
		arg->path = arena_grow(p->a, arg->path, arg->n_path, &arg->room, sizeof(*arg->path));
		arg->path[arg->n_path++] = word;
	}
	return 0;
}

static int take_parenthesis(struct parser *p, struct arg *arg)
{
	arg->kind = ARG_PIPE;
	p->p++;
	if (parse_pipe(p, &arg->pipe) < 0)
		return -1;
	skip_blanks(p);
	if (*p->p != ')')
		return fail(p, "')' is missing");
	p->p++;
	return take_path(p, arg);
}

/* A bare word: true, false, nil or a function. */
static int take_bare_word(struct parser *p, struct arg *arg)
{
	const char *word = take_word(p);

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

static int take_arg(struct parser *p, struct arg **ret)
{
	struct arg *arg = *ret = arena_alloc(p->a, sizeof(*arg));
	char c = *p->p;

	if (c == '.') {
		arg->kind = ARG_DOT;
		if (is_word(p->p[1]))
			return take_path(p, arg);
		p->p++;
		return 0;
	}
	if (c == '$') {
		arg->kind = ARG_VAR;
		p->p++;
		arg->name = take_word(p);
		return take_path(p, arg);
	}
	if (c == '(')
		return take_parenthesis(p, arg);
	arg->kind = ARG_CONST;
	if (c == '"' || c == '`')
		return take_string(p, &arg->value);
	if ((c >= '0' && c <= '9') || c == '-' || c == '+')
		return take_number(p, &arg->value);
	if (is_word(c))
		return take_bare_word(p, arg);
	return fail(p, c ? "unexpected character" : "unclosed action");
}

/* One command: operands up to '|', ')' or the end of the action. */
static int parse_cmd(struct parser *p, struct cmd **ret)
{
	struct cmd *cmd = *ret = arena_alloc(p->a, sizeof(*cmd));
	struct arg **tail = &cmd->args;

	for (;;) {
		skip_blanks(p);
		if (at_close(p) || *p->p == '|' || *p->p == ')')
			break;
		if (take_arg(p, tail) < 0)
			return -1;
		tail = &(*tail)->next;
		if (++cmd->n > TMPL_ARGS_MAX)
			return fail(p, "too many operands");
		if (!is_blank(*p->p) && !at_close(p) && !strchr("|)", *p->p))
			return fail(p, "unexpected text behind an operand");
	}
	return cmd->n ? 0 : fail(p, "a value is missing");
}

/* "$k, $v :=" at the head of a pipe; goes back when it is no declaration. */
static void take_declaration(struct parser *p, struct pipe *pipe)
{
	const char *from = p->p;

	skip_blanks(p);
	while (*p->p == '$' && pipe->n_vars < 2) {
		p->p++;
		pipe->vars[pipe->n_vars++] = take_word(p);
		skip_blanks(p);
		if (*p->p == ',' && pipe->n_vars == 1)
			p->p++;
		skip_blanks(p);
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

static int parse_pipe(struct parser *p, struct pipe **ret)
{
	struct pipe *pipe = *ret = arena_alloc(p->a, sizeof(*pipe));
	struct cmd **tail = &pipe->cmds;

	if (++p->depth > DEPTH_MAX)
		return fail(p, "nested too deep");
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
static int parse_control(struct parser *p, enum node_kind kind, struct node *node)
{
	enum stop stop;

	node->kind = kind;
	if (++p->depth > DEPTH_MAX)
		return fail(p, "nested too deep");
	if (parse_pipe(p, &node->pipe) < 0 || close_action(p) < 0 || parse_list(p, &node->body, &stop) < 0)
		return -1;
	if (stop == STOP_ELSE) {
		bool else_if;

		skip_blanks(p);
		else_if = take_keyword(p, "if");
		if (else_if || take_keyword(p, "with")) {
			node->other = arena_alloc(p->a, sizeof(*node));
			p->depth--;
			return parse_control(p, else_if ? NODE_IF : NODE_WITH, node->other);
		}
		if (close_action(p) < 0 || parse_list(p, &node->other, &stop) < 0)
			return -1;
	}
	if (stop != STOP_END)
		return fail(p, "{{end}} is missing");
	p->depth--;
	return 0;
}

/* What stands behind "{{": a comment, a keyword or a pipe. *ret_stop tells of {{end}} and {{else}}. */
static int parse_action(struct parser *p, struct node *node, enum stop *ret_stop)
{
	const char *end;

	*ret_stop = STOP_EOF;
	node->kind = NODE_TEXT;
	skip_blanks(p);
	if (strncmp(p->p, "/*", 2) == 0) {
		end = strstr(p->p + 2, "*/");
		if (!end)
			return fail(p, "unclosed comment");
		p->p = end + 2;
		return close_action(p);
	}
	if (take_keyword(p, "end")) {
		*ret_stop = STOP_END;
		return close_action(p);
	}
	if (take_keyword(p, "else")) {
		*ret_stop = STOP_ELSE;
		return 0;
	}
	if (take_keyword(p, "if"))
		return parse_control(p, NODE_IF, node);
	if (take_keyword(p, "range"))
		return parse_control(p, NODE_RANGE, node);
	if (take_keyword(p, "with"))
		return parse_control(p, NODE_WITH, node);
	node->kind = NODE_PIPE;
	if (parse_pipe(p, &node->pipe) < 0)
		return -1;
	return close_action(p);
}

/* The text up to the next "{{", without its last blanks when that is "{{- ". */
static void take_text(struct parser *p, struct node *node)
{
	const char *open = strstr(p->p, "{{");
	const char *end = open ? open : p->p + strlen(p->p);
	const char *from = p->p;

	p->p = end;
	if (open) {
		p->p += 2;
		if (p->p[0] == '-' && is_blank(p->p[1])) {
			p->p++;
			while (end > from && is_blank(end[-1]))
				end--;
		}
	}
	node->kind = NODE_TEXT;
	node->n = (size_t)(end - from);
	node->text = arena_copy(p->a, from, node->n);
}

static int parse_list(struct parser *p, struct node **ret, enum stop *ret_stop)
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
	struct parser p = {.a = a, .e = e, .text = text, .p = text};
	struct tmpl *t = arena_alloc(a, sizeof(*t));
	enum stop stop;

	if (parse_list(&p, &t->nodes, &stop) < 0)
		return -1;
	if (stop != STOP_EOF)
		return fail(&p, stop == STOP_END ? "{{end}} without a beginning" : "{{else}} without {{if}}");
	*ret = t;
	return 0;
}
