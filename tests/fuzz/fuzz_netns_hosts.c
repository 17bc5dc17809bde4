/* fuzz_netns_hosts.c - hosts files, into which a container may have written anything: what is put in is in it, and once. */
#include "fuzz.h"
#include "netns-veth/hosts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char lines[] = "10.9.0.2\tfuzz-me\n";
	char *s = fuzz_string(data, size), *one, *two, *none;
	size_t n = strlen(s), a, b, c;

	one = hosts_merge(s, n, "web", lines, &a);
	FUZZ_MUST(one && strlen(one) == a && strstr(one, lines));
	two = hosts_merge(one, a, "web", lines, &b);
	FUZZ_MUST(two && a == b && memcmp(one, two, a) == 0);
	none = hosts_merge(s, n, "web", "", &c);
	FUZZ_MUST(none && c <= n + 1);
	free(one);
	free(two);
	free(none);
	free(s);
	return 0;
}
