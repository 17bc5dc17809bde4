/* explain.c - see explain.h */
#include "explain.h"
#include "common/fd.h"
#include "lease.h"
#include "netlink.h"

#include <stdio.h>

/* The map and the key of a published port, as nft writes them. */
static void print_key(const struct port *p)
{
	char ip[IP_TEXT_LEN];

	if (p->host_ip)
		printf("publish '{ %s . %s . %u", ip_text(p->host_ip, ip), proto_name(p->proto), p->host_port);
	else
		printf("publish_any '{ %s . %u", proto_name(p->proto), p->host_port);
}

/* The bridge, when it is missing. */
static int explain_bridge(const struct network *n, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	char ip[IP_TEXT_LEN], mac[MAC_TEXT_LEN];
	uint8_t own[MAC_LEN];
	struct link l;

	if (rtnl < 0 || rt_link_find(rtnl, n->bridge, &l, e) < 0)
		return -1;
	if (l.index)
		return 0;
	mac_from_ip(n->gateway, own);
	printf("echo 1 > /proc/sys/net/ipv4/ip_forward\n");
	printf("ip link add %s address %s type bridge\n", n->bridge, mac_text(own, mac));
	printf("ip addr add %s/%u brd + dev %s\n", ip_text(n->gateway, ip), n->subnet.len, n->bridge);
	printf("ip link set %s up\n", n->bridge);
	printf("echo 1 > /proc/sys/net/ipv4/conf/%s/route_localnet\n", n->bridge);
	return 0;
}

static void explain_firewall(const struct network *n, const struct container_conf *c, uint32_t ip)
{
	char text[IP_TEXT_LEN], last[IP_TEXT_LEN];

	printf("nft list table inet %s >/dev/null 2>&1 || sed 's/@TABLE@/%s/' rules.nft | nft -f -\n", n->table,
	       n->table);
	printf("nft add element inet %s bridges '{ %s }'\n", n->table, n->bridge);
	printf("nft add element inet %s loops '{ %s . %s }'\n", n->table, n->bridge, n->bridge);
	printf("nft add element inet %s homes '{ %s . %s-%s }'\n", n->table, n->bridge, ip_text(n->subnet.base, text),
	       ip_text(subnet_broadcast(&n->subnet), last));
	for (size_t i = 0; i < c->ports.n; i++) {
		const struct port *p = &c->ports.v[i];

		printf("nft add element inet %s ", n->table);
		print_key(p);
		printf(" : %s . %u }'\n", ip_text(ip, text), p->port);
	}
}

/* Namespace, pair, address, route. */
static void explain_links(const struct network *n, const struct container_conf *c, uint32_t ip)
{
	unsigned int mtu = c->mtu ? c->mtu : n->mtu;
	char text[IP_TEXT_LEN], mac[MAC_TEXT_LEN], mtu_text[24] = "";
	uint8_t own[MAC_LEN];

	mac_from_ip(ip, own);
	if (mtu)
		snprintf(mtu_text, sizeof(mtu_text), " mtu %u", mtu);
	printf("ip netns add %s\n", c->name);
	printf(
	    "ip netns exec %s sysctl -w net.ipv4.ping_group_range='0 2147483647' net.ipv4.ip_unprivileged_port_start=0 "
	    "net.ipv6.conf.default.accept_ra=0\n",
	    c->name);
	printf("ip link add veth%08x%s type veth peer name %s%s address %s netns %s\n", ip, mtu_text, CONTAINER_LINK,
	       mtu_text, mac_text(c->mac_given ? c->mac : own, mac), c->name);
	printf("ip link set veth%08x master %s up\n", ip, n->bridge);
	printf("bridge link set dev veth%08x hairpin on\n", ip);
	printf("ip -n %s link set lo up\n", c->name);
	printf("ip -n %s addr add %s/%u brd + dev %s\n", c->name, ip_text(ip, text), n->subnet.len, CONTAINER_LINK);
	printf("ip -n %s link set %s up\n", c->name, CONTAINER_LINK);
	printf("ip -n %s route add default via %s\n", c->name, ip_text(n->gateway, text));
}

int explain_up(const struct network *n, const struct container_conf *c, struct err *e)
{
	uint32_t ip = c->ip;
	char text[IP_TEXT_LEN];

	if (ip ? subnet_check_host(&n->subnet, ip, e) < 0 : lease_peek(n, &ip, e) < 0)
		return -1;
	if (explain_bridge(n, e) < 0)
		return -1;
	printf("set -C; echo '%s ...' > %s/leases/%s\n", c->name, n->path, ip_text(ip, text));
	explain_firewall(n, c, ip);
	explain_links(n, c, ip);
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
