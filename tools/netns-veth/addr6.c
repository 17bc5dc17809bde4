/* addr6.c - see addr6.h */
#include "addr6.h"
#include "common/num.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

int ip6_parse(const char *s, struct ip6 *ret, struct err *e)
{
	struct ip6 ip;

	if (inet_pton(AF_INET6, s, ip.b) != 1)
		return err_set(e, 0, "not an IPv6 address: '%s'", s);
	*ret = ip;
	return 0;
}

const char *ip6_text(const struct ip6 *ip, char buf[IP6_TEXT_LEN])
{
	if (!inet_ntop(AF_INET6, ip->b, buf, IP6_TEXT_LEN))
		buf[0] = '\0';
	return buf;
}

bool ip6_is_zero(const struct ip6 *ip)
{
	static const struct ip6 zero;

	return ip6_equal(ip, &zero);
}

bool ip6_equal(const struct ip6 *a, const struct ip6 *b)
{
	return memcmp(a->b, b->b, IP6_LEN) == 0;
}

/* The i-th byte of the mask of a prefix length. */
static uint8_t mask_byte(unsigned int len, unsigned int i)
{
	return len >= 8 * (i + 1) ? 255 : len <= 8 * i ? 0 : (uint8_t)(255 << (8 - (len - 8 * i)));
}

bool subnet6_has(const struct subnet6 *s, const struct ip6 *ip)
{
	for (unsigned int i = 0; i < IP6_LEN; i++)
		if ((ip->b[i] & mask_byte(s->len, i)) != s->base.b[i])
			return false;
	return true;
}

bool subnet6_overlaps(const struct subnet6 *a, const struct subnet6 *b)
{
	return subnet6_has(a, &b->base) || subnet6_has(b, &a->base);
}

struct ip6 subnet6_last(const struct subnet6 *s)
{
	struct ip6 ip = s->base;

	for (unsigned int i = 0; i < IP6_LEN; i++)
		ip.b[i] |= (uint8_t)~mask_byte(s->len, i);
	return ip;
}

struct ip6 subnet6_at(const struct subnet6 *s, uint32_t distance)
{
	struct ip6 ip = s->base;

	for (unsigned int i = 0; i < 4; i++)
		ip.b[IP6_LEN - 1 - i] |= (uint8_t)(distance >> 8 * i);
	return ip;
}

int subnet6_parse(const char *s, struct subnet6 *ret, struct err *e)
{
	char ip[IP6_TEXT_LEN];
	const char *slash = strchr(s, '/');
	struct subnet6 n = {.len = 0};
	uint64_t len = 0;

	if (!slash || (size_t)(slash - s) >= sizeof(ip))
		return err_set(e, 0, "not a subnet of the form ADDRESS/LEN: '%s'", s);
	memcpy(ip, s, (size_t)(slash - s));
	ip[slash - s] = '\0';
	if (ip6_parse(ip, &n.base, e) < 0)
		return -1;
	if (num_u64(slash + 1, 1, 128, &len) < 0)
		return err_set(e, 0, "the prefix length of '%s' is not 1 to 128", s);
	n.len = (unsigned int)len;
	for (unsigned int i = 0; i < IP6_LEN; i++)
		if (n.base.b[i] & (uint8_t)~mask_byte(n.len, i))
			return err_set(e, 0, "'%s' has bits behind its prefix", s);
	*ret = n;
	return 0;
}

const char *subnet6_text(const struct subnet6 *s, char buf[CIDR6_TEXT_LEN])
{
	char ip[IP6_TEXT_LEN];

	snprintf(buf, CIDR6_TEXT_LEN, "%s/%u", ip6_text(&s->base, ip), s->len % 1000);
	return buf;
}

int subnet6_check_host(const struct subnet6 *s, const struct ip6 *ip, struct err *e)
{
	char a[IP6_TEXT_LEN], b[CIDR6_TEXT_LEN];

	if (!subnet6_has(s, ip))
		return err_set(e, 0, "the address %s is not in the subnet %s", ip6_text(ip, a), subnet6_text(s, b));
	if (ip6_equal(ip, &s->base))
		return err_set(e, 0, "%s is the address of every router of %s, not a host's", ip6_text(ip, a),
		               subnet6_text(s, b));
	return 0;
}

int subnet6_random(struct subnet6 *ret, struct err *e)
{
	*ret = (struct subnet6){.len = 64};
	if (getrandom(ret->base.b + 1, 7, 0) != 7)
		return err_set(e, errno, "choose an IPv6 subnet");
	ret->base.b[0] = 0xfd;
	return 0;
}
