/*
 * route.h - a container's default routes, one for each of its networks, and which of them counts.
 *
 * The theory: each network that a container joins brings a default route of its own, with a metric. The kernel takes the one
 * with the lowest, and drops a route together with its interface: the next network takes over by itself, whoever was
 * killed when. The network that made the namespace has a route without a metric, as a container with one network should
 * look; only a network of a higher priority that comes later has it moved behind.
 */
#ifndef NETNS_VETH_ROUTE_H
#define NETNS_VETH_ROUTE_H

#include "addr6.h"
#include "common/err.h"
#include "netlink.h"

#include <stdint.h>

enum { GW_PRIORITY_MIN = -9999999, GW_PRIORITY_MAX = 9999999 };

/* The metric of a priority; of equal ones the interface with the lower number (of eth0, eth1 ...) counts. */
uint32_t route_metric(int priority, const char *interface);

struct default_route {
	unsigned char family; /* AF_INET, AF_INET6 */
	unsigned char gateway[IP6_LEN];
	int oif;
	uint32_t metric; /* 0: none */
};

/* Appends RTM_NEWROUTE. */
void route_put(struct nl_buf *b, const struct default_route *r);

/* Moves the default routes without a metric behind those of any positive priority. fd was opened in the namespace. */
int route_make_room(int fd, struct err *e);

#endif
