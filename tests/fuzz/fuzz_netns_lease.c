/* fuzz_netns_lease.c - lease files: what is taken has a name, an address, and names that can be pasted nowhere. */
#include "common/name.h"
#include "fuzz.h"
#include "netns-veth/lease.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct lease l;

	if (lease_parse(s, size, &l) == 0) {
		FUZZ_MUST(name_is_object(l.name) && l.ip && strlen(l.boot) == BOOT_ID_LEN);
		FUZZ_MUST(strcmp(l.link, "-") == 0 || name_is_interface(l.link));
		FUZZ_MUST(l.ports.n <= PORTS_MAX);
	} else {
		FUZZ_MUST(!l.name[0]);
	}
	lease_free(&l);
	free(s);
	return 0;
}
