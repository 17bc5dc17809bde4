/* fuzz_sig.c - a signal that is accepted is one, and its name leads back to it. */
#include "common/sig.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), name[16];
	int sig, again;

	if (sig_parse(s, &sig) == 0) {
		FUZZ_MUST(sig >= 1 && sig <= 64);
		if (sig < 32 || sig >= 34)
			FUZZ_MUST(sig_parse(sig_name(sig, name, sizeof(name)), &again) == 0 && again == sig);
	}
	free(s);
	return 0;
}
