/*
 * resolver.h - a name server for the containers of one network: dnsmasq(8) at the bridge's address, while there are any.
 *
 * The theory: /etc/hosts serves whoever asks the C library; nslookup, and programs that ask servers by themselves, need one. It
 * is dnsmasq and not one of ours, since what passes queries on to the world is exposed to it. One process a network: it
 * begins with the first container, ends with the last, and holds nothing that is not in files:
 *
 *     /run/netns-veth/HASH/pid           written by it when it listens; whether it is the one, its command line says
 *     /run/netns-veth/HASH/hosts/names   the names; it sees by inotify when another file takes that place
 *     /run/netns-veth/HASH/proved        a container has had an answer of it
 *     /run/netns-veth/HASH/none          there is none, and why; until the last container is gone
 *
 * HASH is made from the network's path. The directory is not in the network's own, since dnsmasq gives up its privileges.
 *
 * Nothing here fails a start: where dnsmasq is not installed, port 53 of the address is another's, or the host's firewall
 * keeps containers away from it, which one question from the first container's own namespace shows, containers have the
 * servers of the host and the hosts file, and nothing is lost but these names there. Every caller holds the network's lock.
 */
#ifndef NETNS_VETH_RESOLVER_H
#define NETNS_VETH_RESOLVER_H

#include "network.h"

#include <stdbool.h>
#include <stddef.h>

/* Sees that there is one, if the network has the fact "resolver". In the host's network namespace, the bridge being up.
 * Whether no container has had an answer of it yet: just started, or its maker was killed. */
bool resolver_up(const struct network *n);

/* Whether it answers, asked from here, a container's network namespace. If not it is ended, and "none" written. rtnl is a
 * socket of the host's, link the container's there. */
void resolver_prove(const struct network *n, int rtnl, const char *link);

/* Whether containers may ask it. */
bool resolver_serves(const struct network *n);

/* Why there is none: the text of "none", or "". */
void resolver_reason(const struct network *n, char *buf, size_t size);

/* Puts the lines of a hosts file in the place of its names. */
void resolver_names(const struct network *n, const char *lines, size_t size);

/* Ends it and removes its files. */
void resolver_down(const struct network *n);

/* Takes an answer apart: whether it is one to the question with that id that has an address. */
bool resolver_is_answer(const unsigned char *packet, size_t n, unsigned int id);

#endif
