/*
 * rtnl.h - links, addresses and routes by rtnetlink(7): the few messages that a container's network is made of.
 */
#ifndef NETNS_VETH_RTNL_H
#define NETNS_VETH_RTNL_H

#include "common/err.h"
#include "spec.h"

#include <stdbool.h>
#include <stdint.h>

#define IFNAME_SIZE 16

struct link {
	int index;       /* 0: there is none of that name */
	char kind[16];   /* "bridge", "veth"; "" for a device without a kind */
	char alias[256]; /* what we wrote on our own: "netns-veth DIR" */
};

/* Looks up a link by name. A missing one is no error. */
int rt_link_find(int fd, const char *name, struct link *ret, struct err *e);

struct bridge_conf {
	const char *name, *alias;
	uint32_t ip;
	unsigned int len, mtu; /* mtu 0: the kernel's default */
};

/* Makes the bridge, up, with its address, a MAC of its own (else it changes with its ports) and route_localnet (for
 * 127.0.0.1 of the host to published ports), all in one batch. EEXIST. */
int rt_bridge_make(int fd, const struct bridge_conf *c, struct err *e);

struct veth_conf {
	const char *name; /* the host's end */
	const char *peer; /* the container's end: "eth0" */
	int master;       /* the bridge's index */
	int netns_fd;     /* where the peer goes */
	unsigned int mtu;
	uint8_t mac[MAC_LEN]; /* the peer's */
};

/* The index that the peer gets in its new, empty namespace (1 is lo): chosen, so that nobody must look it up. */
#define RT_PEER_INDEX 2

/* One message for the pair, the peer's name, MAC and namespace, the bridge, the host's end up; one for the bridge
 * port's hairpin mode. EEXIST when the name is taken. */
int rt_veth_make(int fd, const struct veth_conf *c, struct err *e);

/* Inside: lo up, the peer's address, the peer up, the default route, in one batch. gateway 0: no route. fd was opened
 * in that namespace. */
int rt_inside(int fd, uint32_t ip, unsigned int len, uint32_t gateway, struct err *e);

/* Brings lo up. */
int rt_lo_up(int fd, struct err *e);

/* Removes a link; a missing one is no error. Waits for the kernel (16 to 24 ms). */
int rt_link_del(int fd, const char *name, struct err *e);

struct route {
	struct subnet dst;
	int oif; /* 0: none */
};

/* Calls fn for each IPv4 route of every table but the default ones (a prefix of 0 or 1 bits); -1 from fn ends it. */
typedef int rt_route_fn(const struct route *r, void *arg, struct err *e);
int rt_routes(int fd, rt_route_fn *fn, void *arg, struct err *e);

#endif
