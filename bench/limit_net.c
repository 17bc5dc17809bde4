/*
 * limit_net.c - a container's network in the fewest messages that the kernel takes, for limit.c.
 *
 * The numbers are fixed (one container at a time): 198.18.250.2/24 behind the bridge limit0, host port 18080.
 */
#include "limit.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PREFIX = 24, PORT = 18080, INSIDE_PORT = 80, PEER_INDEX = 2, LO = 1 };
static const uint32_t address = 0xC612FA02, gateway = 0xC612FA01;

static int route_fd, filter_fd;
static unsigned int bridge;

/* Sends what was built and expects that the kernel takes it. */
static void talk(int fd, struct nl_buf *b, const char *what)
{
	struct err e;

	if (nl_talk(fd, b, NULL, NULL, NULL, what, &e) < 0) {
		errno = e.code;
		limit_die(what);
	}
	nl_free(b);
}

static int open_socket(int protocol)
{
	struct err e;
	int fd = nl_open(protocol, &e);

	if (fd < 0)
		limit_die("netlink");
	return fd;
}

void limit_net_open(void)
{
	route_fd = open_socket(NETLINK_ROUTE);
	filter_fd = open_socket(NETLINK_NETFILTER);
	bridge = if_nametoindex("limit0");
	if (!bridge)
		limit_die("the bridge limit0");
}

/* The pair: ours in the bridge and up, the other end with its name and number in the namespace of the process. Each
 * has a name of its own, because the kernel takes the last one down behind our back. */
static void make_pair(pid_t pid)
{
	static unsigned int made;
	char name[IFNAMSIZ];
	const struct ifinfomsg host = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	const struct ifinfomsg peer = {.ifi_index = PEER_INDEX};
	struct nl_buf b = {0};
	size_t info, data, inner;

	snprintf(name, sizeof(name), "lim%u.%u", (unsigned int)getpid() % 10000000, ++made % 1000);
	nl_begin(&b, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &host, sizeof(host));
	nl_put_str(&b, IFLA_IFNAME, name);
	nl_put_u32(&b, IFLA_MASTER, bridge);
	info = nl_nest(&b, IFLA_LINKINFO);
	nl_put_str(&b, IFLA_INFO_KIND, "veth");
	data = nl_nest(&b, IFLA_INFO_DATA);
	inner = nl_nest(&b, VETH_INFO_PEER);
	nl_raw(&b, &peer, sizeof(peer));
	nl_put_str(&b, IFLA_IFNAME, "eth0");
	nl_put_u32(&b, IFLA_NET_NS_PID, (uint32_t)pid);
	nl_nest_end(&b, inner);
	nl_nest_end(&b, data);
	nl_nest_end(&b, info);
	talk(route_fd, &b, "make the veth pair");
}

/* Begins or ends a transaction of nf_tables. */
static void batch_edge(struct nl_buf *b, uint16_t type)
{
	const struct nfgenmsg h = {
	    .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)};

	nl_begin(b, type, 0, &h, sizeof(h));
}

/* Nests one value: a key or the data of an element. */
static void put_value(struct nl_buf *b, uint16_t type, const void *value, size_t n)
{
	size_t at = nl_nest(b, type);

	nl_put(b, NFTA_DATA_VALUE, value, n);
	nl_nest_end(b, at);
}

/* Adds or removes the published port: port -> address . port */
static void change_port(uint16_t type, uint16_t flags)
{
	const struct nfgenmsg h = {.nfgen_family = AF_INET, .version = NFNETLINK_V0};
	const uint16_t port = htons(PORT);
	const uint32_t to[2] = {htonl(address), htonl((uint32_t)INSIDE_PORT << 16)};
	struct nl_buf b = {0};
	size_t list, one;

	batch_edge(&b, NFNL_MSG_BATCH_BEGIN);
	nl_begin(&b, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), (uint16_t)(NLM_F_ACK | flags), &h, sizeof(h));
	nl_put_str(&b, NFTA_SET_ELEM_LIST_TABLE, "mdlimit");
	nl_put_str(&b, NFTA_SET_ELEM_LIST_SET, "ports");
	list = nl_nest(&b, NFTA_SET_ELEM_LIST_ELEMENTS);
	one = nl_nest(&b, NFTA_LIST_ELEM);
	put_value(&b, NFTA_SET_ELEM_KEY, &port, sizeof(port));
	if (type == NFT_MSG_NEWSETELEM)
		put_value(&b, NFTA_SET_ELEM_DATA, to, sizeof(to));
	nl_nest_end(&b, one);
	nl_nest_end(&b, list);
	batch_edge(&b, NFNL_MSG_BATCH_END);
	talk(filter_fd, &b, "publish the port");
}

void limit_net_up(pid_t pid)
{
	make_pair(pid);
	change_port(NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_EXCL);
}

void limit_net_down(void)
{
	change_port(NFT_MSG_DELSETELEM, 0);
}

/* Brings an interface up. */
static void put_up(struct nl_buf *b, int index)
{
	const struct ifinfomsg h = {.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

	nl_begin(b, RTM_NEWLINK, NLM_F_ACK, &h, sizeof(h));
}

void limit_net_inside(void)
{
	const struct ifaddrmsg a = {.ifa_family = AF_INET, .ifa_prefixlen = PREFIX, .ifa_index = PEER_INDEX};
	const struct rtmsg r = {
	    .rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST};
	struct nl_buf b = {0};
	int fd = open_socket(NETLINK_ROUTE);

	put_up(&b, LO);
	nl_begin(&b, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE, &a, sizeof(a));
	nl_put_u32(&b, IFA_LOCAL, htonl(address));
	put_up(&b, PEER_INDEX);
	nl_begin(&b, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE, &r, sizeof(r));
	nl_put_u32(&b, RTA_GATEWAY, htonl(gateway));
	talk(fd, &b, "address and route");
	close(fd);
}
