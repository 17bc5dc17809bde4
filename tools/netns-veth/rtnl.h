/*
 * rtnl.h - links, addresses and routes by rtnetlink(7): the few messages that a container's network is made of.
 */
#ifndef NETNS_VETH_RTNL_H
#define NETNS_VETH_RTNL_H

#include "addr6.h"
#include "common/err.h"
#include "spec.h"

#include <stdbool.h>
#include <stdint.h>

#define IFNAME_SIZE 16

struct link {
	int index;  /* 0: there is none of that name */
	int master; /* the index of the bridge whose port it is; 0: none */
	bool up;
	bool running;    /* it has a carrier, and the kernel has noticed (IF_OPER_UP) */
	char kind[16];   /* "bridge", "veth"; "" for a device without a kind */
	char alias[256]; /* what we wrote on our own: "netns-veth DIR" */
};

/* An interface's addresses: IPv4, IPv6 or both. */
struct addresses {
	uint32_t ip; /* len 0: none */
	unsigned int len;
	struct ip6 ip6; /* len6 0: none */
	unsigned int len6;
};

/* Looks up a link by name. A missing one is no error. */
int rt_link_find(int fd, const char *name, struct link *ret, struct err *e);

struct bridge_conf {
	const char *name, *alias; /* alias NULL: none */
	struct addresses at;
	unsigned int mtu; /* 0: the kernel's default */
};

/* Makes the bridge, down, with a MAC of its own (else it changes with its ports). EEXIST. */
int rt_bridge_make(int fd, const struct bridge_conf *c, struct err *e);

/* Gives the bridge its addresses and route_localnet (for 127.0.0.1 of the host to published ports), and brings it up
 * when it has them. What is there already is no error. */
int rt_bridge_up(int fd, int index, const struct bridge_conf *c, struct err *e);

struct veth_conf {
	const char *name; /* the host's end */
	const char *peer; /* the container's end: "eth0" */
	int peer_index;   /* the index that it gets; 0: any */
	int master;       /* the bridge's index; 0: none */
	int netns_fd;     /* where the peer goes; -1: it stays */
	unsigned int mtu;
	bool apart; /* reaches the bridge alone, not its other such ports */
	bool mac_given;
	uint8_t mac[MAC_LEN]; /* the peer's */
};

/* The index that the peer gets in a new, empty namespace (1 is lo): chosen, so that nobody must look it up. */
#define RT_PEER_INDEX 2

/* One message for the pair, the peer's name, MAC and namespace, the bridge, the host's end up; one for what the bridge
 * does with the port. EEXIST when the name is taken. */
int rt_veth_make(int fd, const struct veth_conf *c, struct err *e);

/* Makes the host's end of a pair a port of the bridge again: name, master and apart of the conf count. */
int rt_veth_attach(int fd, const struct veth_conf *c, struct err *e);

struct inside_conf {
	int index; /* of the peer */
	struct addresses at;
	uint32_t gateway; /* 0: no route */
	struct ip6 gateway6;
	uint32_t metric; /* of the routes (route.h); 0: none */
};

/* Inside: lo up, the peer's addresses, the peer up, the default routes, in one batch. fd was opened in that
 * namespace. */
int rt_inside(int fd, const struct inside_conf *c, struct err *e);

/* The first of eth0, eth1, … that is not there, into buf. ENOSPC. */
int rt_free_name(int fd, char buf[IFNAME_SIZE], struct err *e);

/* Brings lo up. */
int rt_lo_up(int fd, struct err *e);

/* Removes a link; a missing one is no error. Waits for the kernel (16 to 24 ms). */
int rt_link_del(int fd, const char *name, struct err *e);

struct route {
	struct subnet dst;
	struct subnet6 dst6; /* len 0: it is of IPv4 */
	int oif;             /* 0: none */
};

/* Calls fn for each route, IPv4 and IPv6, of every table but the default ones (a prefix of 0 or 1 bits); -1 from fn ends it. */
typedef int rt_route_fn(const struct route *r, void *arg, struct err *e);
int rt_routes(int fd, rt_route_fn *fn, void *arg, struct err *e);

#endif
