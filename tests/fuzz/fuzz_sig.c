/* fuzz_sig.c - a signal that is accepted is one. */
#include "common/sig.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	int sig;

	if (sig_parse(s, &sig) == 0)
		FUZZ_MUST(sig >= 1 && sig <= 64);
	free(s);
	return 0;
}
