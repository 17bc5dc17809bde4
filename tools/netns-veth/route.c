/* route.c - see route.h */
#include "route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* A kernel without a metric for IPv6 takes 1024 (IP6_RT_PRIO_USER). */
enum { METRIC_MIDDLE = 1000000000, METRIC_STEP = 100, METRIC6_NONE = 1024, ROUTES_MAX = 8 };

uint32_t route_metric(int priority, const char *interface)
{
	unsigned long n = strlen(interface) > 3 ? strtoul(interface + 3, NULL, 10) : 0;

	return (uint32_t)(METRIC_MIDDLE - METRIC_STEP * priority) + (uint32_t)(n < METRIC_STEP ? n : METRIC_STEP - 1);
}

static void put(struct nl_buf *b, uint16_t type, uint16_t flags, const struct default_route *r)
{
	struct rtmsg m = {.rtm_family = r->family,
	                  .rtm_table = RT_TABLE_MAIN,
	                  .rtm_protocol = RTPROT_STATIC,
	                  .rtm_scope = RT_SCOPE_UNIVERSE,
	                  .rtm_type = RTN_UNICAST};

	nl_begin(b, type, flags | NLM_F_ACK, &m, sizeof(m));
	nl_put(b, RTA_GATEWAY, r->gateway, r->family == AF_INET ? sizeof(uint32_t) : IP6_LEN);
	nl_put_u32(b, RTA_OIF, (uint32_t)r->oif);
	if (r->metric)
		nl_put_u32(b, RTA_PRIORITY, r->metric);
}

void route_put(struct nl_buf *b, const struct default_route *r)
{
	put(b, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, r);
}

/* What route_make_room collects. */
struct found {
	struct default_route v[ROUTES_MAX];
	size_t n;
};

static uint32_t number(const struct nlattr *a)
{
	uint32_t v = 0;

	if (a)
		memcpy(&v, nl_data(a), sizeof(v));
	return v;
}

/* Keeps a default route of the main table that was made without a metric. */
static int on_route(const struct nlmsghdr *h, void *arg, struct err *e)
{
	struct found *f = arg;
	struct default_route *r = &f->v[f->n];
	const struct nlattr *gateway;
	struct rtmsg m;

	(void)e;
	if (h->nlmsg_type != RTM_NEWROUTE || h->nlmsg_len < NLMSG_LENGTH(sizeof(m)) || f->n == ROUTES_MAX)
		return 0;
	memcpy(&m, NLMSG_DATA(h), sizeof(m));
	*r = (struct default_route){.family = m.rtm_family,
	                            .oif = (int)number(nl_find(h, sizeof(m), RTA_OIF, 4)),
	                            .metric = number(nl_find(h, sizeof(m), RTA_PRIORITY, 4))};
	gateway = nl_find(h, sizeof(m), RTA_GATEWAY, m.rtm_family == AF_INET ? sizeof(uint32_t) : IP6_LEN);
	if (!gateway || m.rtm_dst_len || m.rtm_table != RT_TABLE_MAIN || m.rtm_type != RTN_UNICAST ||
	    r->metric != (m.rtm_family == AF_INET ? 0 : METRIC6_NONE))
		return 0;
	memcpy(r->gateway, nl_data(gateway), m.rtm_family == AF_INET ? sizeof(uint32_t) : IP6_LEN);
	f->n++;
	return 0;
}

int route_make_room(int fd, struct err *e)
{
	static const unsigned char families[] = {AF_INET, AF_INET6};
	struct found f = {.n = 0};
	AUTO_NL b = {0};

	for (size_t i = 0; i < sizeof(families); i++) {
		AUTO_NL dump = {0};
		struct rtmsg m = {.rtm_family = families[i]};

		nl_begin(&dump, RTM_GETROUTE, NLM_F_DUMP, &m, sizeof(m));
		if (nl_dump(fd, &dump, on_route, &f, "read the routes", e) < 0 && e->code != EOPNOTSUPP)
			return -1;
	}
	/* The new one before the old one goes, so that there is always a way out. */
	for (size_t i = 0; i < f.n; i++) {
		struct default_route moved = f.v[i];

		moved.metric = route_metric(0, "eth0");
		route_put(&b, &moved);
		put(&b, RTM_DELROUTE, 0, &f.v[i]);
	}
	return f.n ? nl_talk(fd, &b, NULL, NULL, NULL, "move a default route behind", e) : 0;
}
