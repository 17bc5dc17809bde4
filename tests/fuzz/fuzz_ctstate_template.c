/* fuzz_ctstate_template.c - any text as a template: parsed or refused, executed in bounded time, valid JSON strings. */
#include "../unit/ctstate_sources.h"
#include "fuzz.h"

/* A value with one member of each kind. */
static struct jval *sample(struct arena *a)
{
	struct jval *o = j_new(a, J_STRUCT), *m = j_map(a, J_STRING), *l = j_new(a, J_ARRAY);

	j_set(a, m, "k", j_str(a, "v"));
	j_push(a, l, j_int(a, 1));
	j_push(a, l, j_str(a, "two"));
	j_set(a, o, "S", j_str(a, "s\n\xff"));
	j_set(a, o, "M", m);
	j_set(a, o, "L", l);
	j_set(a, o, "B", j_bool(a, true));
	j_set(a, o, "N", j_new(a, J_NULL));
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size < 300 ? size : 300);
	struct arena a = {0};
	struct buf out = {0};
	struct tmpl *t;
	struct err e;

	if (tmpl_parse(&a, s, &t, &e) == 0) {
		(void)tmpl_uses(t, "S");
		(void)tmpl_exec(&a, t, sample(&a), TMPL_HTML, &out, &e);
		out.n = 0;
		(void)tmpl_exec(&a, t, row_headings(&a), TMPL_HEADER, &out, &e);
	}
	buf_free(&out);
	arena_free(&a);
	free(s);
	return 0;
}
