/*
 * policy.h - hosts whose other firewall drops what is forwarded.
 *
 * A verdict of accept in our table is none in another one. Where a base chain of another nftables table has the policy
 * "drop" for forwarded packets (docker's, ufw's, by iptables-nft), two rules are appended to it: what comes in by our
 * bridge and what leaves by it is accepted. Behind all of its own rules, so that only the policy is overruled and
 * whatever drops or rejects by a rule still does; our own table goes on keeping outsiders out. They carry a comment,
 * and go with the network. A table that its owner alone may change (firewalld can have such) stays as it is.
 */
#ifndef NETNS_VETH_POLICY_H
#define NETNS_VETH_POLICY_H

#include "common/err.h"

#include <stdbool.h>

/* Appends the rules for the bridge to every chain that needs them and can have them, in place of those that are there. fd is a socket of
 * NETLINK_NETFILTER in the host's namespace; own is our table. */
int policy_accept(int fd, const char *own, const char *bridge, struct err *e);

/* Whether every chain that needs them has them. */
int policy_holds(int fd, const char *own, const char *bridge, bool *ret, struct err *e);

/* Removes the bridge's rules wherever they are. */
int policy_forget(int fd, const char *bridge, struct err *e);

#endif
