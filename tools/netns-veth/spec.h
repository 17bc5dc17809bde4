/*
 * spec.h - what people type: IPv4 addresses, subnets and MACs. Strict: the whole string or an error that
 * says what is wrong.
 *
 * IPv4 addresses are kept in host byte order, so that they can be counted.
 */
#ifndef NETNS_VETH_SPEC_H
#define NETNS_VETH_SPEC_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#define IP_TEXT_LEN 16
#define CIDR_TEXT_LEN 19
#define MAC_LEN 6
#define MAC_TEXT_LEN 18

struct subnet {
	uint32_t base;    /* the network address */
	unsigned int len; /* of the prefix: 0 to 32 */
};

/* Dotted decimal, four parts. */
int ip_parse(const char *s, uint32_t *ret, struct err *e);
const char *ip_text(uint32_t ip, char buf[IP_TEXT_LEN]);

/* "A.B.C.D/LEN": LEN 0 to 32, no bit set behind the prefix. */
int subnet_parse(const char *s, struct subnet *ret, struct err *e);
const char *subnet_text(const struct subnet *s, char buf[CIDR_TEXT_LEN]);

/* The netmask of a prefix length. */
uint32_t subnet_mask(unsigned int len);
bool subnet_has(const struct subnet *s, uint32_t ip);
bool subnet_overlaps(const struct subnet *a, const struct subnet *b);
uint32_t subnet_broadcast(const struct subnet *s);

/* An address that an interface in the subnet may have: not the network's own, not the broadcast address. */
int subnet_check_host(const struct subnet *s, uint32_t ip, struct err *e);

/* "02:42:ac:12:00:02"; a unicast address (the multicast bit of the first byte is clear), not all zero. */
int mac_parse(const char *s, uint8_t ret[MAC_LEN], struct err *e);
const char *mac_text(const uint8_t mac[MAC_LEN], char buf[MAC_TEXT_LEN]);

/* The MAC that belongs to an address: 02:42 and the four bytes, as docker does it; so ARP caches stay true when an
 * address is used again. */
void mac_from_ip(uint32_t ip, uint8_t ret[MAC_LEN]);

#endif
