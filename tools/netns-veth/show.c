/* show.c - see show.h */
#include "show.h"
#include "common/fd.h"
#include "container.h"
#include "forward.h"
#include "netlink.h"
#include "nsfile.h"
#include "policy.h"
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void show_ports(const struct ports *p)
{
	char text[PORT_TEXT_LEN];

	for (size_t i = 0; i < p->n; i++)
		printf("port %s %u/%s\n", port_text(&p->v[i], text), p->v[i].port, proto_name(p->v[i].proto));
}

void show_records(const struct network *n, const struct lease *l)
{
	char ip[IP6_TEXT_LEN], text[MAC_TEXT_LEN];
	uint8_t mac[MAC_LEN];

	lease_mac(l, mac);
	printf("address %s/%u\n", ip_text(l->ip, ip), n->subnet.len);
	if (!n->internal)
		printf("gateway %s\n", ip_text(n->gateway, ip));
	if (n->subnet6.len)
		printf("address6 %s/%u\n", ip6_text(&l->ip6, ip), n->subnet6.len);
	if (n->subnet6.len && !n->internal)
		printf("gateway6 %s\n", ip6_text(&n->gateway6, ip));
	printf("mac %s\n", mac_text(mac, text));
	printf("interface %s\n", l->link);
	if (l->inside[0])
		printf("inside %s\n", l->inside);
	if (resolver_serves(n))
		printf("resolver %s\n", ip_text(n->gateway, ip));
	show_ports(&l->ports);
}

/* ---- list ---- */

/* What show_list hands to its visits. */
struct listing {
	const char *netns_dir;
	const char *name; /* NULL: all */
	bool json, found;
};

/* "ADDRESS NAME INTERFACE STATE PORTS"; what is not known is "-". */
static void print_line(const struct lease *l, const char *state)
{
	char ip[IP_TEXT_LEN], port[PORT_TEXT_LEN];

	printf("%s %s %s %s ", ip_text(l->ip, ip), l->name[0] ? l->name : "-", l->link[0] ? l->link : "-", state);
	for (size_t i = 0; i < l->ports.n; i++) {
		const struct port *p = &l->ports.v[i];

		printf("%s%s->%u/%s", i ? "," : "", port_text(p, port), p->port, proto_name(p->proto));
	}
	puts(l->ports.n ? "" : "-");
}

/* The same as JSON. Nothing in it needs quoting: names and addresses are of letters, digits, '.', '_', '-', ':'. */
static void print_json(const struct lease *l, const char *state)
{
	char ip[IP6_TEXT_LEN], text[MAC_TEXT_LEN];
	uint8_t mac[MAC_LEN];

	lease_mac(l, mac);
	printf("{\"address\":\"%s\",", ip_text(l->ip, ip));
	if (!ip6_is_zero(&l->ip6))
		printf("\"address6\":\"%s\",", ip6_text(&l->ip6, ip));
	printf("\"mac\":\"%s\",\"name\":\"%s\",\"interface\":\"%s\",\"state\":\"%s\",\"netns\":%llu,\"aliases\":[",
	       mac_text(mac, text), l->name, l->link, state, (unsigned long long)l->netns);
	for (size_t i = 0; i < l->aliases.n; i++)
		printf("%s\"%s\"", i ? "," : "", l->aliases.v[i]);
	printf("],\"ports\":[");
	for (size_t i = 0; i < l->ports.n; i++) {
		const struct port *p = &l->ports.v[i];

		printf("%s{\"host_address\":\"%s\",\"host_port\":%u,\"port\":%u,\"protocol\":\"%s\"}", i ? "," : "",
		       port_host(p, ip), p->host_port, p->port, proto_name(p->proto));
	}
	puts("]}");
}

static int list_one(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	struct listing *s = arg;
	const char *state = container_state(s->netns_dir, l);

	(void)n;
	(void)e;
	if (s->name && strcmp(s->name, l->name) != 0)
		return 0;
	s->found = true;
	if (s->json)
		print_json(l, state);
	else
		print_line(l, state);
	return 0;
}

int show_list(const struct network *n, const char *netns_dir, const char *name, bool json, struct err *e)
{
	struct listing s = {netns_dir, name, json, false};

	if (lease_each(n, list_one, &s, e) < 0)
		return -1;
	return name && !s.found ? err_set(e, 0, "no such container in the network '%s': '%s'", n->path, name) : 0;
}

/* ---- check ---- */

/* What show_check hands to its visits. */
struct checking {
	const struct network *n;
	const char *netns_dir;
	int rtnl, nft, bridge;
	unsigned int wrong;
};

static void complain(struct checking *c, const char *thing, const char *what)
{
	printf("%s: %s\n", thing, what);
	c->wrong++;
}

static int check_lease(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	struct checking *c = arg;
	const char *state = container_state(c->netns_dir, l);
	char ip[IP_TEXT_LEN];
	const char *who = l->name[0] ? l->name : ip_text(l->ip, ip);
	struct link link;

	if (strcmp(state, "up") != 0) {
		complain(c, who, state);
		return 0;
	}
	if (rt_link_find(c->rtnl, l->link, &link, e) < 0)
		return -1;
	if (!link.index)
		complain(c, who, "its link is gone");
	else if (c->bridge && link.master != c->bridge)
		complain(c, who, "its link is no port of the bridge; 'netns-veth reload' makes it one");
	for (size_t i = 0; i < l->ports.n; i++) {
		bool there;

		if (nft_has_port(c->nft, n->table, &l->ports.v[i], &there, e) < 0)
			return -1;
		if (!there)
			complain(c, who,
			         "a published port is missing in the firewall; 'netns-veth reload' puts it back");
	}
	return 0;
}

/* Whether the address is one of the host's, as bind(2) sees it. */
static bool is_local(uint32_t ip)
{
	AUTO_FD fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ip)};

	return fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 || errno != EADDRNOTAVAIL;
}

/* Finds another link's route to the very subnet. */
static int find_rival(const struct route *r, void *arg, struct err *e)
{
	struct checking *c = arg;
	char text[CIDR_TEXT_LEN], dev[IF_NAMESIZE] = "", what[64 + CIDR_TEXT_LEN];

	(void)e;
	if (!r->oif || r->oif == c->bridge || r->dst6.len || r->dst.len != c->n->subnet.len ||
	    r->dst.base != c->n->subnet.base || !if_indextoname((unsigned int)r->oif, dev))
		return 0;
	snprintf(what, sizeof(what), "'%s' has the subnet %s, too: one of the two gets no answers", dev,
	         subnet_text(&r->dst, text));
	complain(c, c->n->bridge, what);
	return 0;
}

/* The bridge, and what makes it more than one. */
static int check_bridge(const struct network *n, struct checking *c, struct err *e)
{
	char alias[256];
	struct link l;

	if (rt_link_find(c->rtnl, n->bridge, &l, e) < 0)
		return -1;
	network_alias(n, alias);
	c->bridge = l.index;
	if (!l.index)
		complain(c, n->bridge, "the bridge is gone; 'netns-veth reload' puts it back");
	else if (strcmp(l.kind, "bridge") != 0)
		complain(c, n->bridge, "is no bridge");
	else if (strcmp(l.alias, alias) == 0 && (!l.up || !is_local(n->gateway)))
		complain(c, n->bridge, "it is down or has lost its address; 'netns-veth reload' puts it right");
	if (!n->internal && !forward_is_on(n->subnet6.len != 0))
		complain(c, n->bridge, "the host does not forward (any more); 'netns-veth reload' switches it on");
	return rt_routes(c->rtnl, find_rival, c, e);
}

/* The firewall, as far as the network needs it. */
static int check_firewall(const struct network *n, struct checking *c, struct err *e)
{
	bool there, whole;

	if (nft_has_bridge(c->nft, n->table, n->bridge, &there, e) < 0 ||
	    nft_has_rules(c->nft, n->table, &whole, e) < 0)
		return -1;
	if (!there)
		complain(c, n->table, "the firewall does not know the bridge; 'netns-veth reload' puts it back");
	else if (!whole)
		complain(c, n->table, "somebody changed the rules; 'netns-veth reload' makes them anew");
	if (!n->internal && policy_holds(c->nft, n->table, n->bridge, &there, e) < 0)
		return -1;
	if (!n->internal && !there)
		complain(c, n->bridge,
		         "another table's policy drops its packets; 'netns-veth reload' has them accepted, unless that "
		         "table is its owner's alone");
	return 0;
}

/* The name server, where there should be one. */
static void check_resolver(const struct network *n, struct checking *c)
{
	char why[128];

	resolver_reason(n, why, sizeof(why));
	if (why[0])
		complain(c, "no name server", why);
	else if (n->resolver && !resolver_serves(n))
		complain(c, "name server", "it is gone; 'netns-veth gc' brings it back");
}

static int count_lease(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	(void)n;
	(void)l;
	(void)e;
	++*(unsigned int *)arg;
	return 0;
}

int show_check(const struct network *n, const char *netns_dir, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	AUTO_FD nft = rtnl < 0 ? -1 : nl_open(NETLINK_NETFILTER, e);
	struct checking c = {n, netns_dir, rtnl, nft, 0, 0};
	unsigned int leases = 0;

	if (nft < 0 || lease_each(n, count_lease, &leases, e) < 0 ||
	    (leases && (check_bridge(n, &c, e) < 0 || check_firewall(n, &c, e) < 0)) ||
	    lease_each(n, check_lease, &c, e) < 0)
		return -1;
	if (leases)
		check_resolver(n, &c);
	return c.wrong ? err_set(e, 0, "%u thing%s of the network '%s' not as it should be", c.wrong,
	                         c.wrong == 1 ? "" : "s", n->path)
	               : 0;
}
