/*
 * forward.h - sysctls of the host: forwarding switched on, and noted; a bridge that believes no container.
 */
#ifndef NETNS_VETH_FORWARD_H
#define NETNS_VETH_FORWARD_H

#include "common/err.h"

#include <stdbool.h>

/* Switches forwarding of IPv4, and with six of IPv6, on. Where it was off the network's directory gets a fact
 * ip-forward or ip6-forward that says so. */
int forward_on(int dir, bool six, struct err *e);

/* Whether both are as forward_on leaves them. */
bool forward_is_on(bool six);

/* Makes the host deaf for router advertisements from that bridge, and without six for IPv6 altogether. A kernel without
 * IPv6 has nothing to guard. */
int forward_guard(const char *bridge, bool six, struct err *e);

#endif
