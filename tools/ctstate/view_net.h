/*
 * view_net.h - the parts of inspect about a container's networks.
 */
#ifndef CTSTATE_VIEW_NET_H
#define CTSTATE_VIEW_NET_H

#include "ct.h"

/* Sets addresses and gateways out of the records of netns-veth; empty ones where there are none. */
void view_set_addresses(struct arena *a, const struct fact *records, struct jval *o);

/* The map Networks; the facts NEED_NETWORK and NEED_NET have been read. */
struct jval *view_networks(struct arena *a, const struct state_dirs *d, const struct ct *c);

#endif
