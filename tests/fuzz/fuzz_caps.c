/* fuzz_caps.c - capability names: what is accepted changes one known bit, or is "all", and means the same when dropped.
 */
#include "common/land.h"
#include "fuzz.h"

#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	land_caps without = ~(land_caps)0, with = 0, gone;
	struct err e = {0};

	if (land_caps_change(&without, s, false, &e) == 0) {
		gone = ~without;
		FUZZ_MUST(gone == ~(land_caps)0 ? !strcasecmp(s, "all") : (gone & (gone - 1)) == 0 && gone);
		if (strcasecmp(s, "all") != 0) {
			const char *name = land_caps_name((unsigned int)__builtin_ctzll(gone));

			FUZZ_MUST(name && !strcasecmp(name, strncasecmp(s, "cap_", 4) ? s : s + 4));
			if (land_caps_change(&with, s, true, &e) == 0)
				FUZZ_MUST(with == gone);
		}
	} else {
		FUZZ_MUST(*e.text && without == ~(land_caps)0);
	}
	free(s);
	return 0;
}
