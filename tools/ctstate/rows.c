/* rows.c - see rows.h */
#include "rows.h"
#include "output.h"
#include "table.h"

#include <string.h>

/* A format with \t and \n written out, as docker takes it. */
static char *unescape(struct arena *a, const char *s)
{
	char *copy = arena_copy(a, s, strlen(s)), *to = copy;

	for (; *s; s++) {
		if (*s == '\\' && (s[1] == 't' || s[1] == 'n'))
			*to++ = *++s == 't' ? '\t' : '\n';
		else
			*to++ = *s;
	}
	*to = '\0';
	return copy;
}

int rows_begin(struct rows *r, struct arena *a, const char *format, const char *otherwise, int flags, struct err *e)
{
	*r = (struct rows){.a = a, .flags = flags, .all = j_new(a, J_ARRAY)};
	if (!format || !*format || strcmp(format, "table") == 0) {
		r->json_flags = JSON_PRETTY;
		format = otherwise;
	}
	if (strcmp(format, "json") == 0) {
		if (flags & ROWS_ARRAY)
			return 0;
		format = "{{json .}}";
	}
	if (flags & ROWS_ARRAY)
		return tmpl_parse(a, format, &r->tmpl, e);
	r->table = strncmp(format, "table ", 6) == 0;
	return tmpl_parse(a, unescape(a, format + (r->table ? 6 : 0)), &r->tmpl, e);
}

/* One line. */
static int add_line(struct rows *r, const struct jval *v, int flags, struct err *e)
{
	if (tmpl_exec(r->a, r->tmpl, v, flags, &r->lines, e) < 0)
		return -1;
	buf_putc(&r->lines, '\n');
	return 0;
}

int rows_heading(struct rows *r, const struct jval *headings, struct err *e)
{
	return r->table ? add_line(r, headings, TMPL_HEADER, e) : 0;
}

int rows_add(struct rows *r, struct jval *row, struct err *e)
{
	if (r->tmpl)
		return add_line(r, row, r->flags & ROWS_ARRAY ? 0 : TMPL_HTML, e);
	j_push(r->a, r->all, row);
	return 0;
}

void rows_flush(struct rows *r)
{
	if (r->table)
		return;
	output(&r->lines);
	r->lines.n = 0;
}

void rows_end(struct rows *r)
{
	struct buf aligned = {0};

	if (r->table) {
		table_align(&aligned, r->lines.p, r->lines.n);
		output(&aligned);
		buf_free(&aligned);
	} else {
		if (!r->tmpl) {
			json_print(&r->lines, r->all, r->json_flags);
			buf_putc(&r->lines, '\n');
		}
		output(&r->lines);
	}
	buf_free(&r->lines);
}
