/*
 * claim.h - which host port is whose, among all networks beside each other.
 *
 *     DIR/../.ports/tcp-8080              a hard link to the lease: published on every address of the host
 *     DIR/../.ports/tcp-8080/127.0.0.1    the same for one address
 *     DIR/../.ports/tcp6-8080[/ADDRESS]   likewise, of IPv6
 *
 * That a name is either a file or a directory makes the two exclude each other, in one system call and without a
 * search. A claim that is the last link to its file, or of another boot, is stale.
 */
#ifndef NETNS_VETH_CLAIM_H
#define NETNS_VETH_CLAIM_H

#include "common/err.h"
#include "network.h"
#include "port.h"

/* Opens the directory of claims beside the network (made when missing) and waits for its lock. Close the descriptor
 * to give both back. */
int claims_open(const struct network *n, int *ret, struct err *e);

/* Proves by bind(2) and listen(2) that each host port is free on the host, and by the claims that no container has
 * it; chooses one where the port is 0. The caller is in the host's network namespace and holds the lock. Nothing is
 * made. EADDRINUSE. */
int claims_choose(int claims, struct ports *p, struct err *e);

/* Claims the ports for the lease of ip. On an error those already claimed are given back. */
int claims_make(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct err *e);

/* Those of the ports whose claims are the lease's: what of the firewall is its own. Free *ret with ports_free. */
int claims_owned(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct ports *ret,
                 struct err *e);

/* Of a damaged lease, which does not name its ports: those that are claimed by it, without the container's ports. Free
 * *ret with ports_free. */
int claims_found(int claims, const struct network *n, uint32_t ip, struct ports *ret, struct err *e);

/* Removes claims that nobody has any more, of all networks beside this one, and with last their directory when it is
 * empty. Takes the lock. */
int claims_sweep(const struct network *n, bool last, struct err *e);

/* Gives claims back. */
void claims_release(int claims, const struct ports *p);

#endif
