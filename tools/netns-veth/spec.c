/* spec.c - see spec.h */
#include "spec.h"
#include "common/num.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

int ip_parse(const char *s, uint32_t *ret, struct err *e)
{
	struct in_addr a;

	if (inet_pton(AF_INET, s, &a) != 1)
		return err_set(e, 0, "not an IPv4 address: '%s'", s);
	*ret = ntohl(a.s_addr);
	return 0;
}

const char *ip_text(uint32_t ip, char buf[IP_TEXT_LEN])
{
	snprintf(buf, IP_TEXT_LEN, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
	return buf;
}

uint32_t subnet_mask(unsigned int len)
{
	return len ? UINT32_MAX << (32 - len) : 0;
}

int subnet_parse(const char *s, struct subnet *ret, struct err *e)
{
	char ip[IP_TEXT_LEN];
	const char *slash = strchr(s, '/');
	uint64_t len = 0;
	uint32_t base = 0;

	if (!slash || (size_t)(slash - s) >= sizeof(ip))
		return err_set(e, 0, "not a subnet of the form A.B.C.D/LEN: '%s'", s);
	memcpy(ip, s, (size_t)(slash - s));
	ip[slash - s] = '\0';
	if (ip_parse(ip, &base, e) < 0)
		return -1;
	if (num_u64(slash + 1, 0, 32, &len) < 0)
		return err_set(e, 0, "the prefix length of '%s' is not 0 to 32", s);
	if (base & ~subnet_mask((unsigned int)len)) {
		base &= subnet_mask((unsigned int)len);
		return err_set(e, 0, "'%s' has bits behind its prefix; the subnet is %s/%u", s, ip_text(base, ip),
		               (unsigned int)len);
	}
	*ret = (struct subnet){base, (unsigned int)len};
	return 0;
}

const char *subnet_text(const struct subnet *s, char buf[CIDR_TEXT_LEN])
{
	char ip[IP_TEXT_LEN];

	snprintf(buf, CIDR_TEXT_LEN, "%s/%u", ip_text(s->base, ip), s->len % 100);
	return buf;
}

bool subnet_has(const struct subnet *s, uint32_t ip)
{
	return (ip & subnet_mask(s->len)) == s->base;
}

bool subnet_overlaps(const struct subnet *a, const struct subnet *b)
{
	return subnet_has(a, b->base) || subnet_has(b, a->base);
}

uint32_t subnet_broadcast(const struct subnet *s)
{
	return s->base | ~subnet_mask(s->len);
}

int subnet_check_host(const struct subnet *s, uint32_t ip, struct err *e)
{
	char a[IP_TEXT_LEN], b[CIDR_TEXT_LEN];

	if (!subnet_has(s, ip))
		return err_set(e, 0, "the address %s is not in the subnet %s", ip_text(ip, a), subnet_text(s, b));
	if (ip == s->base)
		return err_set(e, 0, "%s is the network address of %s, not a host's", ip_text(ip, a),
		               subnet_text(s, b));
	if (ip == subnet_broadcast(s))
		return err_set(e, 0, "%s is the broadcast address of %s, not a host's", ip_text(ip, a),
		               subnet_text(s, b));
	return 0;
}

/* The value of a hexadecimal digit, or -1. */
static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *p = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

	return p ? (int)(p - digits) : -1;
}

int mac_parse(const char *s, uint8_t ret[MAC_LEN], struct err *e)
{
	uint8_t mac[MAC_LEN], any = 0;
	const char *p = s;

	for (int i = 0; i < MAC_LEN; i++, p += 3) {
		int high = hex(p[0]), low = high < 0 ? -1 : hex(p[1]);

		if (low < 0 || p[2] != (i < MAC_LEN - 1 ? ':' : '\0'))
			return err_set(e, 0, "not a MAC address of the form 02:42:ac:12:00:02: '%s'", s);
		mac[i] = (uint8_t)(high << 4 | low);
		any |= mac[i];
	}
	if (mac[0] & 1 || !any)
		return err_set(e, 0, "not the MAC address of one interface (multicast or zero): '%s'", s);
	memcpy(ret, mac, MAC_LEN);
	return 0;
}

const char *mac_text(const uint8_t mac[MAC_LEN], char buf[MAC_TEXT_LEN])
{
	snprintf(buf, MAC_TEXT_LEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

void mac_from_ip(uint32_t ip, uint8_t ret[MAC_LEN])
{
	uint8_t mac[MAC_LEN] = {0x02, 0x42, (uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip};

	memcpy(ret, mac, MAC_LEN);
}
