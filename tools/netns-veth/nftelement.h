/*
 * nftelement.h - the elements of our table's sets and maps: a port, a bridge.
 */
#ifndef NETNS_VETH_NFTELEMENT_H
#define NETNS_VETH_NFTELEMENT_H

#include "nft.h"

#include <net/if.h>
#include <stddef.h>

enum { NFT_KEY_MAX = 2 * IFNAMSIZ, NFT_VALUE_MAX = IP6_LEN + 4, NFT_BRIDGE_ELEMENTS = 6 };

/* One element: its set, its key (in a set of intervals the last key, too) and, in a map, its value. */
struct nft_element {
	const char *set;
	unsigned char key[NFT_KEY_MAX], last[NFT_KEY_MAX], value[NFT_VALUE_MAX];
	size_t n_key, n_last, n_value;
};

/* Begins a message of nf_tables about our own table. */
void nft_own(struct nl_buf *b, unsigned int type, uint16_t flags);

/* Appends a message (NFT_MSG_NEWSETELEM, DELSETELEM, GETSETELEM) about the element. */
void nft_put_element(struct nl_buf *b, unsigned int type, const char *table, const struct nft_element *x);

/* The element of a port, whose value are the container's address (of the port's family) and port. */
struct nft_element nft_port_element(const struct port *p, uint32_t ip, const struct ip6 *ip6);

/* An element whose key is the bridge's name. */
struct nft_element nft_bridge_element(const struct nft_net *net, const char *set);

/* The bridge's elements; their number. */
size_t nft_bridge_elements(const struct nft_net *net, struct nft_element v[NFT_BRIDGE_ELEMENTS]);

#endif
