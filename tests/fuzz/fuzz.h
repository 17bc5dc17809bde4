/*
 * fuzz.h - what the targets share: the input as a NUL-ended string, and a check that stops the run.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MUST(cond)                   \
	do {                              \
		if (!(cond))              \
			__builtin_trap(); \
	} while (0)

/* The input as a string (cut at its first NUL by whoever reads it), exactly as long as it needs to be, so that a read
 * past it is seen. Free it. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	FUZZ_MUST(s);
	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	return s;
}

#endif
