/*
 * template.h - the part of Go's text/template that people use with docker's --format, over a tree of values (json.h).
 *
 * There are: text, {{.A.B}}, {{$x := …}}, {{$x = …}}, {{if}} {{else if}} {{else}} {{with}} {{range}} {{range $k, $v
 * := …}} {{break}} {{continue}} {{end}}, {{define}} {{template}} {{block}}, pipes, parentheses, constants, comments,
 * trim markers, and the functions of template_func.c. A template is parsed once and executed for each row.
 */
#ifndef CTSTATE_TEMPLATE_H
#define CTSTATE_TEMPLATE_H

#include "common/err.h"
#include "json.h"

struct tmpl;

/* Parses; everything lives in the arena. text is not kept. */
int tmpl_parse(struct arena *a, const char *text, struct tmpl **ret, struct err *e);

enum {
	TMPL_HTML = 1,  /* {{json .}} of the value given escapes < > & (docker ps does, docker inspect does not) */
	TMPL_HEADER = 2 /* the value given holds headings: json, upper and the like leave them alone */
};

/* Appends the result to out. On failure out may hold a part of it. */
int tmpl_exec(struct arena *a, const struct tmpl *t, const struct jval *dot, int flags, struct buf *out, struct err *e);

/* Whether executing it can ask the value given for that member: named as .FIELD anywhere, or the value used as a
 * whole ({{json .}}). */
bool tmpl_uses(const struct tmpl *t, const char *field);

#endif
