/* network.c - see network.h */
#include "network.h"
#include "common/fd.h"
#include "common/name.h"
#include "common/num.h"
#include "netlink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PREFIX_MIN = 8, PREFIX_MAX = 30, MTU_MIN = 68, MTU_MAX = 65535, FACT_MAX = 64 };

void network_close(struct network *n)
{
	fd_close(&n->dir);
}

/* ---- reading ---- */

/* Opens a directory and takes its lock. */
static int open_locked(const char *dir, struct err *e)
{
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(e, errno, "open the directory '%s'", dir);
	do
		r = flock(fd, LOCK_EX);
	while (r < 0 && errno == EINTR);
	return r < 0 ? err_set(e, errno, "lock the directory '%s'", dir) : fd_take(&fd);
}

/* One fact of the network into buf. A line that does not fit is none of ours. */
static int fact(const struct network *n, const char *name, char *buf, size_t size, struct err *e)
{
	char line[FACT_MAX];
	ssize_t len = file_read_line(n->dir, name, line, sizeof(line));

	if (len >= 0 && (size_t)len < size) {
		memcpy(buf, line, (size_t)len + 1);
		return 0;
	}
	return err_set(e, len < 0 ? errno : EFBIG, "read '%s/%s'", n->path, name);
}

/* The optional fact mtu. */
static int fact_mtu(struct network *n, struct err *e)
{
	char text[16];
	uint64_t v;

	if (file_read_line(n->dir, "mtu", text, sizeof(text)) < 0)
		return errno == ENOENT ? 0 : err_set(e, errno, "read '%s/mtu'", n->path);
	if (num_u64(text, MTU_MIN, MTU_MAX, &v) < 0)
		return err_set(e, 0, "read '%s/mtu': not an MTU", n->path);
	n->mtu = (unsigned int)v;
	return 0;
}

static int read_facts(struct network *n, struct err *e)
{
	char subnet[CIDR_TEXT_LEN], gateway[IP_TEXT_LEN];

	if (fact(n, "subnet", subnet, sizeof(subnet), e) < 0) {
		if (e->code == ENOENT)
			err_hint(e, "not a network: 'netns-veth network-create %s' makes one", n->path);
		return -1;
	}
	if (fact(n, "gateway", gateway, sizeof(gateway), e) < 0 ||
	    fact(n, "bridge", n->bridge, sizeof(n->bridge), e) < 0 ||
	    fact(n, "table", n->table, sizeof(n->table), e) < 0 || fact_mtu(n, e) < 0)
		return -1;
	if (subnet_parse(subnet, &n->subnet, e) < 0 || ip_parse(gateway, &n->gateway, e) < 0 ||
	    subnet_check_host(&n->subnet, n->gateway, e) < 0)
		return -1;
	if (!name_is_interface(n->bridge) || !nft_table_name(n->table))
		return err_set(e, 0, "the facts 'bridge' or 'table' of the network '%s' are not what we wrote",
		               n->path);
	return 0;
}

int network_open(const char *dir, struct network *ret, struct err *e)
{
	AUTO_FD fd = open_locked(dir, e);
	struct network n = {.dir = fd};

	if (fd < 0)
		return -1;
	if (!realpath(dir, n.path))
		return err_set(e, errno, "resolve '%s'", dir);
	if (read_facts(&n, e) < 0)
		return -1;
	/* Whoever removed the network while we waited for the lock has left us an empty, deleted directory;
	 * read_facts failed then. */
	*ret = n;
	ret->dir = fd_take(&fd);
	return 0;
}

/* ---- creating ---- */

/* What a subnet is held against: routes of the host, networks beside ours. */
struct taken {
	struct subnet *v;
	char (*why)[80];
	size_t n, room;
};

static void taken_free(struct taken *t)
{
	free(t->v);
	free(t->why);
}

static int taken_add(struct taken *t, const struct subnet *s, const char *why, struct err *e)
{
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		void *v = realloc(t->v, room * sizeof(*t->v));

		if (v)
			t->v = v;
		void *w = v ? realloc(t->why, room * sizeof(*t->why)) : NULL;

		if (!w)
			return err_set(e, ENOMEM, "collect the subnets in use");
		t->why = w;
		t->room = room;
	}
	t->v[t->n] = *s;
	snprintf(t->why[t->n++], sizeof(*t->why), "%s", why);
	return 0;
}

static int take_route(const struct route *r, void *arg, struct err *e)
{
	char why[80], text[CIDR_TEXT_LEN], dev[IF_NAMESIZE] = "";

	if (r->oif)
		if_indextoname((unsigned int)r->oif, dev);
	snprintf(why, sizeof(why), "the route %s%s%s", subnet_text(&r->dst, text), dev[0] ? " dev " : "", dev);
	return taken_add(arg, &r->dst, why, e);
}

/* The subnets of the networks beside dir in its parent. */
static int take_siblings(int parent, const char *self, struct taken *t, struct err *e)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *x;

	if (!d) {
		fd_close(&fd);
		return err_set(e, errno, "list the networks beside '%s'", self);
	}
	while (r == 0 && (x = readdir(d))) {
		char path[300], text[FACT_MAX], why[80];
		struct subnet s;
		struct err ignored;

		if (x->d_name[0] == '.' || strcmp(x->d_name, self) == 0)
			continue;
		snprintf(path, sizeof(path), "%s/subnet", x->d_name);
		if (file_read_line(parent, path, text, sizeof(text)) < 0 || subnet_parse(text, &s, &ignored) < 0)
			continue;
		snprintf(why, sizeof(why), "the network '%.40s' (%.18s)", x->d_name, text);
		r = taken_add(t, &s, why, e);
	}
	closedir(d);
	return r;
}

/* Why the subnet cannot be had, or NULL. */
static const char *conflict(const struct taken *t, const struct subnet *s)
{
	for (size_t i = 0; i < t->n; i++)
		if (subnet_overlaps(&t->v[i], s))
			return t->why[i];
	return NULL;
}

/* The first free one of the pools: 172.18.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 and on. */
static int pick(const struct taken *t, struct subnet *ret, struct err *e)
{
	for (uint32_t i = 18; i <= 31; i++) {
		*ret = (struct subnet){172U << 24 | i << 16, 16};
		if (!conflict(t, ret))
			return 0;
	}
	for (uint32_t i = 0; i < 256; i += 16) {
		*ret = (struct subnet){192U << 24 | 168U << 16 | i << 8, 20};
		if (!conflict(t, ret))
			return 0;
	}
	err_set(e, 0, "no free subnet left in 172.18.0.0/16 to 172.31.0.0/16 and 192.168.0.0/16");
	return err_hint(e, "give one with --subnet");
}

/* The subnet asked for, or a free one. The parent directory is locked by the caller, so that two creations do not
 * pick the same. */
static int choose_subnet(int parent, const char *self, const char *asked, struct subnet *ret, struct err *e)
{
	__attribute__((cleanup(taken_free))) struct taken t = {0};
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	const char *why;
	char text[CIDR_TEXT_LEN];

	if (rtnl < 0 || rt_routes(rtnl, take_route, &t, e) < 0 || take_siblings(parent, self, &t, e) < 0)
		return -1;
	if (!asked)
		return pick(&t, ret, e);
	if (subnet_parse(asked, ret, e) < 0)
		return -1;
	if (ret->len < PREFIX_MIN || ret->len > PREFIX_MAX)
		return err_set(e, 0, "the subnet '%s' is not of /%d to /%d", asked, PREFIX_MIN, PREFIX_MAX);
	why = conflict(&t, ret);
	return why ? err_set(e, 0, "the subnet %s overlaps %s", subnet_text(ret, text), why) : 0;
}

/* A bridge name that no other network has: a hash (FNV-1a) of the absolute path. */
static void bridge_name(const char *path, char buf[IFNAME_SIZE])
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *path; path++)
		h = (h ^ (unsigned char)*path) * 0x100000001b3;
	snprintf(buf, IFNAME_SIZE, "br-%012llx", (unsigned long long)(h >> 16));
}

static int write_fact(int dir, const char *name, const char *value, struct err *e)
{
	char line[FACT_MAX];
	int n = snprintf(line, sizeof(line), "%s\n", value);

	return file_write_atomic(dir, name, line, (size_t)n, 0644, e);
}

/* All the facts, the subnet last: with it the directory is a network. */
static int write_facts(const struct network *n, struct err *e)
{
	char subnet[CIDR_TEXT_LEN], gateway[IP_TEXT_LEN], mtu[16];

	snprintf(mtu, sizeof(mtu), "%u", n->mtu);
	if ((mkdirat(n->dir, "leases", 0755) < 0 && errno != EEXIST) ||
	    (mkdirat(n->dir, "names", 0755) < 0 && errno != EEXIST))
		return err_set(e, errno, "make '%s/leases'", n->path);
	if (write_fact(n->dir, "gateway", ip_text(n->gateway, gateway), e) < 0 ||
	    write_fact(n->dir, "bridge", n->bridge, e) < 0 || write_fact(n->dir, "table", n->table, e) < 0 ||
	    (n->mtu && write_fact(n->dir, "mtu", mtu, e) < 0))
		return -1;
	return write_fact(n->dir, "subnet", subnet_text(&n->subnet, subnet), e);
}

int network_check_names(const struct network_conf *c, struct err *e)
{
	if (c->bridge && !name_is_interface(c->bridge))
		return err_set(e, 0, "not a name for an interface (1 to 15 of A-Z a-z 0-9 _ . -): '%s'", c->bridge);
	if (c->table && !nft_table_name(c->table))
		return err_set(e, 0,
		               "not a name for a table (a letter, then letters, digits, _ and -; %d at most): '%s'",
		               NFT_TABLE_MAX, c->table);
	return 0;
}

/* Fills in what does not depend on the subnet. */
static void settle_names(struct network *n, const struct network_conf *c)
{
	if (c->bridge)
		snprintf(n->bridge, sizeof(n->bridge), "%s", c->bridge);
	else
		bridge_name(n->path, n->bridge);
	snprintf(n->table, sizeof(n->table), "%s", c->table ? c->table : TABLE_DEFAULT);
	n->mtu = c->mtu;
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

/* Fills the new, locked directory. */
static int fill(struct network *n, int parent, const char *self, const struct network_conf *c, struct err *e)
{
	if (faccessat(n->dir, "subnet", F_OK, 0) == 0)
		return err_set(e, EEXIST, "make the network '%s'", n->path);
	if (network_check_names(c, e) < 0)
		return -1;
	settle_names(n, c);
	if (check_bridge_name(n->bridge, e) < 0 || choose_subnet(parent, self, c->subnet, &n->subnet, e) < 0)
		return -1;
	n->gateway = n->subnet.base + 1;
	if (c->gateway &&
	    (ip_parse(c->gateway, &n->gateway, e) < 0 || subnet_check_host(&n->subnet, n->gateway, e) < 0))
		return -1;
	return write_facts(n, e);
}

int network_create(const char *dir, const struct network_conf *c, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	char path[PATH_MAX], *slash;
	bool made = mkdir(dir, 0755) == 0;
	AUTO_FD parent = -1;
	int r = -1;

	if (!made && errno != EEXIST)
		return err_set(e, errno, "make the directory '%s'", dir);
	if (!realpath(dir, n.path))
		return err_set(e, errno, "resolve '%s'", dir);
	snprintf(path, sizeof(path), "%s", n.path);
	slash = strrchr(path, '/');
	*slash = '\0';
	parent = open_locked(path[0] ? path : "/", e);
	/* Who had the parent's lock until now may have failed and taken the directory away. */
	if (parent >= 0 && !made)
		made = mkdir(n.path, 0755) == 0;
	if (parent >= 0 && (n.dir = open_locked(n.path, e)) >= 0)
		r = fill(&n, parent, slash + 1, c, e);
	if (r < 0 && made)
		unlinkat(parent, slash + 1, AT_REMOVEDIR);
	return r;
}

/* ---- the bridge ---- */

void network_alias(const struct network *n, char buf[256])
{
	snprintf(buf, 256, "netns-veth %.*s", 240, n->path);
}

void network_ports_dir(const struct network *n, char buf[PORTS_DIR_SIZE])
{
	const char *name = strrchr(n->path, '/');

	snprintf(buf, PORTS_DIR_SIZE, "%.*s/.ports", name ? (int)(name - n->path) : 0, n->path);
}

/* Switches routing between interfaces on, and leaves a note when it was off. */
static int forwarding_on(const struct network *n, struct err *e)
{
	static const char path[] = "/proc/sys/net/ipv4/ip_forward";
	char text[8];

	if (file_read_line(AT_FDCWD, path, text, sizeof(text)) < 0)
		return err_set(e, errno, "read '%s'", path);
	if (strcmp(text, "0") != 0)
		return 0;
	if (file_write_kernel(AT_FDCWD, path, "1", e) < 0)
		return -1;
	return write_fact(n->dir, "ip-forward", "switched on; it was 0", e);
}

int network_bridge(const struct network *n, int rtnl, int *ret_index, struct err *e)
{
	char alias[256];
	struct bridge_conf c = {n->bridge, alias, n->gateway, n->subnet.len, n->mtu};
	struct link l;

	if (rt_link_find(rtnl, n->bridge, &l, e) < 0)
		return -1;
	if (!l.index) {
		network_alias(n, alias);
		if (forwarding_on(n, e) < 0 || rt_bridge_make(rtnl, &c, e) < 0 ||
		    rt_link_find(rtnl, n->bridge, &l, e) < 0)
			return -1;
	}
	if (strcmp(l.kind, "bridge") != 0)
		return err_set(e, 0, "the link '%s' is no bridge", n->bridge);
	*ret_index = l.index;
	return 0;
}

/* ---- removing ---- */

/* Whether a directory below the network's has no entries. */
static int empty_dir(const struct network *n, const char *name, bool *ret, struct err *e)
{
	int fd = openat(n->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *x;

	if (!d) {
		fd_close(&fd);
		return err_set(e, errno, "list '%s/%s'", n->path, name);
	}
	*ret = true;
	while ((x = readdir(d)))
		if (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0)
			*ret = false;
	closedir(d);
	return 0;
}

/* Removes the bridge when it is the one that we made. */
static int remove_bridge(const struct network *n, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	char alias[256];
	struct link l;

	network_alias(n, alias);
	if (rtnl < 0 || rt_link_find(rtnl, n->bridge, &l, e) < 0)
		return -1;
	return l.index && strcmp(l.alias, alias) == 0 ? rt_link_del(rtnl, n->bridge, e) : 0;
}

/* Removes the facts, the subnet first, and the directory when nothing else is in it. */
static int remove_files(const struct network *n, struct err *e)
{
	static const char *const facts[] = {"subnet", "gateway", "bridge", "table", "mtu", "last", "ip-forward"};
	char ports[PORTS_DIR_SIZE];

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (unlinkat(n->dir, facts[i], 0) < 0 && errno != ENOENT)
			return err_set(e, errno, "remove '%s/%s'", n->path, facts[i]);
	if (unlinkat(n->dir, "leases", AT_REMOVEDIR) < 0 || unlinkat(n->dir, "names", AT_REMOVEDIR) < 0 ||
	    rmdir(n->path) < 0)
		return err_set(e, errno, "remove the directory '%s'", n->path);
	/* The claims of published ports go with the last network; others in it keep it. */
	network_ports_dir(n, ports);
	rmdir(ports);
	return 0;
}

int network_remove(struct network *n, struct err *e)
{
	AUTO_FD nft = nl_open(NETLINK_NETFILTER, e);
	bool empty = false;

	if (nft < 0 || empty_dir(n, "leases", &empty, e) < 0)
		return -1;
	if (!empty) {
		err_set(e, EBUSY, "remove the network '%s'", n->path);
		return err_hint(e, "it has leases: 'netns-veth list --network %s' shows them", n->path);
	}
	if (nft_remove_bridge(nft, n->table, n->bridge, &n->subnet, e) < 0 || remove_bridge(n, e) < 0)
		return -1;
	return remove_files(n, e);
}
