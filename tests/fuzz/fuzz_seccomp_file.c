/* fuzz_seccomp_file.c - compiled filters from a file: what is accepted lies within the file. */
#include "fuzz.h"

#include "common/seccomp_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct seccomp_filter f;
	struct err e = {0};

	if (seccomp_file_parse(s, size, &f, &e) == 0) {
		FUZZ_MUST(f.n > 0 && f.n <= BPF_MAXINSNS);
		FUZZ_MUST((const char *)(f.code + f.n) == f.origin && f.origin + f.n_origin == s + size);
	}
	free(s);
	return 0;
}
