/* conntrack.c - see conntrack.h */
#include "conntrack.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Which parts of a tuple a dump is filtered by: the bits of CTA_FILTER_ORIG_FLAGS (enum ctattr_filter, and
 * CTA_FILTER_F_... of net/netfilter/nf_internals.h). */
enum {
	FILTER_IP_SRC = 1 << 0,
	FILTER_IP_DST = 1 << 1,
	FILTER_PROTO = 1 << 3,
	FILTER_PORT_SRC = 1 << 4,
	FILTER_PORT_DST = 1 << 5
};

/* One end of a flow: the source of its answers, or the destination of its first packet. */
struct end {
	bool reply;
	uint8_t family;
	uint32_t ip;    /* 0: any */
	struct ip6 ip6; /* likewise */
	uint16_t port;
};

/* Begins a message of ctnetlink. */
static void begin(struct nl_buf *b, unsigned int type, uint16_t flags, uint8_t family)
{
	struct nfgenmsg g = {.nfgen_family = family, .version = NFNETLINK_V0};

	nl_begin(b, (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type), flags, &g, sizeof(g));
}

/* Whether the end is on every address. */
static bool any_ip(const struct end *x)
{
	return x->family == AF_INET6 ? ip6_is_zero(&x->ip6) : x->ip == 0;
}

/* The tuple that describes the end. */
static void put_tuple(struct nl_buf *b, const struct end *x)
{
	uint8_t proto = IPPROTO_UDP;
	uint16_t port = htons(x->port);
	uint32_t ip = htonl(x->ip);
	size_t tuple = nl_nest(b, x->reply ? CTA_TUPLE_REPLY : CTA_TUPLE_ORIG), part;

	if (!any_ip(x)) {
		part = nl_nest(b, CTA_TUPLE_IP);
		if (x->family == AF_INET6)
			nl_put(b, x->reply ? CTA_IP_V6_SRC : CTA_IP_V6_DST, x->ip6.b, IP6_LEN);
		else
			nl_put(b, x->reply ? CTA_IP_V4_SRC : CTA_IP_V4_DST, &ip, sizeof(ip));
		nl_nest_end(b, part);
	}
	part = nl_nest(b, CTA_TUPLE_PROTO);
	nl_put(b, CTA_PROTO_NUM, &proto, sizeof(proto));
	nl_put(b, x->reply ? CTA_PROTO_SRC_PORT : CTA_PROTO_DST_PORT, &port, sizeof(port));
	nl_nest_end(b, part);
	nl_nest_end(b, tuple);
}

/* The filter: which parts of the tuple count. */
static void put_filter(struct nl_buf *b, const struct end *x)
{
	uint32_t ip = x->reply ? FILTER_IP_SRC : FILTER_IP_DST;
	uint32_t flags = FILTER_PROTO | (x->reply ? FILTER_PORT_SRC : FILTER_PORT_DST) | (any_ip(x) ? 0 : ip);
	size_t filter = nl_nest(b, CTA_FILTER);

	nl_put_u32(b, CTA_FILTER_ORIG_FLAGS, x->reply ? 0 : flags);
	nl_put_u32(b, CTA_FILTER_REPLY_FLAGS, x->reply ? flags : 0);
	nl_nest_end(b, filter);
}

/* Turns each flow of the dump into a message that deletes it. */
static int on_flow(const struct nlmsghdr *h, void *arg, struct err *e)
{
	static const uint16_t same[] = {CTA_TUPLE_ORIG, CTA_ZONE, CTA_ID};
	struct nl_buf *b = arg;

	(void)e;
	if (h->nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return 0;
	begin(b, IPCTNL_MSG_CT_DELETE, 0, ((const struct nfgenmsg *)NLMSG_DATA(h))->nfgen_family);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const struct nlattr *a = nl_find(h, sizeof(struct nfgenmsg), same[i], 0);

		if (a)
			nl_put(b, a->nla_type, nl_data(a), nl_size(a));
	}
	return 0;
}

/* Removes the flows with that end. */
static void forget(int fd, const struct end *x)
{
	AUTO_NL ask = {0};
	AUTO_NL del = {0};
	struct err ignored;

	begin(&ask, IPCTNL_MSG_CT_GET, NLM_F_DUMP, x->family);
	put_tuple(&ask, x);
	put_filter(&ask, x);
	if (nl_dump(fd, &ask, on_flow, &del, "list the flows of a port", &ignored) == 0 && del.count)
		nl_talk(fd, &del, NULL, NULL, NULL, "forget the flows of a port", &ignored);
}

void conntrack_forget_led(int fd, const struct ports *p, uint32_t ip, const struct ip6 *ip6)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].proto == IPPROTO_UDP)
			forget(fd, &(struct end){true, p->v[i].family, ip, *ip6, p->v[i].port});
}

void conntrack_forget_old(int fd, const struct ports *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].proto == IPPROTO_UDP)
			forget(fd, &(struct end){false, p->v[i].family, p->v[i].host_ip, p->v[i].host_ip6,
			                         p->v[i].host_port});
}
