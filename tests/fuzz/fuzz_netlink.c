/* fuzz_netlink.c - datagrams of the kernel (or of whoever sends to our socket): nothing is read past their end. */
#include "fuzz.h"
#include "netns-veth/netlink.h"

/* Where the bytes go, so that reading them is not left out. */
static volatile unsigned int sink;

/* Reads every byte of an attribute, so that one that is too long is seen. */
static unsigned int sum(const struct nlattr *a)
{
	const unsigned char *p = a ? nl_data(a) : NULL;
	unsigned int total = 0;

	for (size_t i = 0; a && i < nl_size(a); i++)
		total += p[i];
	return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* malloc's alignment is what a receive buffer has. */
	unsigned char *copy = malloc(size ? size : 1);
	const struct nlmsghdr *h;
	unsigned int total = 0;
	struct nl_error e;
	size_t pos = 0;

	FUZZ_MUST(copy);
	if (size)
		memcpy(copy, data, size);
	while ((h = nl_next(copy, size, &pos))) {
		if (nl_parse_error(h, &e) == 0)
			FUZZ_MUST(e.code >= 0 && e.code <= 4095 && strnlen(e.text, sizeof(e.text)) < sizeof(e.text));
		for (size_t skip = 0; skip <= 16; skip += 4)
			for (uint16_t type = 0; type < 20; type++) {
				const struct nlattr *a = nl_find(h, skip, type, 0);

				total += sum(a);
				if (a)
					total += sum(nl_find_in(a, type, 1));
			}
	}
	sink = total;
	FUZZ_MUST(sink == total);
	free(copy);
	return 0;
}
