/*
 * conntrack.h - forgetting the UDP flows of a published port.
 *
 * The firewall decides once, on the first packet of a flow, and remembers. A TCP connection ends with its container,
 * but a UDP flow stays as long as packets come: without this a client that goes on sending would reach whoever has
 * the address next, or, begun before the port was published, never the container.
 */
#ifndef NETNS_VETH_CONNTRACK_H
#define NETNS_VETH_CONNTRACK_H

#include "port.h"

/* Removes the flows that were led to the container at ip (ip6) by one of its UDP ports. fd is a socket of
 * NETLINK_NETFILTER. A kernel that cannot (no ctnetlink, before 5.8) keeps them: that is no error. */
void conntrack_forget_led(int fd, const struct ports *p, uint32_t ip, const struct ip6 *ip6);

/* Removes the flows to the UDP ports of the host, which began before they were published. */
void conntrack_forget_old(int fd, const struct ports *p);

#endif
