/* ct.c - see ct.h */
#include "ct.h"
#include "common/name.h"
#include "common/num.h"
#include "health.h"
#include "when.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A directory without its first fact that is being made (whoever makes it has a marker) or is gone by now. */
static bool is_passing(const struct state_dirs *d, const char *id)
{
	char marker[600];

	snprintf(marker, sizeof(marker), "starting/%s", id);
	return faccessat(d->containers, id, F_OK, 0) < 0 || (d->run >= 0 && faccessat(d->run, marker, F_OK, 0) == 0);
}

/*
 * The fact summary: what ps shows of every container and what never changes, in one file, so that a list of many costs a
 * third of the system calls: the entries "1", created, name, image, "net" or "alone", the number of the command's words,
 * and these. One that is not whole is as good as none.
 */
static bool read_summary(struct arena *a, const struct state_dirs *d, const char *id, struct ct *c)
{
	struct fact f = fact_list(a, d->containers, id, "summary");
	const char *part[6], *p = NULL, *command;
	uint64_t words;

	if (!f.n || f.p[f.n - 1])
		return false;
	for (size_t i = 0; i < 6; i++)
		if (!(part[i] = p = fact_next(&f, p)))
			return false;
	command = p + strlen(p) + 1;
	if (strcmp(part[0], "1") != 0 || when_parse(part[1], &c->created) < 0 || num_u64(part[5], 0, f.n, &words) < 0)
		return false;
	for (; words; words--)
		if (!(p = fact_next(&f, p)))
			return false;
	if (fact_next(&f, p))
		return false;
	c->name = part[2];
	c->image = part[3];
	c->alone = strcmp(part[4], "alone") == 0;
	c->command = (struct fact){(char *)(uintptr_t)command, (size_t)(f.p + f.n - command)};
	c->have = NEED_NAME | NEED_IMAGE | NEED_COMMAND;
	return true;
}

bool ct_begin(struct arena *a, const struct state_dirs *d, const char *id, bool want_stale, struct ct *ret)
{
	bool summed;
	struct fact created = {0};

	*ret = (struct ct){.id = id, .name = "", .image = "", .network = ""};
	summed = read_summary(a, d, id, ret);
	if (!summed)
		created = fact_line(a, d->containers, id, "created");
	if (!summed && !created.n && is_passing(d, id))
		return false;
	/* It may have been written, and its maker have finished, between the two looks. */
	if (!summed && !created.n)
		created = fact_line(a, d->containers, id, "created");
	life_read(a, d, id, want_stale, &ret->life);
	if (!summed && (!created.p || when_parse(created.p, &ret->created) < 0))
		ret->life.state = LIFE_BROKEN;
	return true;
}

/* A one-line fact as text, "" when it is not there. */
static const char *one_line(struct arena *a, const struct state_dirs *d, const char *id, const char *name)
{
	struct fact f = fact_line(a, d->containers, id, name);

	return f.p ? f.p : "";
}

/* What take_further is handed. */
struct gathering {
	struct buf names;
	const char *first;
};

static void take_further(void *arg, const char *name)
{
	struct gathering *g = arg;

	if (strcmp(name, g->first) != 0)
		buf_add(&g->names, name, strlen(name) + 1);
}

/* The names of the container's endpoints but its first network's. */
static struct fact read_further(struct arena *a, const struct state_dirs *d, const struct ct *c)
{
	struct gathering g = {.names = {.a = a}, .first = c->network};
	struct err ignored;

	if (state_each(d->containers, arena_printf(a, "%s/endpoints", c->id), take_further, &g, &ignored) < 0)
		return (struct fact){0};
	return (struct fact){g.names.p, g.names.n};
}

bool ct_has_network(const struct ct *c, const char *name)
{
	if (strcmp(c->network, name) == 0)
		return true;
	for (const char *p = NULL; (p = fact_next(&c->further, p));)
		if (strcmp(p, name) == 0)
			return true;
	return false;
}

void ct_need(struct arena *a, const struct state_dirs *d, struct ct *c, unsigned int need)
{
	need &= ~c->have;
	c->have |= need;
	if (need & NEED_NAME)
		c->name = one_line(a, d, c->id, "name");
	if (need & NEED_IMAGE)
		c->image = one_line(a, d, c->id, "image");
	if (need & NEED_NETWORK) {
		c->network = one_line(a, d, c->id, "network");
		c->further = read_further(a, d, c);
	}
	if (need & NEED_COMMAND)
		c->command = fact_list(a, d->containers, c->id, "command");
	if (need & NEED_LABELS)
		c->labels = fact_list(a, d->containers, c->id, "labels");
	if (need & NEED_MOUNTS)
		c->mounts = fact_list(a, d->containers, c->id, "mounts");
	if (need & NEED_HEALTH)
		c->health = c->life.state == LIFE_RUNNING ? health_word(a, d, c->id) : "";
	if ((need & NEED_NET) && ct_is_up(c) && !c->alone)
		c->net = fact_line(a, d->run, c->id, "net");
}

bool ct_is_up(const struct ct *c)
{
	return c->life.state == LIFE_RUNNING || c->life.state == LIFE_PAUSED || c->life.state == LIFE_RESTARTING;
}

static int parse_port(const char *s, unsigned int *ret)
{
	uint64_t v;

	if (num_u64(s, 1, 65535, &v) < 0)
		return -1;
	*ret = (unsigned int)v;
	return 0;
}

/* "IP:HPORT CPORT/PROTO", split in place. */
static int split_port(char *s, struct ct_port *ret)
{
	char *inside = strchr(s, ' '), *colon, *slash;

	if (!inside)
		return -1;
	*inside++ = '\0';
	colon = strrchr(s, ':');
	slash = strchr(inside, '/');
	if (!colon || !slash)
		return -1;
	*colon++ = '\0';
	*slash++ = '\0';
	/* An IPv6 address stands in brackets. */
	if (*s == '[' && colon - s >= 3 && colon[-2] == ']')
		*(colon - 2) = '\0';
	ret->ip = s + (*s == '[');
	ret->proto = slash;
	return parse_port(colon, &ret->host) < 0 ? -1 : parse_port(inside, &ret->inside);
}

static int port_order(const void *pa, const void *pb)
{
	const struct ct_port *a = pa, *b = pb;
	int r;

	if (a->inside != b->inside)
		return a->inside < b->inside ? -1 : 1;
	r = strcmp(a->ip, b->ip);
	if (r)
		return r;
	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	return strcmp(a->proto, b->proto);
}

struct ct_port *ct_ports(struct arena *a, const struct ct *c, size_t *ret_n)
{
	struct ct_port *ports = NULL, port;
	size_t n = 0, room = 0;
	char *save = NULL, *p;

	p = c->net.p ? arena_copy(a, c->net.p, c->net.n) : NULL;
	for (p = p ? strtok_r(p, "\n", &save) : NULL; p; p = strtok_r(NULL, "\n", &save)) {
		if (strncmp(p, "port ", 5) != 0 || split_port(p + 5, &port) < 0)
			continue;
		ports = arena_grow(a, ports, n, &room, sizeof(*ports));
		ports[n++] = port;
	}
	if (n)
		qsort(ports, n, sizeof(*ports), port_order);
	*ret_n = n;
	return ports;
}

const char *ct_net_record(struct arena *a, const struct fact *records, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = records->p; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, key, n) == 0 && p[n] == ' ')
			return arena_copy(a, p + n + 1, strcspn(p + n + 1, "\n"));
		if (!*p)
			break;
	}
	return "";
}

struct jval *ct_labels(struct arena *a, const struct ct *c)
{
	struct jval *map = j_map(a, J_STRING);

	for (const char *p = NULL; (p = fact_next(&c->labels, p));) {
		size_t n = strcspn(p, "=");

		j_set(a, map, j_string(a, p, n)->s, j_str(a, p[n] ? p + n + 1 : ""));
	}
	return map;
}

struct jval *ct_attributes(struct arena *a, const struct state_dirs *d, const char *id)
{
	struct jval *map;
	struct ct c;

	if (!name_is_file(id) || !ct_begin(a, d, id, false, &c))
		return NULL;
	ct_need(a, d, &c, NEED_NAME | NEED_IMAGE | NEED_LABELS);
	map = ct_labels(a, &c);
	j_set(a, map, "image", j_str(a, c.image));
	j_set(a, map, "name", j_str(a, c.name));
	return map;
}

bool ct_mount_next(const struct fact *f, const char **at, struct ct_mount *ret)
{
	const char **const part[] = {&ret->type, &ret->name, &ret->source, &ret->target, &ret->options};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		*at = fact_next(f, *at);
		if (!*at)
			return false;
		*part[i] = *at;
	}
	return true;
}
