/*
 * ct.h - a container as ps and inspect see it: its facts, read no earlier than something asks for them.
 */
#ifndef CTSTATE_CT_H
#define CTSTATE_CT_H

#include "facts.h"
#include "json.h"

/* Groups of facts that are read together. */
enum {
	NEED_NAME = 1 << 0,
	NEED_IMAGE = 1 << 1,
	NEED_COMMAND = 1 << 2,
	NEED_LABELS = 1 << 3,
	NEED_NETWORK = 1 << 4,
	NEED_MOUNTS = 1 << 5,
	NEED_NET = 1 << 6, /* the records of netns-veth: only while it runs */
	NEED_HEALTH = 1 << 7,
};

struct ct {
	const char *id;
	int64_t created; /* 0 when the fact is missing or damaged */
	struct life life;
	unsigned int have;
	bool alone;                         /* it has no network that netns-veth made */
	const char *name, *image, *network; /* "" when there is none */
	const char *health;                 /* "" too */
	struct fact further;                /* a list: the networks beside that one */
	struct fact command, labels, mounts, net;
};

/* A record "port IP:HPORT CPORT/PROTO" of the net fact. */
struct ct_port {
	const char *ip;
	unsigned int host, inside;
	const char *proto;
};

/* Reads when it was made and what it is doing. False when the container has gone meanwhile. */
bool ct_begin(struct arena *a, const struct state_dirs *d, const char *id, bool want_stale, struct ct *ret);

/* Reads what is needed and not there yet. */
void ct_need(struct arena *a, const struct state_dirs *d, struct ct *c, unsigned int need);

/* Up and running; paused and between two runs included. */
bool ct_is_up(const struct ct *c);

/* The published ports, sorted by inner port, address, outer port; malformed records are left out. */
struct ct_port *ct_ports(struct arena *a, const struct ct *c, size_t *ret_n);

/* The value of the record of netns-veth that begins with key ("address"), up to the end of its line; "" when there is
 * none. */
const char *ct_net_record(struct arena *a, const struct fact *records, const char *key);

/* Whether the container has that network. */
bool ct_has_network(const struct ct *c, const char *name);

/* The labels as a map of strings. */
struct jval *ct_labels(struct arena *a, const struct ct *c);

/* Labels, image and name as a map, which is how events describe a container; NULL when there is no such container. */
struct jval *ct_attributes(struct arena *a, const struct state_dirs *d, const char *id);

/* An entry of the fact mounts. */
struct ct_mount {
	const char *type, *name, *source, *target, *options;
};

/* The mount behind *at (NULL to begin), which moves on. False when there is no more. */
bool ct_mount_next(const struct fact *f, const char **at, struct ct_mount *ret);

#endif
