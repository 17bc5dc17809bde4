/* fuzz_msg_clean.c - no control character leaves, nothing is written past the buffer, plain text is kept. */
#include "common/msg.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	size_t room = size ? data[0] % 64 + 1U : 1, whole = 4 * size + 1;
	char *small = malloc(room), *big = malloc(whole);

	FUZZ_MUST(small && big);
	msg_clean(small, room, s);
	FUZZ_MUST(strlen(small) < room);
	msg_clean(big, whole, s);
	for (const unsigned char *p = (const unsigned char *)big; *p; p++)
		FUZZ_MUST(*p >= 0x20 && *p != 0x7f);
	FUZZ_MUST(strncmp(big, small, strlen(small)) == 0);
	free(big);
	free(small);
	free(s);
	return 0;
}
