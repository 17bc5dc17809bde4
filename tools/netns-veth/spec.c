/* spec.c - see spec.h */
#include "spec.h"
#include "common/num.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
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

const char *proto_name(uint8_t proto)
{
	return proto == IPPROTO_UDP ? "udp" : "tcp";
}

int proto_parse(const char *s, uint8_t *ret)
{
	if (strcmp(s, "tcp") != 0 && strcmp(s, "udp") != 0)
		return -1;
	*ret = s[0] == 'u' ? IPPROTO_UDP : IPPROTO_TCP;
	return 0;
}

/* "PORT" or "FIRST-LAST" in place. lowest is 0 where 0 means any. */
static int range_parse(char *s, uint16_t lowest, uint16_t *ret_first, uint16_t *ret_last)
{
	char *dash = strchr(s, '-');
	uint64_t first, last;

	if (dash)
		*dash = '\0';
	if (num_u64(s, lowest, 65535, &first) < 0)
		return -1;
	last = first;
	if (dash && (first == 0 || num_u64(dash + 1, first, 65535, &last) < 0))
		return -1;
	*ret_first = (uint16_t)first;
	*ret_last = (uint16_t)last;
	return 0;
}

/* Appends the ports of one range, whose ends are checked. first.host_port 0: a free one for each. */
static int append(struct ports *p, struct port first, unsigned int count, const char *spec, struct err *e)
{
	if (!p->v)
		p->v = calloc(PORTS_MAX, sizeof(*p->v));
	if (!p->v)
		return err_set(e, errno, "publish '%s'", spec);
	if (count > PORTS_MAX - p->n)
		return err_set(e, 0, "publish '%s': more than %d ports in all", spec, PORTS_MAX);
	for (unsigned int i = 0; i < count; i++) {
		struct port *q = &p->v[p->n++];

		*q = first;
		q->port = (uint16_t)(first.port + i);
		if (first.host_port)
			q->host_port = (uint16_t)(first.host_port + i);
	}
	return 0;
}

/* Cuts "IP:HOST:PORT" in place: the last part is the container's, the one before it the host's, the rest the
 * address. */
static void cut(char *text, char **ip, char **host, char **port)
{
	char *colon = strrchr(text, ':');

	*ip = *host = NULL;
	*port = text;
	if (!colon)
		return;
	*colon = '\0';
	*port = colon + 1;
	*host = text;
	colon = strrchr(text, ':');
	if (!colon)
		return;
	*colon = '\0';
	*host = colon + 1;
	*ip = text;
}

int ports_add(struct ports *p, const char *spec, struct err *e)
{
	char text[80], *ip, *host, *port, *slash;
	struct port q = {.proto = IPPROTO_TCP};
	uint16_t host_last = 0, last;

	if (strlen(spec) >= sizeof(text))
		return err_set(e, 0, "publish '%.80s...': too long", spec);
	memcpy(text, spec, strlen(spec) + 1);
	slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		if (proto_parse(slash + 1, &q.proto) < 0)
			return err_set(e, 0, "publish '%s': the protocol is not tcp or udp", spec);
	}
	cut(text, &ip, &host, &port);
	if (ip && ip_parse(ip, &q.host_ip, e) < 0)
		return err_set(e, 0, "publish '%s': '%s' is not an IPv4 address", spec, ip);
	if (host && *host && range_parse(host, 0, &q.host_port, &host_last) < 0)
		return err_set(
		    e, 0, "publish '%s': the host's port is not a number of 0 to 65535 or a range FIRST-LAST", spec);
	if (range_parse(port, 1, &q.port, &last) < 0)
		return err_set(e, 0,
		               "publish '%s': the container's port is not a number of 1 to 65535 or a range "
		               "FIRST-LAST",
		               spec);
	if (q.host_port && host_last - q.host_port != last - q.port)
		return err_set(e, 0, "publish '%s': the two ranges are not of the same size", spec);
	return append(p, q, (unsigned int)(last - q.port) + 1, spec, e);
}

void ports_free(struct ports *p)
{
	free(p->v);
	*p = (struct ports){0};
}
