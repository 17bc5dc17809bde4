/* fuzz_ctstate_event.c - any line of an event log: refused, or words that filters and JSON can take. */
#include "../unit/ctstate_sources.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_filters filters = {0};
	struct arena a = {0};
	struct buf out = {0};
	struct event ev;
	struct err e;

	(void)event_filter_add(&filters, "event=start", &e);
	(void)event_filter_add(&filters, "container=a", &e);
	(void)event_filter_add(&filters, "label=k=v", &e);
	if (event_parse(&a, (const char *)data, size, 1, &ev)) {
		(void)event_filters_match(&filters, &ev);
		json_print(&out, ev.attributes, 0);
	}
	buf_free(&out);
	arena_free(&a);
	return 0;
}
