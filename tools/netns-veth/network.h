/*
 * network.h - a network as a directory of facts, one a file: subnet, gateway, bridge, table, mtu; and its leases.
 *
 *     DIR/subnet gateway bridge table mtu   written once, subnet last: a directory with it is a network
 *     DIR/last                              the address given out last, so that the next one is another (a hint, not
 * a fact)
 *     DIR/leases/ADDRESS                    a container's address (lease.h)
 *     DIR/names/NAME                        a hard link to the lease: found without a search
 *     DIR/../.ports/PROTO-PORT[/ADDRESS]    likewise, a published port, claimed among all networks beside this one
 * (claim.h)
 *
 * The lock is flock(2) on the directory itself: nothing to create, nothing to clean up, gone with its holder.
 */
#ifndef NETNS_VETH_NETWORK_H
#define NETNS_VETH_NETWORK_H

#include "common/err.h"
#include "nft.h"
#include "rtnl.h"
#include "spec.h"

#include <limits.h>
#include <stdbool.h>

#define TABLE_DEFAULT "mydocker"

struct network {
	int dir;             /* open, and locked */
	char path[PATH_MAX]; /* absolute, without symbolic links */
	struct subnet subnet;
	uint32_t gateway;
	char bridge[IFNAME_SIZE];
	char table[NFT_TABLE_MAX + 1];
	unsigned int mtu; /* 0: the kernel's default */
};

/* What network-create is told; NULL where nothing was said. */
struct network_conf {
	const char *subnet, *gateway, *bridge, *table;
	unsigned int mtu;
};

/* Whether bridge and table may have these names. */
int network_check_names(const struct network_conf *c, struct err *e);

/* Makes the directory and its facts. Without a subnet a free one is picked; one that overlaps a route or a sibling is
 * refused. No kernel object. */
int network_create(const char *dir, const struct network_conf *c, struct err *e);

/* Opens a network and waits for its lock. */
int network_open(const char *dir, struct network *ret, struct err *e);

/* Gives lock and descriptor back. */
void network_close(struct network *n);
#define AUTO_NETWORK __attribute__((cleanup(network_close))) struct network

/* The text that marks the network's bridge as ours: "netns-veth DIR", at most 255 bytes. */
void network_alias(const struct network *n, char buf[256]);

/* The directory of the published ports, beside the network. */
#define PORTS_DIR_SIZE (PATH_MAX + 8)
void network_ports_dir(const struct network *n, char buf[PORTS_DIR_SIZE]);

/* The index of the bridge, which is made (and forwarding switched on) when it is missing. A link of that name that is
 * no bridge is refused. */
int network_bridge(const struct network *n, int rtnl, int *ret_index, struct err *e);

/* Removes bridge, firewall elements and the directory; refused while there are leases. */
int network_remove(struct network *n, struct err *e);

#endif
