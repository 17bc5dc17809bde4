/*
 * claim.h - which host port is whose: DIR/../.ports/PROTO-PORT/ADDRESS, shared by all networks beside each other.
 *
 * The file holds the path of the lease that it belongs to, so that a claim whose lease is gone is seen to be stale. A port on 0.0.0.0 conflicts with the same on
 * any one address. The directory for each port makes that a look at one small directory, however many ports there are.
 */
#ifndef NETNS_VETH_CLAIM_H
#define NETNS_VETH_CLAIM_H

#include "common/err.h"
#include "network.h"
#include "spec.h"

/* Opens the directory of claims beside the network (made when missing) and waits for its lock. Close the descriptor to give both back. */
int claims_open(const struct network *n, int *ret, struct err *e);

/* Proves by bind(2) and listen(2) that each host port is free on the host, and by the claims that no container has it; chooses one where the port is 0.
 * The caller is in the host's network namespace and holds the lock. Nothing is made. EADDRINUSE. */
int claims_choose(int claims, struct ports *p, struct err *e);

/* Claims the ports for the lease of ip. On an error those already claimed are given back. */
int claims_make(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct err *e);

/* Those of the ports whose claims are the lease's: what of the firewall is its own. Free *ret with ports_free. */
int claims_owned(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct ports *ret,
                 struct err *e);

/* Gives claims back. */
void claims_release(int claims, const struct ports *p);

#endif
