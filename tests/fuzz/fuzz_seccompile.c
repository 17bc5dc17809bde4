/* fuzz_seccompile.c - profiles in JSON: what is accepted gives a program that answers every call. */
#include "fuzz.h"

#include "../unit/bpf.h"
#include "common/seccomp_file.h"
#include "seccompile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct profile_world w = {.caps = 0x1ff, .kernel = 6 << 16 | 1};
	struct filter f;
	struct sock_filter *code = NULL;
	struct err e = {0};
	size_t n = 0;
	uint32_t flags = 0;

	if (profile_compile(s, size, &w, &f, &flags, &e) < 0) {
		FUZZ_MUST(*e.text);
	} else if (filter_program(&f, &code, &n, &e) == 0) {
		FUZZ_MUST(n > 0 && n <= BPF_MAXINSNS);
		for (int nr = -1; nr < 600; nr++) {
			struct seccomp_data d = {.nr = nr, .arch = seccomp_native_arch(), .args = {size, (uint64_t)nr}};

			FUZZ_MUST(bpf_ask(code, n, &d) != BPF_BROKEN);
		}
	}
	filter_free(&f);
	free(code);
	free(s);
	return 0;
}
