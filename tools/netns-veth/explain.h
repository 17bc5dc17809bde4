/*
 * explain.h - what up and down would do, as the ip(8), nft(8) and shell lines that come to the same.
 */
#ifndef NETNS_VETH_EXPLAIN_H
#define NETNS_VETH_EXPLAIN_H

#include "common/err.h"
#include "container.h"
#include "network.h"

int explain_up(const struct network *n, struct container_conf *c, struct err *e);
int explain_down(const struct network *n, const char *netns_dir, const char *name, struct err *e);

#endif
