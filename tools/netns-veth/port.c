/* port.c - see port.h */
#include "port.h"
#include "common/num.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct {
	const char *name;
	uint8_t proto;
} protos[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}, {"sctp", IPPROTO_SCTP}};

#define N_PROTOS (sizeof(protos) / sizeof(protos[0]))

const char *proto_name(uint8_t proto)
{
	for (size_t i = 0; i < N_PROTOS; i++)
		if (protos[i].proto == proto)
			return protos[i].name;
	return "?";
}

int proto_parse(const char *s, uint8_t *ret)
{
	for (size_t i = 0; i < N_PROTOS; i++)
		if (strcmp(protos[i].name, s) == 0) {
			*ret = protos[i].proto;
			return 0;
		}
	return -1;
}

bool port_any(const struct port *p)
{
	return p->family == AF_INET6 ? ip6_is_zero(&p->host_ip6) : p->host_ip == 0;
}

bool port_same_host(const struct port *a, const struct port *b)
{
	return a->family == b->family && a->host_ip == b->host_ip && ip6_equal(&a->host_ip6, &b->host_ip6);
}

const char *port_host(const struct port *p, char buf[IP6_TEXT_LEN])
{
	return p->family == AF_INET6 ? ip6_text(&p->host_ip6, buf) : ip_text(p->host_ip, buf);
}

const char *port_text(const struct port *p, char buf[PORT_TEXT_LEN])
{
	char ip[IP6_TEXT_LEN];

	snprintf(buf, PORT_TEXT_LEN, p->family == AF_INET6 ? "[%s]:%u" : "%s:%u", port_host(p, ip), p->host_port);
	return buf;
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

int ports_append(struct ports *p, const struct port *q, struct err *e)
{
	if (!p->v)
		p->v = calloc(PORTS_ROOM, sizeof(*p->v));
	if (!p->v)
		return err_set(e, errno, "make room for published ports");
	if (p->n == PORTS_ROOM)
		return err_set(e, 0, "more than %zu published ports in all", PORTS_ROOM);
	p->v[p->n++] = *q;
	return 0;
}

/* Appends the ports of one range, whose ends are checked. first.host_port 0: a free one for each. */
static int append_range(struct ports *p, struct port first, unsigned int count, const char *spec, struct err *e)
{
	if (count > PORTS_MAX || p->n > PORTS_MAX - count)
		return err_set(e, 0, "publish '%s': more than %d ports in all", spec, PORTS_MAX);
	for (unsigned int i = 0; i < count; i++) {
		struct port q = first;

		q.port = (uint16_t)(first.port + i);
		if (first.host_port)
			q.host_port = (uint16_t)(first.host_port + i);
		if (ports_append(p, &q, e) < 0)
			return -1;
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

/* The host's address: IPv4, or IPv6 in brackets. */
static int host_parse(char *ip, struct port *q)
{
	size_t n = strlen(ip);
	struct err ignored;

	q->family = AF_INET;
	if (ip[0] != '[')
		return ip_parse(ip, &q->host_ip, &ignored);
	q->family = AF_INET6;
	if (n < 3 || ip[n - 1] != ']')
		return -1;
	ip[n - 1] = '\0';
	return ip6_parse(ip + 1, &q->host_ip6, &ignored);
}

int ports_add(struct ports *p, const char *spec, struct err *e)
{
	char text[96], *ip, *host, *port, *slash;
	struct port q = {.proto = IPPROTO_TCP};
	uint16_t host_last = 0, last;

	if (strlen(spec) >= sizeof(text))
		return err_set(e, 0, "publish '%.80s...': too long", spec);
	memcpy(text, spec, strlen(spec) + 1);
	slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		if (proto_parse(slash + 1, &q.proto) < 0)
			return err_set(e, 0, "publish '%s': the protocol is not tcp, udp or sctp", spec);
	}
	cut(text, &ip, &host, &port);
	if (ip && host_parse(ip, &q) < 0)
		return err_set(e, 0, "publish '%s': the host's address is not an IPv4 one, nor [an IPv6 one]", spec);
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
	return append_range(p, q, (unsigned int)(last - q.port) + 1, spec, e);
}

int ports_settle(struct ports *p, bool six, struct err *e)
{
	struct ports all = {0};
	char text[PORT_TEXT_LEN];

	for (size_t i = 0; i < p->n; i++) {
		struct port q = p->v[i];
		bool both = q.family == 0;

		if (q.family == AF_INET6 && !six) {
			ports_free(&all);
			err_set(e, 0, "publish %s/%s: the network has no IPv6", port_text(&q, text),
			        proto_name(q.proto));
			return err_hint(e, "network-create --ipv6 makes one that has");
		}
		q.family = both ? AF_INET : q.family;
		if (ports_append(&all, &q, e) < 0)
			return -1;
		q.family = AF_INET6;
		q.twin = true;
		if (both && six && ports_append(&all, &q, e) < 0)
			return -1;
	}
	ports_free(p);
	*p = all;
	return 0;
}

void ports_free(struct ports *p)
{
	free(p->v);
	*p = (struct ports){0};
}
