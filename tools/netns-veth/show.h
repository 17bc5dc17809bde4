/*
 * show.h - what netns-veth prints about a network and its containers.
 */
#ifndef NETNS_VETH_SHOW_H
#define NETNS_VETH_SHOW_H

#include "common/err.h"
#include "lease.h"
#include "network.h"

#include <stdbool.h>

/* The records of up: address, gateway, address6, gateway6, mac, interface, inside, port. */
void show_records(const struct network *n, const struct lease *l);

/* The ports alone, one a record. */
void show_ports(const struct ports *p);

/* A line (or a JSON object) for each lease, or for that of name: address, name, host interface, state, ports. An
 * unknown name is an error. */
int show_list(const struct network *n, const char *netns_dir, const char *name, bool json, struct err *e);

/* Holds the network against the kernel and prints a line for each thing that is not as it should be; -1 when there
 * was one. */
int show_check(const struct network *n, const char *netns_dir, struct err *e);

#endif
