/* fuzz_proc_id.c - an identity that is accepted must be the one that would be written. */
#include "common/proc.h"
#include "fuzz.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct proc_id id;

	if (proc_id_parse(s, &id) == 0)
		FUZZ_MUST(id.pid > 0 && strlen(id.boot) == BOOT_ID_LEN && strstr(s, id.boot));
	free(s);
	return 0;
}
