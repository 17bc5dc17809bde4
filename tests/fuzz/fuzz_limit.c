/* fuzz_limit.c - resource limits by name: what is accepted sets exactly one, the soft one not above the hard one. */
#include "fuzz.h"

#include "common/limit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct limits l = {0};
	struct err e = {0};

	if (limits_add(&l, s, &e) == 0) {
		int n = __builtin_ctz(l.set);

		FUZZ_MUST(limits_any(&l) && l.set == 1U << n && n < RLIM_NLIMITS);
		FUZZ_MUST(l.limit[n].rlim_cur <= l.limit[n].rlim_max);
	} else {
		FUZZ_MUST(!limits_any(&l) && *e.text);
	}
	free(s);
	return 0;
}
