/*
 * create.h - making a network: a subnet that nobody has, and the facts.
 */
#ifndef NETNS_VETH_CREATE_H
#define NETNS_VETH_CREATE_H

#include "network.h"

enum { LABELS_MAX = 64 };

/* What network-create is told; NULL or false where nothing was said. */
struct network_conf {
	const char *subnet, *gateway, *range;
	const char *subnet6, *gateway6;
	const char *bridge, *table;
	bool six; /* IPv6, of a random subnet when there is no subnet6 */
	bool internal, open, apart, resolver;
	unsigned int mtu;
	const char *label[LABELS_MAX];
	size_t labels;
};

/* Whether what is said can be right at all, without a look at the machine. */
int network_check_conf(const struct network_conf *c, struct err *e);

/* Makes the directory and its facts. Without a subnet a free one is picked; one that overlaps a route or a sibling is
 * refused. No kernel object. */
int network_create(const char *dir, const struct network_conf *c, struct err *e);

#endif
