/* fuzz_ctstate_given.c - any words of a command line as facts: refused, or taken apart the same way twice. A newline in the
 * input ends a word. */
#include "../../tools/ctstate/facts.c"
#include "../../tools/ctstate/given.c"
#include "../../tools/ctstate/mem.c"
#include "../../tools/ctstate/when.c"
#include "fuzz.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *words[WORDS_MAX + 1], *save = NULL;
	struct given g = {.words = words};
	int n = 0, at = 0, seen = 0;
	struct one f;
	struct err e;

	for (char *word = strtok_r(text, "\n", &save); word && n < WORDS_MAX; word = strtok_r(NULL, "\n", &save))
		words[n++] = word;
	words[n] = NULL;
	g.n = given_count(words, n, &e);
	FUZZ_MUST(g.n <= n);
	while (next(&g, &at, &f)) {
		FUZZ_MUST(name_is_file(f.name) && f.n <= n);
		for (int i = 0; i < f.n; i++)
			seen += f.words[i][0] != '\0';
	}
	FUZZ_MUST(g.n < 0 || at == g.n);
	free(text);
	return seen < 0;
}
