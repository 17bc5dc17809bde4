/* fuzz_num.c - what the number parsers accept must be what printf would write for it, and within bounds. */
#include "common/num.h"
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>

/* The number printed again equals the input without its leading zeros. */
static void same_digits(const char *s, const char *printed)
{
	while (s[0] == '0' && s[1])
		s++;
	FUZZ_MUST(strcmp(s, printed) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), buf[32];
	uint64_t u;
	int64_t i;
	mode_t m;
	pid_t pid;

	if (num_u64(s, 5, UINT64_MAX - 5, &u) == 0) {
		FUZZ_MUST(u >= 5 && u <= UINT64_MAX - 5);
		snprintf(buf, sizeof(buf), "%" PRIu64, u);
		same_digits(s, buf);
	}
	if (num_i64(s, -1000, INT64_MAX, &i) == 0)
		FUZZ_MUST(i >= -1000);
	if (num_pid(s, &pid) == 0)
		FUZZ_MUST(pid > 0);
	if (num_mode(s, &m) == 0)
		FUZZ_MUST(m <= 07777);
	if (num_fixed(s, 9, &u) == 0)
		FUZZ_MUST(strspn(s, "0123456789.") == strlen(s));
	(void)num_size(s, &u);
	(void)num_duration(s, &u);
	free(s);
	return 0;
}
