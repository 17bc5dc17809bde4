/* rtnl.c - see rtnl.h */
#include "rtnl.h"
#include "netlink.h"
#include "route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* IPV4_DEVCONF_ROUTE_LOCALNET of linux/ip.h, which does not go together with the C library's netinet/ip.h. */
enum { DEVCONF_ROUTE_LOCALNET = 26 };
enum { ETH_MAX = 256 };
/* IF_OPER_UP of linux/if.h, which net/if.h does not go together with, either. */
enum { OPER_UP = 6 };

/* Copies a string attribute, always terminated. */
static void copy_text(char *dst, size_t size, const struct nlattr *a)
{
	size_t n = a ? strnlen(nl_data(a), nl_size(a)) : 0;

	n = n < size ? n : size - 1;
	if (n)
		memcpy(dst, nl_data(a), n);
	dst[n] = '\0';
}

static int on_link(const struct nlmsghdr *h, void *arg, struct err *e)
{
	struct link *l = arg;
	struct ifinfomsg ifi;
	const struct nlattr *info, *state, *master;

	(void)e;
	if (h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(ifi)))
		return 0;
	memcpy(&ifi, NLMSG_DATA(h), sizeof(ifi));
	l->index = ifi.ifi_index;
	l->up = ifi.ifi_flags & IFF_UP;
	state = nl_find(h, sizeof(ifi), IFLA_OPERSTATE, 1);
	l->running = state && *(const unsigned char *)nl_data(state) == OPER_UP;
	master = nl_find(h, sizeof(ifi), IFLA_MASTER, 4);
	if (master)
		memcpy(&l->master, nl_data(master), 4);
	copy_text(l->alias, sizeof(l->alias), nl_find(h, sizeof(ifi), IFLA_IFALIAS, 1));
	info = nl_find(h, sizeof(ifi), IFLA_LINKINFO, 0);
	copy_text(l->kind, sizeof(l->kind), info ? nl_find_in(info, IFLA_INFO_KIND, 1) : NULL);
	return 0;
}

int rt_link_find(int fd, const char *name, struct link *ret, struct err *e)
{
	AUTO_NL b = {0};
	struct ifinfomsg ifi = {0};
	char what[64];

	*ret = (struct link){0};
	snprintf(what, sizeof(what), "look up the link '%s'", name);
	nl_begin(&b, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	nl_put_str(&b, IFLA_IFNAME, name);
	nl_put_u32(&b, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (nl_talk(fd, &b, on_link, ret, NULL, what, e) == 0 || e->code == ENODEV)
		return 0;
	return -1;
}

/* RTM_NEWADDR on a link whose index is known. */
static void put_address4(struct nl_buf *b, int index, uint32_t ip, unsigned int len)
{
	struct ifaddrmsg ifa = {.ifa_family = AF_INET, .ifa_prefixlen = (uint8_t)len, .ifa_index = (unsigned int)index};
	uint32_t local = htonl(ip), broadcast = htonl(ip | ~subnet_mask(len));

	nl_begin(b, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, &ifa, sizeof(ifa));
	nl_put_u32(b, IFA_LOCAL, local);
	nl_put_u32(b, IFA_ADDRESS, local);
	if (len < 31)
		nl_put_u32(b, IFA_BROADCAST, broadcast);
}

/* The same for IPv6. Nobody else can have the address, so that it is not asked for (IFA_F_NODAD) and usable at once. */
static void put_address6(struct nl_buf *b, int index, const struct ip6 *ip, unsigned int len)
{
	struct ifaddrmsg ifa = {.ifa_family = AF_INET6,
	                        .ifa_prefixlen = (uint8_t)len,
	                        .ifa_flags = IFA_F_NODAD,
	                        .ifa_index = (unsigned int)index};

	nl_begin(b, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, &ifa, sizeof(ifa));
	nl_put(b, IFA_LOCAL, ip->b, sizeof(ip->b));
	nl_put(b, IFA_ADDRESS, ip->b, sizeof(ip->b));
}

static void put_addresses(struct nl_buf *b, int index, const struct addresses *at)
{
	if (at->len)
		put_address4(b, index, at->ip, at->len);
	if (at->len6)
		put_address6(b, index, &at->ip6, at->len6);
}

/* RTM_NEWLINK that brings a link up; the attributes may follow. */
static void begin_up(struct nl_buf *b, int index)
{
	struct ifinfomsg ifi = {.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

	nl_begin(b, RTM_NEWLINK, NLM_F_ACK, &ifi, sizeof(ifi));
}

int rt_bridge_make(int fd, const struct bridge_conf *c, struct err *e)
{
	AUTO_NL b = {0};
	struct ifinfomsg ifi = {0};
	uint8_t mac[MAC_LEN];
	char what[64];
	size_t info;

	snprintf(what, sizeof(what), "make the bridge '%s'", c->name);
	nl_begin(&b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &ifi, sizeof(ifi));
	nl_put_str(&b, IFLA_IFNAME, c->name);
	if (c->at.len) {
		mac_from_ip(c->at.ip, mac);
		nl_put(&b, IFLA_ADDRESS, mac, sizeof(mac));
	}
	if (c->mtu)
		nl_put_u32(&b, IFLA_MTU, c->mtu);
	info = nl_nest(&b, IFLA_LINKINFO);
	nl_put_str(&b, IFLA_INFO_KIND, "bridge");
	nl_nest_end(&b, info);
	if (c->alias) {
		/* The alias says whose it is; in the same system call, so that no bridge is ever without. */
		nl_begin(&b, RTM_SETLINK, NLM_F_ACK, &ifi, sizeof(ifi));
		nl_put_str(&b, IFLA_IFNAME, c->name);
		nl_put_str(&b, IFLA_IFALIAS, c->alias);
	}
	return nl_talk(fd, &b, NULL, NULL, NULL, what, e);
}

int rt_bridge_up(int fd, int index, const struct bridge_conf *c, struct err *e)
{
	AUTO_NL addresses = {0};
	AUTO_NL b = {0};
	char what[64];
	size_t spec, family, conf;

	snprintf(what, sizeof(what), "configure the bridge '%s'", c->name);
	/* First of all: a message that is refused keeps none of those behind it from being done. */
	put_addresses(&addresses, index, &c->at);
	if (addresses.len && nl_talk(fd, &addresses, NULL, NULL, NULL, what, e) < 0)
		return -1;
	begin_up(&b, index);
	spec = nl_nest(&b, IFLA_AF_SPEC);
	family = nl_nest(&b, AF_INET);
	conf = nl_nest(&b, IFLA_INET_CONF);
	nl_put_u32(&b, DEVCONF_ROUTE_LOCALNET, 1);
	nl_nest_end(&b, conf);
	nl_nest_end(&b, family);
	nl_nest_end(&b, spec);
	return nl_talk(fd, &b, NULL, NULL, NULL, what, e);
}

/* The nested description of the pair's other end. */
static void put_peer(struct nl_buf *b, const struct veth_conf *c)
{
	struct ifinfomsg ifi = {.ifi_index = c->peer_index};
	size_t info = nl_nest(b, IFLA_LINKINFO), data, peer;

	nl_put_str(b, IFLA_INFO_KIND, "veth");
	data = nl_nest(b, IFLA_INFO_DATA);
	peer = nl_nest(b, VETH_INFO_PEER);
	nl_raw(b, &ifi, sizeof(ifi));
	nl_put_str(b, IFLA_IFNAME, c->peer);
	if (c->netns_fd >= 0)
		nl_put_u32(b, IFLA_NET_NS_FD, (uint32_t)c->netns_fd);
	if (c->mac_given)
		nl_put(b, IFLA_ADDRESS, c->mac, sizeof(c->mac));
	if (c->mtu)
		nl_put_u32(b, IFLA_MTU, c->mtu);
	nl_nest_end(b, peer);
	nl_nest_end(b, data);
	nl_nest_end(b, info);
}

/* What the bridge does with the port. Hairpin: it may send a frame back out of the port it came from; with br_netfilter
 * a container's way to its own published port is translated inside the bridge. Isolated: no frame goes to another
 * isolated port. */
static void put_port(struct nl_buf *b, const struct veth_conf *c)
{
	struct ifinfomsg ifi = {0};
	uint8_t on = 1;
	size_t info, data;

	nl_begin(b, RTM_NEWLINK, NLM_F_ACK, &ifi, sizeof(ifi));
	nl_put_str(b, IFLA_IFNAME, c->name);
	info = nl_nest(b, IFLA_LINKINFO);
	nl_put_str(b, IFLA_INFO_SLAVE_KIND, "bridge");
	data = nl_nest(b, IFLA_INFO_SLAVE_DATA);
	nl_put(b, IFLA_BRPORT_MODE, &on, sizeof(on));
	if (c->apart)
		nl_put(b, IFLA_BRPORT_ISOLATED, &on, sizeof(on));
	nl_nest_end(b, data);
	nl_nest_end(b, info);
}

int rt_veth_make(int fd, const struct veth_conf *c, struct err *e)
{
	AUTO_NL b = {0};
	struct ifinfomsg ifi = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	char what[64];

	snprintf(what, sizeof(what), "make the veth pair '%s'", c->name);
	nl_begin(&b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &ifi, sizeof(ifi));
	nl_put_str(&b, IFLA_IFNAME, c->name);
	if (c->master)
		nl_put_u32(&b, IFLA_MASTER, (uint32_t)c->master);
	if (c->mtu)
		nl_put_u32(&b, IFLA_MTU, c->mtu);
	put_peer(&b, c);
	if (c->master)
		put_port(&b, c);
	return nl_talk(fd, &b, NULL, NULL, NULL, what, e);
}

int rt_veth_attach(int fd, const struct veth_conf *c, struct err *e)
{
	AUTO_NL b = {0};
	struct ifinfomsg ifi = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	char what[64];

	snprintf(what, sizeof(what), "attach the link '%s' to its bridge", c->name);
	nl_begin(&b, RTM_NEWLINK, NLM_F_ACK, &ifi, sizeof(ifi));
	nl_put_str(&b, IFLA_IFNAME, c->name);
	nl_put_u32(&b, IFLA_MASTER, (uint32_t)c->master);
	put_port(&b, c);
	return nl_talk(fd, &b, NULL, NULL, NULL, what, e);
}

int rt_inside(int fd, const struct inside_conf *c, struct err *e)
{
	AUTO_NL b = {0};
	uint32_t gateway = htonl(c->gateway);
	struct default_route four = {.family = AF_INET, .oif = c->index, .metric = c->metric};
	struct default_route six = {.family = AF_INET6, .oif = c->index, .metric = c->metric};

	memcpy(four.gateway, &gateway, sizeof(gateway));
	memcpy(six.gateway, c->gateway6.b, sizeof(six.gateway));
	begin_up(&b, 1);
	put_addresses(&b, c->index, &c->at);
	begin_up(&b, c->index);
	if (c->gateway)
		route_put(&b, &four);
	if (!ip6_is_zero(&c->gateway6))
		route_put(&b, &six);
	return nl_talk(fd, &b, NULL, NULL, NULL, "configure the container's interface, address and route", e);
}

int rt_free_name(int fd, char buf[IFNAME_SIZE], struct err *e)
{
	struct link l;

	for (unsigned int i = 0; i < ETH_MAX; i++) {
		snprintf(buf, IFNAME_SIZE, "eth%u", i);
		if (rt_link_find(fd, buf, &l, e) < 0)
			return -1;
		if (!l.index)
			return 0;
	}
	return err_set(e, ENOSPC, "find a free name of eth0 to eth%d", ETH_MAX - 1);
}

int rt_lo_up(int fd, struct err *e)
{
	AUTO_NL b = {0};

	begin_up(&b, 1);
	return nl_talk(fd, &b, NULL, NULL, NULL, "bring lo up", e);
}

int rt_link_del(int fd, const char *name, struct err *e)
{
	AUTO_NL b = {0};
	struct ifinfomsg ifi = {0};
	char what[64];

	snprintf(what, sizeof(what), "remove the link '%s'", name);
	nl_begin(&b, RTM_DELLINK, NLM_F_ACK, &ifi, sizeof(ifi));
	nl_put_str(&b, IFLA_IFNAME, name);
	return nl_talk(fd, &b, NULL, NULL, NULL, what, e) == 0 || e->code == ENODEV ? 0 : -1;
}

/* What rt_routes hands to its reader. */
struct route_walk {
	rt_route_fn *fn;
	void *arg;
};

/* The destination of a route; false when it is a default one or none of the two families. */
static bool read_destination(const struct nlmsghdr *h, const struct rtmsg *r, struct route *out)
{
	bool six = r->rtm_family == AF_INET6;
	const struct nlattr *dst = nl_find(h, sizeof(*r), RTA_DST, six ? IP6_LEN : 4);

	if ((!six && r->rtm_family != AF_INET) || !dst || r->rtm_dst_len < 2 || r->rtm_dst_len > (six ? 128 : 32))
		return false;
	if (six) {
		memcpy(out->dst6.base.b, nl_data(dst), IP6_LEN);
		out->dst6.len = r->rtm_dst_len;
		return true;
	}
	memcpy(&out->dst.base, nl_data(dst), 4);
	out->dst.base = ntohl(out->dst.base);
	out->dst.len = r->rtm_dst_len;
	return true;
}

static int on_route(const struct nlmsghdr *h, void *arg, struct err *e)
{
	const struct route_walk *w = arg;
	const struct nlattr *oif;
	struct rtmsg r;
	struct route out = {.oif = 0};

	if (h->nlmsg_type != RTM_NEWROUTE || h->nlmsg_len < NLMSG_LENGTH(sizeof(r)))
		return 0;
	memcpy(&r, NLMSG_DATA(h), sizeof(r));
	if (!read_destination(h, &r, &out))
		return 0;
	oif = nl_find(h, sizeof(r), RTA_OIF, 4);
	if (oif)
		memcpy(&out.oif, nl_data(oif), 4);
	return w->fn(&out, w->arg, e);
}

/* A dump of one family's. */
static int routes_of(int fd, unsigned char family, struct route_walk *w, struct err *e)
{
	AUTO_NL b = {0};
	struct rtmsg r = {.rtm_family = family};

	nl_begin(&b, RTM_GETROUTE, NLM_F_DUMP, &r, sizeof(r));
	return nl_dump(fd, &b, on_route, w, "read the routes", e);
}

int rt_routes(int fd, rt_route_fn *fn, void *arg, struct err *e)
{
	struct route_walk w = {fn, arg};

	/* A kernel without IPv6 answers the second with the first's routes, or not at all. */
	if (routes_of(fd, AF_INET, &w, e) < 0)
		return -1;
	return routes_of(fd, AF_INET6, &w, e) == 0 || e->code == EOPNOTSUPP || e->code == EAFNOSUPPORT ? 0 : -1;
}
