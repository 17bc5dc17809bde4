/*
 * taken.h - the subnets that are in use: by routes of the host, and by networks beside a new one.
 */
#ifndef NETNS_VETH_TAKEN_H
#define NETNS_VETH_TAKEN_H

#include "addr6.h"
#include "common/err.h"
#include "spec.h"

#include <stddef.h>

/* One of them; why says whose it is. */
struct taken_one {
	struct subnet four;
	struct subnet6 six; /* len 0: it is four */
	char why[112];
};

struct taken {
	struct taken_one *v;
	size_t n, room;
};

/* Collects the routes of this network namespace and the subnets of the networks in the directory parent but self. */
int taken_collect(struct taken *t, int parent, const char *self, struct err *e);

/* Whose the subnet is already, or NULL. */
const char *taken_conflict(const struct taken *t, const struct subnet *s);
const char *taken_conflict6(const struct taken *t, const struct subnet6 *s);

/* The first free one of the pools: 172.18.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 and on. */
int taken_pick(const struct taken *t, struct subnet *ret, struct err *e);

void taken_free(struct taken *t);

#endif
