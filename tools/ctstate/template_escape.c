/* template_escape.c - the functions html, js and urlquery of templates */
#include "template_tree.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* The operands printed as by print, each byte as each has it; each adds one, or says that it stands for itself. */
static int escaped(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret,
                   bool (*each)(struct buf *b, unsigned char ch))
{
	struct buf plain = {.a = c->a}, b = {.a = c->a};

	tmpl_add_printed(&plain, args, n);
	for (size_t i = 0; i < plain.n; i++)
		if (!each(&b, (unsigned char)plain.p[i]))
			buf_putc(&b, plain.p[i]);
	*ret = j_string(c->a, b.p, b.n);
	return 0;
}

static bool escape_html(struct buf *b, unsigned char ch)
{
	static const char bytes[] = "\"'&<>";
	static const char *const names[] = {"&#34;", "&#39;", "&amp;", "&lt;", "&gt;"};
	const char *at = ch ? strchr(bytes, ch) : NULL;

	if (!ch)
		utf8_add(b, UTF8_REPLACEMENT);
	else if (at)
		buf_puts(b, names[at - bytes]);
	return !ch || at;
}

static bool escape_js(struct buf *b, unsigned char ch)
{
	char text[8];

	if (ch == '\\' || ch == '\'' || ch == '"') {
		buf_putc(b, '\\');
		buf_putc(b, (char)ch);
		return true;
	}
	if (ch >= ' ' && !strchr("<>&=", ch))
		return false;
	snprintf(text, sizeof(text), "\\u%04X", ch);
	buf_puts(b, text);
	return true;
}

static bool escape_query(struct buf *b, unsigned char ch)
{
	char text[4];

	if ((ch >= '0' && ch <= '9') || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z') || (ch && strchr("-_.~", ch)))
		return false;
	if (ch == ' ')
		snprintf(text, sizeof(text), "+");
	else
		snprintf(text, sizeof(text), "%%%02X", ch);
	buf_puts(b, text);
	return true;
}

int tmpl_html(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	return escaped(c, args, n, ret, escape_html);
}

int tmpl_js(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	return escaped(c, args, n, ret, escape_js);
}

int tmpl_urlquery(struct tmpl_ctx *c, const struct jval **args, size_t n, const struct jval **ret)
{
	return escaped(c, args, n, ret, escape_query);
}
