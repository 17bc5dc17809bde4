/*
 * nft.h - the firewall: static rules (rules.nft) loaded once by nft(8), and a container as elements of their sets and
 * maps by netlink.
 *
 * Nothing that a person typed is ever pasted into nft's text but, once they are proved to be made of letters, digits
 * and "_.-", the table's name and (nft_renew) the bridges'. Everything else travels as bytes of netlink messages. Each
 * change is one transaction: all of it or nothing.
 *
 * nft.c: questions and changes by netlink; nftelement.c: what they are about; nftload.c: the text and nft(8).
 */
#ifndef NETNS_VETH_NFT_H
#define NETNS_VETH_NFT_H

#include "addr6.h"
#include "common/err.h"
#include "netlink.h"
#include "port.h"
#include "spec.h"

#include <stdbool.h>
#include <stdint.h>

#define NFT_TABLE_MAX 32

/* Whether a table may have this name: a letter, then letters, digits, '_' and '-', 32 at most. */
bool nft_table_name(const char *s);

/* What the firewall knows of a network. */
struct nft_net {
	const char *table;
	const char *bridge;
	struct subnet subnet;
	struct subnet6 subnet6; /* len 0: no IPv6 */
	bool internal;          /* no way out, none in */
	bool open;              /* other open networks are let in */
	bool apart;             /* neighbours are kept apart */
};

/* What a container needs of the firewall. */
struct nft_want {
	struct nft_net net;
	const struct ports *ports; /* host ports all chosen */
	uint32_t ip;               /* the container's addresses */
	struct ip6 ip6;
};

/* Adds the bridge (harmless when it is there) and the ports in one transaction; loads the rules first when the table
 * is missing; a stale element with the key of one of ours is replaced in the same transaction. The caller is in the
 * host's network namespace. */
int nft_add(int fd, const struct nft_want *w, struct err *e);

/* Removes the ports' elements; what is missing is no error. */
int nft_remove_ports(int fd, const char *table, const struct ports *ports, struct err *e);

/* Closes the socket without waiting for what was removed by it: the kernel's close does (nft_rcv_nl_event; 4 to 16
 * ms, an RCU grace period), so a child that has nothing else holds it until the kernel's own worker has done it. -1
 * in *fd is fine. */
void nft_close_later(int *fd);

/* Removes the bridge's elements and, when no bridge is left in it, the table. Missing ones are no error. */
int nft_remove_bridge(int fd, const struct nft_net *net, struct err *e);

/* Whether the map has an element for the port. */
int nft_has_port(int fd, const char *table, const struct port *p, bool *ret, struct err *e);

/* Whether the bridge is in the set of bridges (false too when the table is missing). */
int nft_has_bridge(int fd, const char *table, const char *bridge, bool *ret, struct err *e);

/* Whether the table has as many rules as it is made with. */
int nft_has_rules(int fd, const char *table, bool *ret, struct err *e);

/* Makes the table anew, with the elements of all those networks and containers, in one transaction: no packet meets
 * a half of it. Without any the table is removed. */
int nft_renew(const char *table, const struct nft_want *v, size_t n, struct err *e);

/* Building blocks of a transaction: its begin, a message in it about a table of that family, its end and the kernel's
 * answer. */
void nft_batch(struct nl_buf *b);
void nft_message(struct nl_buf *b, unsigned int type, uint16_t flags, uint8_t family);
int nft_commit(int fd, struct nl_buf *b, const char *what, struct err *e);

/* How many rules there are in the table. */
size_t nft_rule_count(void);

/* The rules with the table's name in place, in new memory; NULL when there is none. */
char *nft_rules(const char *table);

/* Loads the rules. A table that came into being in the meantime (another tool of ours was faster) is no error: the
 * caller tries again either way. */
int nft_load(const char *table, struct err *e);

#endif
