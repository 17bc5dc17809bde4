/* fuzz_cri.c - a record that is accepted lies within its line; a time that is accepted is not before 1970 (by more
 * than a zone). */
#include "common/timepoint.h"
#include "fuzz.h"
#include "logwrite/cri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct cri_record r;
	int64_t t;

	if (cri_parse(s, size, &r) == 0) {
		FUZZ_MUST(r.time == s && r.text + r.text_n == s + size && r.time_n < size);
		if (timepoint_parse(r.time, r.time_n, &t) == 0)
			FUZZ_MUST(t > -86400 * (int64_t)1000000000);
	}
	timepoint_parse(s, size, &t);
	free(s);
	return 0;
}
