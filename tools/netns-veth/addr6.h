/*
 * addr6.h - IPv6 addresses and subnets, strict as spec.h is.
 *
 * A container's address follows from its IPv4 address: the same distance from the beginning of the subnet. So there is
 * one pool, and one search.
 */
#ifndef NETNS_VETH_ADDR6_H
#define NETNS_VETH_ADDR6_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#define IP6_TEXT_LEN 46
#define CIDR6_TEXT_LEN 50
#define IP6_LEN 16

/* In network byte order. All zero: none, or any. */
struct ip6 {
	uint8_t b[IP6_LEN];
};

struct subnet6 {
	struct ip6 base;
	unsigned int len; /* of the prefix; 0: there is no subnet */
};

int ip6_parse(const char *s, struct ip6 *ret, struct err *e);
const char *ip6_text(const struct ip6 *ip, char buf[IP6_TEXT_LEN]);
bool ip6_is_zero(const struct ip6 *ip);
bool ip6_equal(const struct ip6 *a, const struct ip6 *b);

/* "ADDRESS/LEN": LEN 1 to 128, no bit set behind the prefix. */
int subnet6_parse(const char *s, struct subnet6 *ret, struct err *e);
const char *subnet6_text(const struct subnet6 *s, char buf[CIDR6_TEXT_LEN]);
bool subnet6_has(const struct subnet6 *s, const struct ip6 *ip);
bool subnet6_overlaps(const struct subnet6 *a, const struct subnet6 *b);

/* The subnet's last address. */
struct ip6 subnet6_last(const struct subnet6 *s);

/* The address that far behind the beginning, which the caller has made sure is in the subnet. */
struct ip6 subnet6_at(const struct subnet6 *s, uint32_t distance);

/* An address that an interface in the subnet may have: not the first one, which is every router's. */
int subnet6_check_host(const struct subnet6 *s, const struct ip6 *ip, struct err *e);

/* A /64 of fd00::/8 with 56 random bits (RFC 4193). */
int subnet6_random(struct subnet6 *ret, struct err *e);

#endif
