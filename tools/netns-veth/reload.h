/*
 * reload.h - putting the firewall back after somebody has flushed it.
 */
#ifndef NETNS_VETH_RELOAD_H
#define NETNS_VETH_RELOAD_H

#include "common/err.h"
#include "network.h"

/* Makes the network's table anew, with all the elements of every network beside it that uses the same table. Gives up
 * the network's lock. */
int reload(struct network *n, const char *netns_dir, struct err *e);

#endif
