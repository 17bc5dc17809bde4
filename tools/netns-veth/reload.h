/*
 * reload.h - putting back what somebody has flushed or removed: the firewall, bridges and their ports, forwarding.
 */
#ifndef NETNS_VETH_RELOAD_H
#define NETNS_VETH_RELOAD_H

#include "common/err.h"
#include "network.h"

/* Makes the network's table anew, with all the elements of every network beside it that uses the same table, and their
 * bridges as they were made. One of them that cannot be read is an error, but only after the others are there. Gives up
 * the network's lock. */
int reload(struct network *n, const char *netns_dir, struct err *e);

#endif
