/*
 * salvage.h - a lease whose text cannot be read: an empty file after a power cut, or somebody's editing.
 *
 * Its links say what it is all the same: leases/ADDRESS, names/NAME and .ports/PROTO-PORT are one file (network.h).
 */
#ifndef NETNS_VETH_SALVAGE_H
#define NETNS_VETH_SALVAGE_H

#include "lease.h"

/* Fills in addresses and name of the file at path (relative to the network's directory); what has no link stays
 * empty. */
void salvage(const struct network *n, const char *path, struct lease *l);

#endif
