/* fuzz_ctstate_json.c - any bytes as JSON and as a record: refused, or printed as JSON that reads back the same. */
#include "../unit/ctstate_sources.h"
#include "fuzz.h"

/* What was read and printed once is read and printed again without a change. */
static void check_stable(struct arena *a, const struct jval *v)
{
	struct buf one = {.a = a}, two = {.a = a};
	const char *at;
	struct jval *again;
	struct err e;

	json_print(&one, v, 0);
	at = one.p;
	if (json_parse(a, &at, one.p + one.n, true, &again, &e) < 0 || at != one.p + one.n)
		abort();
	json_print(&two, again, 0);
	if (two.n != one.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *at = text;
	struct arena a = {0};
	struct jval *v;
	struct err e;

	if (json_parse(&a, &at, text + size, true, &v, &e) == 0)
		check_stable(&a, v);
	at = text;
	if (json_parse(&a, &at, text + size, false, &v, &e) < 0 && e.code != EAGAIN && e.code)
		abort();
	for (at = text; at < text + size && record_parse(&a, &at, text + size, true, &v, &e) == 0;)
		if (v)
			check_stable(&a, v);
	arena_free(&a);
	return 0;
}
