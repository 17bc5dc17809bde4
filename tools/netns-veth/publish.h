/*
 * publish.h - publishing and taking back ports of a container that is up.
 */
#ifndef NETNS_VETH_PUBLISH_H
#define NETNS_VETH_PUBLISH_H

#include "common/err.h"
#include "network.h"
#include "port.h"

/* Publishes the ports; *p then says which host ports were chosen. All of them or none. */
int publish_add(const struct network *n, const char *netns_dir, const char *name, struct ports *p, struct err *e);

/* Takes back the ports that match: of a spec without a host port every publication of that container port. One that
 * matches nothing is an error, and nothing is done. */
int publish_remove(const struct network *n, const char *netns_dir, const char *name, const struct ports *p,
                   struct err *e);

#endif
