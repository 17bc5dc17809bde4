/* fuzz_netns_lease.c - lease files: what is taken has a name, an address, and names that can be pasted nowhere. */
#include "common/name.h"
#include "fuzz.h"
#include "netns-veth/lease.h"

/* What was read can be written, and reads back as the same. */
static void try_again(const struct lease *l)
{
	struct lease m;
	size_t n, k;
	char *text = lease_format(l, &n), *again;

	FUZZ_MUST(text && lease_parse(text, n, &m) == 0);
	again = lease_format(&m, &k);
	FUZZ_MUST(again && n == k && memcmp(text, again, n) == 0);
	lease_free(&m);
	free(text);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct lease l;

	if (lease_parse(s, size, &l) == 0) {
		FUZZ_MUST(name_is_object(l.name) && l.ip && strlen(l.boot) == BOOT_ID_LEN);
		FUZZ_MUST(strcmp(l.link, "-") == 0 || name_is_interface(l.link));
		FUZZ_MUST(l.ports.n <= PORTS_ROOM && l.aliases.n <= ALIASES_MAX && (!l.hosts || l.hosts[0] == '/'));
		try_again(&l);
	} else {
		FUZZ_MUST(!l.name[0]);
	}
	lease_free(&l);
	free(s);
	return 0;
}
