/* fuzz_ctstate_health.c - a health file, whatever is in it: always an object with a known status, and valid JSON. */
#include "ctstate/health.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct arena a = {0};
	struct jval *o = health_parse(&a, s), *status = j_get(o, "Status"), *log = j_get(o, "Log");

	FUZZ_MUST(status && status->type == J_STRING && log && log->type == J_ARRAY);
	FUZZ_MUST(!strcmp(status->s, "starting") || !strcmp(status->s, "healthy") || !strcmp(status->s, "unhealthy"));
	for (size_t i = 0; i < log->n; i++)
		FUZZ_MUST(j_get(log->items[i], "Output")->type == J_STRING);
	arena_free(&a);
	free(s);
	return 0;
}
