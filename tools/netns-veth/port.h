/*
 * port.h - published ports as people type them. Strict: the whole string or an error that says what is wrong.
 */
#ifndef NETNS_VETH_PORT_H
#define NETNS_VETH_PORT_H

#include "addr6.h"
#include "common/err.h"
#include "spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One published port. */
struct port {
	uint8_t family;      /* AF_INET or AF_INET6; 0: both, where the network has both (ports_settle) */
	uint8_t proto;       /* IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP */
	bool twin;           /* gets the host port of the one before it */
	uint32_t host_ip;    /* AF_INET: 0 is every address of the host */
	struct ip6 host_ip6; /* AF_INET6: likewise */
	uint16_t host_port;  /* 0: any free one */
	uint16_t port;       /* the container's */
};

#define PORTS_MAX 1024

/* What people ask for, and for each a twin. */
#define PORTS_ROOM ((size_t)2 * PORTS_MAX)

struct ports {
	struct port *v; /* room for PORTS_ROOM, or NULL while there is none */
	size_t n;
};

/* Adds what one --publish says: [IP:][HOSTPORT[-LAST]]:PORT[-LAST][/tcp|/udp|/sctp], or PORT[-LAST][/PROTO] for free
 * host ports; an IPv6 address in brackets. */
int ports_add(struct ports *p, const char *spec, struct err *e);

/* Adds a port to the list. ENOMEM, or no errno when there are too many. */
int ports_append(struct ports *p, const struct port *q, struct err *e);

/* Gives every port its one family: of those on every address an IPv4 one, and with IPv6 a twin. One on an IPv6 address
 * is refused where the network has none. */
int ports_settle(struct ports *p, bool six, struct err *e);

void ports_free(struct ports *p);

/* Whether it is on every address of the host. */
bool port_any(const struct port *p);

/* Whether two are on the same address of the host (of one family). */
bool port_same_host(const struct port *a, const struct port *b);

/* The host's address: "0.0.0.0", "::". */
const char *port_host(const struct port *p, char buf[IP6_TEXT_LEN]);

/* Address and port of the host as one word: "0.0.0.0:80", "[::]:80". */
#define PORT_TEXT_LEN (IP6_TEXT_LEN + 8)
const char *port_text(const struct port *p, char buf[PORT_TEXT_LEN]);

/* "tcp", "udp", "sctp". */
const char *proto_name(uint8_t proto);
/* -1 when there is no such. */
int proto_parse(const char *s, uint8_t *ret);

#endif
