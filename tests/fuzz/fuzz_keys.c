/* fuzz_keys.c - any list of keys, any typing: what goes in comes out, but for the keys that were complete or are held. */
#include "fuzz.h"
#include "ptyrun/keys.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), *typed = strchr(s, '\n'), *out;
	size_t n = typed ? strlen(typed + 1) : 0, m;
	struct keys k;
	bool left;

	if (typed)
		*typed++ = '\0';
	if (typed && keys_parse(s, &k) == 0) {
		out = malloc(n + KEYS_MAX);
		FUZZ_MUST(out != NULL);
		left = keys_feed(&k, typed, n, out, &m);
		FUZZ_MUST(m <= n && memcmp(out, typed, m) == 0);
		FUZZ_MUST(left ? m + k.n <= n : m + k.at == n);
		free(out);
	}
	free(s);
	return 0;
}
