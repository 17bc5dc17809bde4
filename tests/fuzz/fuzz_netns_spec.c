/* fuzz_netns_spec.c - subnets, MACs and published ports: what is accepted is inside its bounds and reads back as the
 * same. */
#include "fuzz.h"
#include "netns-veth/nft.h"
#include "netns-veth/port.h"
#include "netns-veth/spec.h"

#include <netinet/in.h>
#include <sys/socket.h>

static void try_subnet(const char *s)
{
	struct subnet a, b;
	char text[CIDR_TEXT_LEN];
	struct err e;

	if (subnet_parse(s, &a, &e) < 0)
		return;
	FUZZ_MUST(a.len <= 32 && !(a.base & ~subnet_mask(a.len)));
	FUZZ_MUST(subnet_has(&a, a.base) && subnet_has(&a, subnet_broadcast(&a)) && subnet_overlaps(&a, &a));
	FUZZ_MUST(subnet_parse(subnet_text(&a, text), &b, &e) == 0 && a.base == b.base && a.len == b.len);
	FUZZ_MUST(a.len >= 31 || subnet_check_host(&a, a.base + 1, &e) == 0);
}

static void try_subnet6(const char *s)
{
	struct subnet6 a, b;
	struct ip6 last;
	char text[CIDR6_TEXT_LEN];
	struct err e;

	if (subnet6_parse(s, &a, &e) < 0)
		return;
	last = subnet6_last(&a);
	FUZZ_MUST(a.len >= 1 && a.len <= 128 && subnet6_has(&a, &a.base) && subnet6_has(&a, &last));
	FUZZ_MUST(subnet6_overlaps(&a, &a) && subnet6_check_host(&a, &a.base, &e) < 0);
	FUZZ_MUST(subnet6_parse(subnet6_text(&a, text), &b, &e) == 0 && ip6_equal(&a.base, &b.base) && a.len == b.len);
}

static void try_ports(const char *s)
{
	struct ports p = {0};
	struct err e;

	if (ports_add(&p, s, &e) == 0) {
		FUZZ_MUST(p.n >= 1 && p.n <= PORTS_MAX);
		for (size_t i = 0; i < p.n; i++) {
			FUZZ_MUST(p.v[i].port != 0 && proto_name(p.v[i].proto)[0] != '?');
			FUZZ_MUST(p.v[i].port == p.v[0].port + i);
			FUZZ_MUST(!p.v[0].host_port == !p.v[i].host_port);
		}
		if (ports_settle(&p, true, &e) == 0)
			for (size_t i = 0; i < p.n; i++)
				FUZZ_MUST(p.v[i].family == AF_INET || p.v[i].family == AF_INET6);
	}
	ports_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), text[MAC_TEXT_LEN];
	uint8_t mac[MAC_LEN], again[MAC_LEN];
	struct err e;

	try_subnet(s);
	try_subnet6(s);
	try_ports(s);
	if (mac_parse(s, mac, &e) == 0)
		FUZZ_MUST(!(mac[0] & 1) && mac_parse(mac_text(mac, text), again, &e) == 0 &&
		          memcmp(mac, again, MAC_LEN) == 0);
	if (nft_table_name(s))
		FUZZ_MUST(!strpbrk(s, " \t\n;{}\"'$\\/#@.,:"));
	free(s);
	return 0;
}
