/* test_netns_veth.c - what people type, lease files, and the kernel's answers, as netns-veth reads them. */
#include "check.h"
#include "netns-veth/hosts.h"
#include "netns-veth/lease.h"
#include "netns-veth/netlink.h"
#include "netns-veth/nft.h"
#include "netns-veth/port.h"
#include "netns-veth/resolver.h"
#include "netns-veth/route.h"
#include "netns-veth/spec.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

static void test_subnet(void)
{
	static const char *const bad[] = {"",
	                                  "10.0.0.0",
	                                  "10.0.0.0/",
	                                  "10.0.0.0/33",
	                                  "10.0.0.0/-1",
	                                  "10.0.0/24",
	                                  "10.0.0.1/24",
	                                  "10.0.0.0/ 8",
	                                  "10.0.0.0/8x",
	                                  "/8",
	                                  "010.0.0.0/8",
	                                  "10.0.0.0/8/8",
	                                  "::1/64",
	                                  "256.0.0.0/8",
	                                  " 10.0.0.0/8"};
	char text[CIDR_TEXT_LEN];
	struct subnet s, t;
	struct err e;

	CHECK(subnet_parse("172.18.0.0/16", &s, &e) == 0 && s.base == 0xac120000 && s.len == 16);
	CHECK_STR(subnet_text(&s, text), "172.18.0.0/16");
	CHECK(subnet_parse("0.0.0.0/0", &t, &e) == 0 && t.base == 0 && t.len == 0);
	CHECK(subnet_parse("10.0.0.1/32", &t, &e) == 0 && subnet_mask(32) == UINT32_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!CHECK(subnet_parse(bad[i], &t, &e) < 0))
			printf("  taken: '%s'\n", bad[i]);
	CHECK(subnet_parse("10.0.1.5/22", &t, &e) < 0 && strstr(e.text, "the subnet is 10.0.0.0/22"));
	CHECK(subnet_broadcast(&s) == 0xac12ffff);
	CHECK(subnet_has(&s, 0xac12ffff) && !subnet_has(&s, 0xac130000));
}

static void test_overlap(void)
{
	struct subnet a = {0xac120000, 16}, b = {0xac12ff00, 24}, c = {0xac130000, 16}, all = {0, 0};
	struct err e;

	CHECK(subnet_overlaps(&a, &b) && subnet_overlaps(&b, &a));
	CHECK(!subnet_overlaps(&a, &c) && !subnet_overlaps(&b, &c));
	CHECK(subnet_overlaps(&a, &all) && subnet_overlaps(&all, &a));
	CHECK(subnet_check_host(&a, 0xac120001, &e) == 0);
	CHECK(subnet_check_host(&a, 0xac120000, &e) < 0 && strstr(e.text, "network address"));
	CHECK(subnet_check_host(&a, 0xac12ffff, &e) < 0 && strstr(e.text, "broadcast address"));
	CHECK(subnet_check_host(&a, 0xac130001, &e) < 0 && strstr(e.text, "not in the subnet"));
}

static void test_mac(void)
{
	static const char *const bad[] = {"",
	                                  "02:42:ac:12:00",
	                                  "02:42:ac:12:00:02:03",
	                                  "02:42:ac:12:00:0g",
	                                  "02-42-ac-12-00-02",
	                                  "01:42:ac:12:00:02",
	                                  "00:00:00:00:00:00",
	                                  "2:42:ac:12:00:02",
	                                  "02:42:ac:12:00:02 "};
	uint8_t mac[MAC_LEN];
	char text[MAC_TEXT_LEN];
	struct err e;

	CHECK(mac_parse("02:42:AC:12:00:0f", mac, &e) == 0);
	CHECK_STR(mac_text(mac, text), "02:42:ac:12:00:0f");
	mac_from_ip(0xac120002, mac);
	CHECK_STR(mac_text(mac, text), "02:42:ac:12:00:02");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!CHECK(mac_parse(bad[i], mac, &e) < 0))
			printf("  taken: '%s'\n", bad[i]);
}

/* What one spec gives: the number of ports, the first of them in *first. */
static size_t publish(const char *spec, struct port *first)
{
	struct ports p = {0};
	struct err e;
	size_t n = ports_add(&p, spec, &e) == 0 ? p.n : 0;

	if (n)
		*first = p.v[0];
	ports_free(&p);
	return n;
}

static void test_publish(void)
{
	static const char *const bad[] = {"",
	                                  ":",
	                                  "a:b",
	                                  "70000:80",
	                                  "80:70000",
	                                  "80/icmp",
	                                  "80:0",
	                                  "80:",
	                                  "1:2:3:4",
	                                  "80:80/",
	                                  "80:80/tcp/udp",
	                                  "-1:80",
	                                  "80-:80",
	                                  "0-5:80-85",
	                                  "82-80:80-82",
	                                  "80-82:80-81",
	                                  "x:80:80",
	                                  " 80:80",
	                                  "80:80 ",
	                                  "80:80/TCP",
	                                  "1.2.3:80:80",
	                                  "::1:80:80",
	                                  "[::1:80:80",
	                                  "[::g]:80:80",
	                                  "[]:80:80",
	                                  "[1.2.3.4]:80:80"};
	struct port p;

	CHECK(publish("8080:80", &p) == 1 && !p.host_ip && p.host_port == 8080 && p.port == 80 &&
	      p.proto == IPPROTO_TCP);
	CHECK(publish("127.0.0.1:53:5353/udp", &p) == 1 && p.host_ip == 0x7f000001 && p.proto == IPPROTO_UDP);
	CHECK(publish("81", &p) == 1 && p.host_port == 0 && p.port == 81);
	CHECK(publish(":81", &p) == 1 && p.host_port == 0 && p.port == 81);
	CHECK(publish("0:81", &p) == 1 && p.host_port == 0 && p.port == 81);
	CHECK(publish("127.0.0.1::81", &p) == 1 && p.host_port == 0 && p.host_ip == 0x7f000001);
	CHECK(publish("8000-8002:80-82", &p) == 3 && p.host_port == 8000 && p.port == 80);
	CHECK(publish("80-82", &p) == 3 && p.host_port == 0 && p.port == 80);
	CHECK(publish("[::1]:53:5353/udp", &p) == 1 && p.family == AF_INET6 && p.host_ip6.b[15] == 1);
	CHECK(publish("[::]::81", &p) == 1 && p.family == AF_INET6 && port_any(&p) && p.host_port == 0);
	CHECK(publish("9:9/sctp", &p) == 1 && p.proto == IPPROTO_SCTP && p.family == 0);
	CHECK(publish("65535:65535", &p) == 1);
	CHECK(publish("1-1024:1-1024", &p) == PORTS_MAX);
	CHECK(publish("1-1025:1-1025", &p) == 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!CHECK(publish(bad[i], &p) == 0))
			printf("  taken: '%s'\n", bad[i]);
}

/* Which ports a network with and without IPv6 makes of a spec; the list in *p. */
static int settled(const char *spec, bool six, struct ports *p)
{
	struct err e;

	*p = (struct ports){0};
	return ports_add(p, spec, &e) < 0 ? -1 : ports_settle(p, six, &e);
}

static void test_settle(void)
{
	char text[PORT_TEXT_LEN];
	struct ports p;

	CHECK(settled("8080-8081:80-81", false, &p) == 0 && p.n == 2 && p.v[1].family == AF_INET && !p.v[1].twin);
	ports_free(&p);
	CHECK(settled("8080-8081:80-81", true, &p) == 0 && p.n == 4 && p.v[1].family == AF_INET6 && p.v[1].twin);
	CHECK_STR(port_text(&p.v[0], text), "0.0.0.0:8080");
	CHECK_STR(port_text(&p.v[3], text), "[::]:8081");
	ports_free(&p);
	CHECK(settled("0.0.0.0:80:80", true, &p) == 0 && p.n == 1);
	ports_free(&p);
	CHECK(settled("[fd00::1]:80:80", true, &p) == 0 && p.n == 1 && !p.v[0].twin);
	CHECK_STR(port_text(&p.v[0], text), "[fd00::1]:80");
	ports_free(&p);
	CHECK(settled("[::]:80:80", false, &p) < 0);
	ports_free(&p);
	CHECK(settled("1-1024:1-1024", true, &p) == 0 && p.n == PORTS_ROOM);
	ports_free(&p);
}

static void test_six(void)
{
	static const char *const bad[] = {"",       "fd00::/0",   "fd00::/129", "fd00::1/64", "fd00::",
	                                  "::1/64", "10.0.0.0/8", "fd00::/64 ", "fd00::/-1",  "fd00:::/64"};
	struct subnet6 s, t;
	struct ip6 ip, last;
	char text[CIDR6_TEXT_LEN];
	struct err e;

	CHECK(subnet6_parse("fd00:1:2::/48", &s, &e) == 0 && s.len == 48);
	CHECK_STR(subnet6_text(&s, text), "fd00:1:2::/48");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!CHECK(subnet6_parse(bad[i], &t, &e) < 0))
			printf("  taken: '%s'\n", bad[i]);
	ip = subnet6_at(&s, 0x01020304);
	CHECK_STR(ip6_text(&ip, text), "fd00:1:2::102:304");
	last = subnet6_last(&s);
	CHECK_STR(ip6_text(&last, text), "fd00:1:2:ffff:ffff:ffff:ffff:ffff");
	CHECK(subnet6_parse("fd00:1:2:3::/64", &t, &e) == 0 && subnet6_overlaps(&s, &t) && subnet6_overlaps(&t, &s));
	CHECK(subnet6_parse("fd00:1:3::/48", &t, &e) == 0 && !subnet6_overlaps(&s, &t));
	CHECK(subnet6_check_host(&s, &ip, &e) == 0 && subnet6_check_host(&t, &ip, &e) < 0);
	CHECK(subnet6_check_host(&s, &s.base, &e) < 0 && strstr(e.text, "every router"));
	CHECK(subnet6_random(&t, &e) == 0 && t.len == 64 && t.base.b[0] == 0xfd && !t.base.b[15]);
}

/* What becomes of a hosts file. */
static bool merges(const char *old, const char *lines, const char *wanted)
{
	size_t n;
	char *got = hosts_merge(old, strlen(old), "web", lines, &n);
	bool same = got && n == strlen(wanted) && memcmp(got, wanted, n) == 0;

	if (!same)
		printf("  got: '%s'\n", got ? got : "nothing");
	free(got);
	return same;
}

static void test_hosts(void)
{
#define BLOCK(lines) "# network web, kept by netns-veth\n" lines "# end of network web\n"
	CHECK(merges("1 a\n", "2 b\n", "1 a\n" BLOCK("2 b\n")));
	CHECK(merges("1 a", "2 b\n", "1 a\n" BLOCK("2 b\n")));
	CHECK(merges("", "2 b\n", BLOCK("2 b\n")));
	CHECK(merges("1 a\n" BLOCK("2 b\n") "3 c\n", "4 d\n", "1 a\n" BLOCK("4 d\n") "3 c\n"));
	CHECK(merges("1 a\n" BLOCK("2 b\n") "3 c\n", "", "1 a\n3 c\n"));
	CHECK(merges("1 a\n", "", "1 a\n"));
	/* Half of a block, or another network's, is somebody else's text. */
	CHECK(merges("# network web, kept by netns-veth\n1 a\n", "2 b\n",
	             "# network web, kept by netns-veth\n1 a\n" BLOCK("2 b\n")));
	CHECK(merges("# network web2, kept by netns-veth\n# end of network web2\n", "2 b\n",
	             "# network web2, kept by netns-veth\n# end of network web2\n" BLOCK("2 b\n")));
}

#define BOOT "b35719a2-2a6c-465b-991d-2c35dd760000"

/* Whether the text is a lease; it is freed. */
static bool is_lease(const char *text)
{
	struct lease l;
	bool ok = lease_parse(text, strlen(text), &l) == 0;

	lease_free(&l);
	return ok;
}

static void test_lease(void)
{
	static const char whole[] = "web 4026532 " BOOT " vethac120002\naddress 172.18.0.2\n"
	                            "port 0.0.0.0 8080 80 tcp\nport 127.0.0.1 53 53 udp\nup\n";
	struct lease l;

	CHECK(lease_parse(whole, strlen(whole), &l) == 0);
	CHECK_STR(l.name, "web");
	CHECK_STR(l.link, "vethac120002");
	CHECK(l.netns == 4026532 && l.ip == 0xac120002 && l.up && l.ports.n == 2);
	CHECK(l.ports.n == 2 && l.ports.v[1].host_ip == 0x7f000001 && l.ports.v[1].proto == IPPROTO_UDP);
	lease_free(&l);
	CHECK(is_lease("web 0 " BOOT " -\naddress 1.2.3.4\n"));
	CHECK(is_lease("web 0 " BOOT " -\naddress 1.2.3.4\naddress6 fd00::2\ninside eth1\nmac 02:00:00:00:00:01\n"
	               "hostname web\nalias web\nalias my_db\nhosts /a b/hosts\nport fd00::1 80 80 sctp\nup\n"));
	/* Cut short after a shorter text was written over it; but no line of it is empty. */
	CHECK(is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nup\n\n\n"));
	CHECK(!is_lease("web 0 " BOOT " -\n\naddress 1.2.3.4\n"));
	CHECK(!is_lease("\n\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nhosts relative\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nalias a b\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nport 1.2.3.4 0 80 tcp\n"));
	CHECK(!is_lease(""));
	CHECK(!is_lease("web 0 " BOOT " -\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nup\nup\n"));
	CHECK(!is_lease("web 0 " BOOT " - x\naddress 1.2.3.4\n"));
	CHECK(!is_lease("../web 0 " BOOT " -\naddress 1.2.3.4\n"));
	CHECK(!is_lease("web -1 " BOOT " -\naddress 1.2.3.4\n"));
	CHECK(!is_lease("web 0 " BOOT "0 -\naddress 1.2.3.4\n"));
	CHECK(!is_lease("web 0 " BOOT " a/b\naddress 1.2.3.4\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nport 0.0.0.0 8080-8081 80-81 tcp\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nport 0.0.0.0 8080 80\n"));
	CHECK(!is_lease("web 0 " BOOT " -\naddress 1.2.3.4\nwhat 1\n"));
	CHECK(lease_parse("web 0 " BOOT " -\naddress 1.2.3.4\n\0", 54, &l) < 0);
	lease_free(&l);
}

static void test_messages(void)
{
	AUTO_NL b = {0};
	uint32_t header = 7;
	const struct nlmsghdr *h;
	const struct nlattr *a;
	size_t pos = 0, nest;

	nl_begin(&b, 100, NLM_F_ACK, &header, sizeof(header));
	nl_put_str(&b, 1, "abc");
	nest = nl_nest(&b, 2);
	nl_put_u32(&b, 3, 42);
	nl_nest_end(&b, nest);
	nl_begin(&b, 101, 0, &header, sizeof(header));
	CHECK(!b.failed && b.count == 2);
	h = nl_next(b.data, b.len, &pos);
	CHECK(h && h->nlmsg_type == 100 && h->nlmsg_seq == 1 && h->nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
	a = nl_find(h, sizeof(header), 1, 4);
	CHECK(a && strcmp(nl_data(a), "abc") == 0);
	CHECK(!nl_find(h, sizeof(header), 1, 5));
	a = nl_find(h, sizeof(header), 2, 0);
	a = a ? nl_find_in(a, 3, 4) : NULL;
	CHECK(a && *(const uint32_t *)nl_data(a) == 42);
	h = nl_next(b.data, b.len, &pos);
	CHECK(h && h->nlmsg_type == 101 && h->nlmsg_seq == 2);
	CHECK(!nl_next(b.data, b.len, &pos));
	nl_put(&b, 1, NULL, 70000);
	CHECK(b.failed);
}

static void test_errors(void)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr m;
		struct nlattr a;
		char text[8];
	} x = {.h = {sizeof(x), NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, 3, 0},
	       .m = {.error = -EEXIST},
	       .a = {NLA_HDRLEN + 8, NLMSGERR_ATTR_MSG},
	       .text = "taken"};
	struct nl_error e;

	CHECK(nl_parse_error(&x.h, &e) == 0 && e.code == EEXIST && e.seq == 3);
	CHECK_STR(e.text, "taken");
	x.h.nlmsg_flags = 0;
	CHECK(nl_parse_error(&x.h, &e) == 0 && !e.text[0]);
	x.m.error = 5;
	CHECK(nl_parse_error(&x.h, &e) < 0);
	x.h.nlmsg_len = NLMSG_HDRLEN;
	CHECK(nl_parse_error(&x.h, &e) < 0);
}

static void test_rules(void)
{
	char *text = nft_rules("t-1");

	CHECK(text && strstr(text, "create table inet t-1\n") && !strstr(text, "@TABLE@"));
	free(text);
	CHECK(nft_table_name("mydocker") && nft_table_name("a_b-C9"));
	CHECK(!nft_table_name("") && !nft_table_name("9a") && !nft_table_name("a b") && !nft_table_name("a{") &&
	      !nft_table_name("a;b") && !nft_table_name("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

/* The header of an answer: which one it is, that it is one, without an error, and with an address in it. */
static void test_answer(void)
{
	unsigned char good[12] = {0x12, 0x34, 0x85, 0x80, 0, 1, 0, 1}, bad[12];
	static const size_t at[] = {0, 1, 2, 3, 7};
	static const unsigned char value[] = {0x13, 0x35, 0x05, 0x83, 0};

	CHECK(resolver_is_answer(good, sizeof(good), 0x1234));
	for (size_t n = 0; n < sizeof(good); n++)
		CHECK(!resolver_is_answer(good, n, 0x1234));
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		memcpy(bad, good, sizeof(bad));
		bad[at[i]] = value[i];
		CHECK(!resolver_is_answer(bad, sizeof(bad), 0x1234));
	}
}

/* A higher priority is a lower metric, whatever the interface; of equal ones the first interface's is. */
static void test_metric(void)
{
	CHECK(route_metric(0, "eth0") == 1000000000 && route_metric(0, "eth3") == 1000000003);
	CHECK(route_metric(1, "eth250") < route_metric(0, "eth0") &&
	      route_metric(-1, "eth0") > route_metric(0, "eth99"));
	CHECK(route_metric(GW_PRIORITY_MAX, "eth0") == 100 && route_metric(GW_PRIORITY_MIN, "eth0") == 1999999900);
}

int main(void)
{
	test_subnet();
	test_overlap();
	test_mac();
	test_publish();
	test_settle();
	test_six();
	test_hosts();
	test_lease();
	test_messages();
	test_errors();
	test_rules();
	test_answer();
	test_metric();
	return check_done();
}
