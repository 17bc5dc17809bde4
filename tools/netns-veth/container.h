/*
 * container.h - the steps of up and down: from a network to a container's namespace with an address in it, and back.
 */
#ifndef NETNS_VETH_CONTAINER_H
#define NETNS_VETH_CONTAINER_H

#include "common/err.h"
#include "lease.h"
#include "network.h"

#include <stdbool.h>

/* What up is told. */
struct container_conf {
	const char *name;
	const char *netns_dir;
	uint32_t ip;    /* 0: any free one */
	struct ip6 ip6; /* zero: the one that belongs to ip */
	bool mac_given;
	uint8_t mac[MAC_LEN];
	unsigned int mtu; /* 0: the network's */
	bool join;        /* the namespace is there already */
	int priority;     /* of its default route among those of other networks (route.h) */
	const char *hostname, *hosts;
	struct aliases aliases;
	struct ports ports;
};

/* Frees aliases and ports. */
void container_conf_free(struct container_conf *c);

/* The interface inside a namespace of its own. */
#define CONTAINER_LINK "eth0"

/* Makes the namespace (unless it joins one) and all that belongs to it, or nothing. Leaves the process in that
 * namespace; *ret says what was given. */
int container_up(const struct network *n, struct container_conf *c, struct lease *ret, struct err *e);

/* Takes back everything of a name: namespace file (of one that joined, or with keep: its link), firewall elements, claims, lease. No error when there is none.
 * Does not wait for the kernel to tear the namespace and its link down. */
int container_down(const struct network *n, const char *netns_dir, const char *name, bool keep, struct err *e);

/* Undoes every lease that is half-made or stale; *ret_n counts them. */
int container_gc(const struct network *n, const char *netns_dir, unsigned int *ret_n, struct err *e);

/* "up"; "half-made"; "stale" (another boot, or its namespace file is gone or another's); "damaged" (its text cannot be
 * read, and there is a namespace of its name). The network is locked. */
const char *container_state(const char *netns_dir, const struct lease *l);

#endif
