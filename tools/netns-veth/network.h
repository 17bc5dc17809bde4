/*
 * network.h - a network as a directory of facts, one a file, and its leases.
 *
 *     DIR/subnet gateway bridge table       written once, subnet last: a directory with it is a network
 *     DIR/mtu range subnet6 gateway6        where there is such a thing
 *     DIR/internal isolate icc resolver     "yes", "no", "no", "yes": absent for what is usual
 *     DIR/id created labels                 for who lists networks; labels is NUL-ended entries
 *     DIR/last                              the address given out last, so that the next one is another (a hint, not
 * a fact)
 *     DIR/leases/ADDRESS                    a container's address (lease.h)
 *     DIR/names/NAME                        a hard link to the lease: found without a search
 *     DIR/../.ports/PROTO-PORT[/ADDRESS]    likewise, a published port, claimed among all networks beside this one
 * (claim.h)
 *
 * The lock is flock(2) on the directory itself: nothing to create, nothing to clean up, gone with its holder.
 * create.h makes networks.
 */
#ifndef NETNS_VETH_NETWORK_H
#define NETNS_VETH_NETWORK_H

#include "addr6.h"
#include "common/err.h"
#include "nft.h"
#include "rtnl.h"
#include "spec.h"

#include <limits.h>
#include <stdbool.h>

#define TABLE_DEFAULT "mydocker"

enum {
	NETWORK_PREFIX_MIN = 8,
	NETWORK_PREFIX_MAX = 30,
	NETWORK_MTU_MIN = 68,
	NETWORK_MTU_MAX = 65535,
	NETWORK_MTU6_MIN = 1280,
	FACT_MAX = 64
};

struct network {
	int dir;             /* open, and locked */
	char path[PATH_MAX]; /* absolute, without symbolic links */
	struct subnet subnet;
	struct subnet range; /* where addresses are given out: the subnet or a part of it */
	uint32_t gateway;
	struct subnet6 subnet6; /* len 0: no IPv6 */
	struct ip6 gateway6;
	char bridge[IFNAME_SIZE];
	char table[NFT_TABLE_MAX + 1];
	unsigned int mtu; /* 0: the kernel's default */
	bool internal;    /* no way out, none in */
	bool open;        /* other open networks are let in */
	bool apart;       /* its containers do not reach each other */
	bool resolver;    /* it has a name server (resolver.h) */
};

/* Opens a network and waits for its lock. */
int network_open(const char *dir, struct network *ret, struct err *e);

/* Gives lock and descriptor back. */
void network_close(struct network *n);
#define AUTO_NETWORK __attribute__((cleanup(network_close))) struct network

/* Opens a directory and takes its lock. The descriptor, or -1. */
int network_lock(const char *dir, struct err *e);

/* Writes a one-line fact. */
int network_fact(int dir, const char *name, const char *value, struct err *e);

/* A number that no other network has: a hash of the path. */
unsigned long long network_hash(const char *path);

/* Whether it has no leases. */
int network_is_empty(const struct network *n, bool *ret, struct err *e);

/* The last part of the path. */
const char *network_name(const struct network *n);

/* The text that marks the network's bridge as ours: "netns-veth DIR", at most 255 bytes. */
void network_alias(const struct network *n, char buf[256]);

/* The directory of the published ports, beside the network. */
#define PORTS_DIR_SIZE (PATH_MAX + 8)
void network_ports_dir(const struct network *n, char buf[PORTS_DIR_SIZE]);

/* Refuses an MTU with which the kernel has no IPv6 where the network has it. 0: the kernel's default. */
int network_check_mtu(const struct network *n, unsigned int mtu, struct err *e);

/* What the firewall has to know of the network. */
struct nft_net network_nft(const struct network *n);

/* The IPv6 address that belongs to an IPv4 one; zero where the network has no IPv6. */
struct ip6 network_ip6(const struct network *n, uint32_t ip);

/* The index of the bridge, which is made (and forwarding switched on) when it is missing; with again, what a new one gets
 * it gets once more. A link of that name that is no bridge is refused. */
int network_bridge(const struct network *n, int rtnl, int nft, bool again, int *ret_index, struct err *e);

/* Removes every fact, written or half-written, the subnet first. */
int network_clear(const struct network *n, struct err *e);

/* Removes what a killed network-create or network-remove left in a directory without a subnet; *ret says whether there
 * was that. Nothing where there is anything else in it. Takes the lock. */
int network_sweep(const char *dir, bool *ret, struct err *e);

/* Removes bridge, firewall elements and the directory; refused while there are leases. */
int network_remove(struct network *n, struct err *e);

#endif
