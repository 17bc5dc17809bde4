/* fuzz_mountinfo.c - lines of /proc/PID/mountinfo: what is accepted has every string, within the line. */
#include "fuzz.h"

#include "common/mountinfo.h"

/* Whether a string lies within the line. */
static int within(const char *s, const char *line, size_t size)
{
	return s >= line && s + strlen(s) <= line + size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_string(data, size);
	struct mountinfo m;

	if (mountinfo_parse(line, &m) == 0) {
		FUZZ_MUST(m.id >= 0 && m.parent >= 0);
		FUZZ_MUST(within(m.root, line, size) && within(m.target, line, size) && within(m.options, line, size));
		FUZZ_MUST(within(m.type, line, size) && within(m.source, line, size) && within(m.super, line, size));
	}
	free(line);
	return 0;
}
