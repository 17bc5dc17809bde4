/* create.c - see create.h */
#include "create.h"
#include "common/fd.h"
#include "common/name.h"
#include "common/proc.h"
#include "netlink.h"
#include "taken.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID_BYTES = 32 };

/* ---- what was typed ---- */

static int check_names(const struct network_conf *c, struct err *e)
{
	if (c->bridge && !name_is_interface(c->bridge))
		return err_set(e, 0, "not a name for an interface (1 to 15 of A-Z a-z 0-9 _ . -): '%s'", c->bridge);
	if (c->table && !nft_table_name(c->table))
		return err_set(e, 0,
		               "not a name for a table (a letter, then letters, digits, _ and -; %d at most): '%s'",
		               NFT_TABLE_MAX, c->table);
	return 0;
}

int network_check_conf(const struct network_conf *c, struct err *e)
{
	struct subnet s;
	struct subnet6 s6;
	struct ip6 ip6;
	uint32_t ip;

	if ((c->subnet && subnet_parse(c->subnet, &s, e) < 0) || (c->gateway && ip_parse(c->gateway, &ip, e) < 0) ||
	    (c->range && subnet_parse(c->range, &s, e) < 0) || (c->subnet6 && subnet6_parse(c->subnet6, &s6, e) < 0) ||
	    (c->gateway6 && ip6_parse(c->gateway6, &ip6, e) < 0))
		return -1;
	for (size_t i = 0; i < c->labels; i++)
		if (!c->label[i][0] || c->label[i][0] == '=')
			return err_set(e, 0, "not a label of the form KEY or KEY=VALUE: '%s'", c->label[i]);
	return check_names(c, e);
}

/* ---- choosing ---- */

/* The IPv6 subnet asked for, or a random one; it must have room for every address of the IPv4 one. */
static int choose_six(struct network *n, const struct network_conf *c, const struct taken *t, struct err *e)
{
	char text[CIDR6_TEXT_LEN];
	const char *why;

	if (!c->six && !c->subnet6)
		return c->gateway6 ? err_set(e, 0, "an IPv6 gateway needs an IPv6 subnet") : 0;
	if (c->subnet6 ? subnet6_parse(c->subnet6, &n->subnet6, e) < 0 : subnet6_random(&n->subnet6, e) < 0)
		return -1;
	if (128 - n->subnet6.len < 32 - n->subnet.len)
		return err_set(e, 0, "the subnet %s has fewer addresses than the IPv4 one: /%u at most",
		               subnet6_text(&n->subnet6, text), 128 - (32 - n->subnet.len));
	why = taken_conflict6(t, &n->subnet6);
	if (why)
		return err_set(e, 0, "the subnet %s overlaps %s", subnet6_text(&n->subnet6, text), why);
	n->gateway6 = subnet6_at(&n->subnet6, n->gateway - n->subnet.base);
	if (!c->gateway6)
		return 0;
	return ip6_parse(c->gateway6, &n->gateway6, e) < 0 ? -1 : subnet6_check_host(&n->subnet6, &n->gateway6, e);
}

/* Gateway and range, which lie in the subnet. */
static int choose_inside(struct network *n, const struct network_conf *c, struct err *e)
{
	char a[CIDR_TEXT_LEN], b[CIDR_TEXT_LEN];

	n->gateway = n->subnet.base + 1;
	if (c->gateway &&
	    (ip_parse(c->gateway, &n->gateway, e) < 0 || subnet_check_host(&n->subnet, n->gateway, e) < 0))
		return -1;
	n->range = n->subnet;
	if (c->range && subnet_parse(c->range, &n->range, e) < 0)
		return -1;
	if (n->range.len < n->subnet.len || !subnet_has(&n->subnet, n->range.base))
		return err_set(e, 0, "the range %s is not in the subnet %s", subnet_text(&n->range, a),
		               subnet_text(&n->subnet, b));
	return 0;
}

/* The subnets. The parent directory is locked by the caller, so that two creations do not pick the same. */
static int choose_subnets(int parent, const char *self, struct network *n, const struct network_conf *c, struct err *e)
{
	__attribute__((cleanup(taken_free))) struct taken t = {0};
	char text[CIDR_TEXT_LEN];
	const char *why;

	if (taken_collect(&t, parent, self, e) < 0)
		return -1;
	if (c->subnet) {
		if (subnet_parse(c->subnet, &n->subnet, e) < 0)
			return -1;
		if (n->subnet.len < NETWORK_PREFIX_MIN || n->subnet.len > NETWORK_PREFIX_MAX)
			return err_set(e, 0, "the subnet '%s' is not of /%d to /%d", c->subnet, NETWORK_PREFIX_MIN,
			               NETWORK_PREFIX_MAX);
		why = taken_conflict(&t, &n->subnet);
		if (why)
			return err_set(e, 0, "the subnet %s overlaps %s", subnet_text(&n->subnet, text), why);
	} else if (taken_pick(&t, &n->subnet, e) < 0) {
		return -1;
	}
	return choose_inside(n, c, e) < 0 || choose_six(n, c, &t, e) < 0 ? -1 : network_check_mtu(n, n->mtu, e);
}

/* Fills in what does not depend on the subnet. */
static void settle(struct network *n, const struct network_conf *c)
{
	if (c->bridge)
		snprintf(n->bridge, sizeof(n->bridge), "%s", c->bridge);
	else
		snprintf(n->bridge, sizeof(n->bridge), "br-%012llx", network_hash(n->path) >> 16);
	snprintf(n->table, sizeof(n->table), "%s", c->table ? c->table : TABLE_DEFAULT);
	n->mtu = c->mtu;
	n->internal = c->internal;
	n->open = c->open;
	n->apart = c->apart;
	n->resolver = c->resolver;
}

/* A bridge by that name may be there already (a person's own); anything else may not. */
static int check_bridge_name(const char *name, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	struct link l;

	if (rtnl < 0 || rt_link_find(rtnl, name, &l, e) < 0)
		return -1;
	if (l.index && strcmp(l.kind, "bridge") != 0)
		return err_set(e, 0, "the link '%s' exists and is no bridge%s%s", name, l.kind[0] ? " but " : "",
		               l.kind);
	return 0;
}

/* ---- writing ---- */

/* The facts id, created and labels, for who lists networks. */
static int write_identity(const struct network *n, const struct network_conf *c, struct err *e)
{
	char id[2 * ID_BYTES + 1], now[TIME_TEXT_LEN + 1];
	unsigned char bytes[ID_BYTES];
	AUTO_FREE char *labels = NULL;
	size_t size = 0;
	FILE *f;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return err_set(e, errno, "choose an id");
	for (size_t i = 0; i < ID_BYTES; i++)
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	time_text(now, sizeof(now));
	if (network_fact(n->dir, "id", id, e) < 0 || network_fact(n->dir, "created", now, e) < 0)
		return -1;
	if (!c->labels)
		return 0;
	f = open_memstream(&labels, &size);
	for (size_t i = 0; f && i < c->labels; i++)
		fprintf(f, strchr(c->label[i], '=') ? "%s%c" : "%s=%c", c->label[i], 0);
	if (!f || fclose(f) != 0)
		return err_set(e, errno, "keep the labels");
	return file_write_atomic(n->dir, "labels", labels, size, 0644, e);
}

/* The facts that are not always there. */
static int write_optional(const struct network *n, struct err *e)
{
	char text[CIDR6_TEXT_LEN];

	if (n->mtu) {
		snprintf(text, sizeof(text), "%u", n->mtu);
		if (network_fact(n->dir, "mtu", text, e) < 0)
			return -1;
	}
	if (n->range.len != n->subnet.len && network_fact(n->dir, "range", subnet_text(&n->range, text), e) < 0)
		return -1;
	if (n->subnet6.len && (network_fact(n->dir, "subnet6", subnet6_text(&n->subnet6, text), e) < 0 ||
	                       network_fact(n->dir, "gateway6", ip6_text(&n->gateway6, text), e) < 0))
		return -1;
	if (n->internal && network_fact(n->dir, "internal", "yes", e) < 0)
		return -1;
	if (n->open && network_fact(n->dir, "isolate", "no", e) < 0)
		return -1;
	if (n->resolver && network_fact(n->dir, "resolver", "yes", e) < 0)
		return -1;
	return n->apart ? network_fact(n->dir, "icc", "no", e) : 0;
}

/* All the facts, the subnet last: with it the directory is a network. */
static int write_facts(const struct network *n, const struct network_conf *c, struct err *e)
{
	char subnet[CIDR_TEXT_LEN], gateway[IP_TEXT_LEN];

	if ((mkdirat(n->dir, "leases", 0755) < 0 && errno != EEXIST) ||
	    (mkdirat(n->dir, "names", 0755) < 0 && errno != EEXIST))
		return err_set(e, errno, "make '%s/leases'", n->path);
	if (network_fact(n->dir, "gateway", ip_text(n->gateway, gateway), e) < 0 ||
	    network_fact(n->dir, "bridge", n->bridge, e) < 0 || network_fact(n->dir, "table", n->table, e) < 0 ||
	    write_optional(n, e) < 0 || write_identity(n, c, e) < 0)
		return -1;
	return network_fact(n->dir, "subnet", subnet_text(&n->subnet, subnet), e);
}

/* Fills the new, locked directory. */
static int fill(struct network *n, int parent, const char *self, const struct network_conf *c, struct err *e)
{
	if (faccessat(n->dir, "subnet", F_OK, 0) == 0)
		return err_set(e, EEXIST, "make the network '%s'", n->path);
	/* What a killed one left would be the new one's facts. */
	if (network_clear(n, e) < 0)
		return -1;
	settle(n, c);
	if (check_bridge_name(n->bridge, e) < 0 || choose_subnets(parent, self, n, c, e) < 0)
		return -1;
	return write_facts(n, c, e);
}

/* Makes the directory unless it is there, and finds its real path. Who made it may fail and take it away between the
 * two; a link that leads nowhere stays one. */
static int make_directory(const char *dir, char real[PATH_MAX], bool *made, struct err *e)
{
	for (int tries = 0; tries < 100; tries++) {
		*made = mkdir(dir, 0755) == 0;
		if (!*made && errno != EEXIST)
			return err_set(e, errno, "make the directory '%s'", dir);
		if (realpath(dir, real))
			return 0;
		if (errno != ENOENT)
			break;
	}
	return err_set(e, errno, "resolve '%s'", dir);
}

int network_create(const char *dir, const struct network_conf *c, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	char path[PATH_MAX], *slash;
	bool made;
	AUTO_FD parent = -1;
	int r = -1;

	if (network_check_conf(c, e) < 0)
		return -1;
	if (make_directory(dir, n.path, &made, e) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s", n.path);
	slash = strrchr(path, '/');
	*slash = '\0';
	parent = network_lock(path[0] ? path : "/", e);
	/* Who had the parent's lock until now may have taken the directory away: one that failed, or a sweep. */
	if (parent >= 0 && mkdir(n.path, 0755) == 0)
		made = true;
	if (parent >= 0 && (n.dir = network_lock(n.path, e)) >= 0)
		r = fill(&n, parent, slash + 1, c, e);
	if (r < 0 && made)
		unlinkat(parent, slash + 1, AT_REMOVEDIR);
	return r;
}
