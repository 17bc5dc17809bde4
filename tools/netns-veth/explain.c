/* explain.c - see explain.h */
#include "explain.h"
#include "common/fd.h"
#include "lease.h"
#include "netlink.h"
#include "route.h"

#include <stdio.h>
#include <sys/socket.h>

/* The map and the key of a published port, as nft writes them. */
static void print_key(const struct port *p)
{
	char ip[IP6_TEXT_LEN];

	printf("publish%s%s '{ ", p->family == AF_INET6 ? "6" : "", port_any(p) ? "_any" : "");
	if (!port_any(p))
		printf("%s . ", port_host(p, ip));
	printf("%s . %u", proto_name(p->proto), p->host_port);
}

/* The bridge, when it is missing. */
static int explain_bridge(const struct network *n, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	char ip[IP6_TEXT_LEN], mac[MAC_TEXT_LEN];
	uint8_t own[MAC_LEN];
	struct link l;

	if (rtnl < 0 || rt_link_find(rtnl, n->bridge, &l, e) < 0)
		return -1;
	if (l.index)
		return 0;
	mac_from_ip(n->gateway, own);
	printf("echo 1 > /proc/sys/net/ipv4/ip_forward\n");
	if (n->subnet6.len)
		printf("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding\n");
	printf("ip link add %s address %s type bridge\n", n->bridge, mac_text(own, mac));
	printf("echo 0 > /proc/sys/net/ipv6/conf/%s/accept_ra\n", n->bridge);
	printf("echo 0 > /proc/sys/net/ipv6/conf/%s/accept_dad\n", n->bridge);
	printf("echo %d > /proc/sys/net/ipv6/conf/%s/disable_ipv6\n", !n->subnet6.len, n->bridge);
	printf("ip addr add %s/%u brd + dev %s\n", ip_text(n->gateway, ip), n->subnet.len, n->bridge);
	if (n->subnet6.len)
		printf("ip addr add %s/%u dev %s nodad\n", ip6_text(&n->gateway6, ip), n->subnet6.len, n->bridge);
	printf("ip link set %s up\n", n->bridge);
	printf("echo 1 > /proc/sys/net/ipv4/conf/%s/route_localnet\n", n->bridge);
	return 0;
}

static void explain_element(const struct network *n, const char *set)
{
	printf("nft add element inet %s %s '{ %s }'\n", n->table, set, n->bridge);
}

/* What the firewall has to know of the network. */
static void explain_net(const struct network *n)
{
	char first[IP6_TEXT_LEN], last[IP6_TEXT_LEN];
	const struct ip6 last6 = subnet6_last(&n->subnet6);

	printf("nft list table inet %s >/dev/null 2>&1 || sed 's/@TABLE@/%s/' rules.nft | nft -f -\n", n->table,
	       n->table);
	explain_element(n, "bridges");
	printf("nft add element inet %s homes '{ %s . %s-%s }'\n", n->table, n->bridge, ip_text(n->subnet.base, first),
	       ip_text(subnet_broadcast(&n->subnet), last));
	if (n->subnet6.len)
		printf("nft add element inet %s homes6 '{ %s . %s-%s }'\n", n->table, n->bridge,
		       ip6_text(&n->subnet6.base, first), ip6_text(&last6, last));
	if (!n->apart)
		printf("nft add element inet %s loops '{ %s . %s }'\n", n->table, n->bridge, n->bridge);
	if (n->internal)
		explain_element(n, "internal");
	if (n->open)
		explain_element(n, "open");
}

static void explain_ports(const struct network *n, const struct ports *ports, uint32_t ip, const struct ip6 *ip6)
{
	char text[IP6_TEXT_LEN];

	for (size_t i = 0; i < ports->n; i++) {
		const struct port *p = &ports->v[i];

		printf("nft add element inet %s ", n->table);
		print_key(p);
		printf(" : %s . %u }'\n", p->family == AF_INET6 ? ip6_text(ip6, text) : ip_text(ip, text), p->port);
	}
}

/* Addresses and routes inside. */
static void explain_inside(const struct network *n, const struct container_conf *c, uint32_t ip, const struct ip6 *ip6)
{
	char text[IP6_TEXT_LEN], metric[24] = "";
	const char *name = c->name;

	printf("ip -n %s link set lo up\n", name);
	printf("ip -n %s addr add %s/%u brd + dev %s\n", name, ip_text(ip, text), n->subnet.len, CONTAINER_LINK);
	if (n->subnet6.len)
		printf("ip -n %s addr add %s/%u dev %s nodad\n", name, ip6_text(ip6, text), n->subnet6.len,
		       CONTAINER_LINK);
	printf("ip -n %s link set %s up\n", name, CONTAINER_LINK);
	if (n->internal)
		return;
	if (c->join || c->priority)
		snprintf(metric, sizeof(metric), " metric %u", route_metric(c->priority, CONTAINER_LINK));
	printf("ip -n %s route add default via %s%s\n", name, ip_text(n->gateway, text), metric);
	if (n->subnet6.len)
		printf("ip -n %s -6 route add default via %s%s\n", name, ip6_text(&n->gateway6, text), metric);
}

/* Namespace and pair. */
static void explain_links(const struct network *n, const struct container_conf *c, uint32_t ip)
{
	unsigned int mtu = c->mtu ? c->mtu : n->mtu;
	char mac[MAC_TEXT_LEN], mtu_text[24] = "";
	uint8_t own[MAC_LEN];

	mac_from_ip(ip, own);
	if (mtu)
		snprintf(mtu_text, sizeof(mtu_text), " mtu %u", mtu);
	if (!c->join)
		printf("ip netns add %s\n"
		       "ip netns exec %s sysctl -w net.ipv4.ping_group_range='0 2147483647' "
		       "net.ipv4.ip_unprivileged_port_start=0 net.ipv6.conf.default.accept_ra=0 "
		       "net.ipv6.conf.default.accept_dad=0\n",
		       c->name, c->name);
	printf("ip link add veth%08x%s type veth peer name %s%s address %s netns %s\n", ip, mtu_text, CONTAINER_LINK,
	       mtu_text, mac_text(c->mac_given ? c->mac : own, mac), c->name);
	printf("ip link set veth%08x master %s up\n", ip, n->bridge);
	printf("bridge link set dev veth%08x hairpin on%s\n", ip, n->apart ? " isolated on" : "");
}

int explain_up(const struct network *n, struct container_conf *c, struct err *e)
{
	uint32_t ip = c->ip;
	char text[IP_TEXT_LEN];
	struct ip6 ip6;

	if (ip ? subnet_check_host(&n->subnet, ip, e) < 0 : lease_peek(n, &ip, e) < 0)
		return -1;
	if (explain_bridge(n, e) < 0 || ports_settle(&c->ports, n->subnet6.len != 0, e) < 0)
		return -1;
	ip6 = ip6_is_zero(&c->ip6) ? network_ip6(n, ip) : c->ip6;
	printf("set -C; echo '%s ...' > %s/leases/%s\n", c->name, n->path, ip_text(ip, text));
	explain_net(n);
	explain_ports(n, &c->ports, ip, &ip6);
	explain_links(n, c, ip);
	explain_inside(n, c, ip, &ip6);
	return 0;
}

int explain_down(const struct network *n, const char *netns_dir, const char *name, struct err *e)
{
	AUTO_LEASE l = {0};
	char text[IP_TEXT_LEN];
	int r = lease_find(n, name, &l, e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	printf("umount -l %s/%s && rm %s/%s\n", netns_dir, name, netns_dir, name);
	for (size_t i = 0; i < l.ports.n; i++) {
		printf("nft delete element inet %s ", n->table);
		print_key(&l.ports.v[i]);
		printf(" }'\n");
	}
	printf("rm %s/names/%s %s/leases/%s\n", n->path, name, n->path, ip_text(l.ip, text));
	return 0;
}
