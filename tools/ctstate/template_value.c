/* template_value.c - truth and plain text of values, as Go's text/template and fmt have them */
#include "template_tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool value_true(const struct jval *v)
{
	if (!v)
		return false;
	switch (v->type) {
	case J_NULL:
		return false;
	case J_BOOL:
		return v->b;
	case J_INT:
		return v->i != 0;
	case J_NUMBER:
		return strtod(v->s, NULL) != 0;
	case J_STRUCT:
		return true;
	default:
		return v->n > 0;
	}
}

/* {v v} of a struct, map[k:v k:v] of a map. */
static void add_members(struct buf *b, const struct jval *v)
{
	bool any = false;

	buf_puts(b, v->type == J_MAP ? "map[" : "{");
	for (size_t i = 0; i < v->n; i++) {
		if (v->members[i].hidden)
			continue;
		if (any)
			buf_putc(b, ' ');
		any = true;
		if (v->type == J_MAP) {
			buf_puts(b, v->members[i].key);
			buf_putc(b, ':');
		}
		value_add(b, v->members[i].val);
	}
	buf_putc(b, v->type == J_MAP ? ']' : '}');
}

void value_add(struct buf *b, const struct jval *v)
{
	char number[24];

	switch (v ? v->type : J_NULL) {
	case J_NULL:
		buf_puts(b, "<nil>");
		break;
	case J_BOOL:
		buf_puts(b, v->b ? "true" : "false");
		break;
	case J_INT:
		snprintf(number, sizeof(number), "%" PRId64, v->i);
		buf_puts(b, number);
		break;
	case J_STRING:
	case J_NUMBER:
		buf_add(b, v->s, v->n);
		break;
	case J_ARRAY:
		buf_putc(b, '[');
		for (size_t i = 0; i < v->n; i++) {
			if (i)
				buf_putc(b, ' ');
			value_add(b, v->items[i]);
		}
		buf_putc(b, ']');
		break;
	case J_STRUCT:
	case J_MAP:
		add_members(b, v);
		break;
	}
}
