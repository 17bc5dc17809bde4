/* network.c - see network.h */
#include "network.h"
#include "claim.h"
#include "common/fd.h"
#include "common/name.h"
#include "common/num.h"
#include "forward.h"
#include "netlink.h"
#include "policy.h"
#include "resolver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

void network_close(struct network *n)
{
	fd_close(&n->dir);
}

/* ---- reading ---- */

int network_lock(const char *dir, struct err *e)
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

/* One fact of the network into buf. A line that does not fit is none of ours. 0, 1 when there is none, -1. */
static int fact(const struct network *n, const char *name, char *buf, size_t size, struct err *e)
{
	char line[FACT_MAX];
	ssize_t len = file_read_line(n->dir, name, line, sizeof(line));

	if (len >= 0 && (size_t)len < size) {
		memcpy(buf, line, (size_t)len + 1);
		return 0;
	}
	if (len < 0 && errno == ENOENT)
		return 1;
	return err_set(e, len < 0 ? errno : EFBIG, "read '%s/%s'", n->path, name);
}

/* Complains of a fact that is missing. */
static int need_fact(const struct network *n, const char *name, char *buf, size_t size, struct err *e)
{
	int r = fact(n, name, buf, size, e);

	return r > 0 ? err_set(e, ENOENT, "read '%s/%s'", n->path, name) : r;
}

/* Whether an optional fact says that word. */
static int fact_is(const struct network *n, const char *name, const char *word, bool *ret, struct err *e)
{
	char text[8] = "";
	int r = fact(n, name, text, sizeof(text), e);

	*ret = r == 0 && strcmp(text, word) == 0;
	return r < 0 ? -1 : 0;
}

/* The optional fact mtu. */
static int fact_mtu(struct network *n, struct err *e)
{
	char text[16];
	uint64_t v;
	int r = fact(n, "mtu", text, sizeof(text), e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (num_u64(text, NETWORK_MTU_MIN, NETWORK_MTU_MAX, &v) < 0)
		return err_set(e, 0, "read '%s/mtu': not an MTU", n->path);
	n->mtu = (unsigned int)v;
	return 0;
}

/* The optional facts subnet6, gateway6 and range. */
static int read_more(struct network *n, struct err *e)
{
	char subnet6[CIDR6_TEXT_LEN], gateway6[IP6_TEXT_LEN], range[CIDR_TEXT_LEN];
	int r = fact(n, "subnet6", subnet6, sizeof(subnet6), e);

	if (r == 0 && (need_fact(n, "gateway6", gateway6, sizeof(gateway6), e) < 0 ||
	               subnet6_parse(subnet6, &n->subnet6, e) < 0 || ip6_parse(gateway6, &n->gateway6, e) < 0))
		return -1;
	if (r < 0 || (r = fact(n, "range", range, sizeof(range), e)) < 0)
		return -1;
	n->range = n->subnet;
	return r == 0 ? subnet_parse(range, &n->range, e) : 0;
}

static int read_facts(struct network *n, struct err *e)
{
	char subnet[CIDR_TEXT_LEN], gateway[IP_TEXT_LEN];

	if (need_fact(n, "subnet", subnet, sizeof(subnet), e) < 0) {
		if (e->code == ENOENT)
			err_hint(e, "not a network: 'netns-veth network-create %s' makes one", n->path);
		return -1;
	}
	if (need_fact(n, "gateway", gateway, sizeof(gateway), e) < 0 ||
	    need_fact(n, "bridge", n->bridge, sizeof(n->bridge), e) < 0 ||
	    need_fact(n, "table", n->table, sizeof(n->table), e) < 0 || fact_mtu(n, e) < 0)
		return -1;
	if (subnet_parse(subnet, &n->subnet, e) < 0 || ip_parse(gateway, &n->gateway, e) < 0 ||
	    subnet_check_host(&n->subnet, n->gateway, e) < 0 || read_more(n, e) < 0)
		return -1;
	if (fact_is(n, "internal", "yes", &n->internal, e) < 0 || fact_is(n, "isolate", "no", &n->open, e) < 0 ||
	    fact_is(n, "icc", "no", &n->apart, e) < 0 || fact_is(n, "resolver", "yes", &n->resolver, e) < 0)
		return -1;
	if (!name_is_interface(n->bridge) || !nft_table_name(n->table))
		return err_set(e, 0, "the facts 'bridge' or 'table' of the network '%s' are not what we wrote",
		               n->path);
	return 0;
}

int network_open(const char *dir, struct network *ret, struct err *e)
{
	AUTO_FD fd = network_lock(dir, e);
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

int network_fact(int dir, const char *name, const char *value, struct err *e)
{
	char line[FACT_MAX + 16];
	int n = snprintf(line, sizeof(line), "%s\n", value);

	return file_write_atomic(dir, name, line, (size_t)n, 0644, e);
}

unsigned long long network_hash(const char *path)
{
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

	for (; *path; path++)
		h = (h ^ (unsigned char)*path) * 0x100000001b3;
	return h;
}

const char *network_name(const struct network *n)
{
	return strrchr(n->path, '/') + 1;
}

int network_check_mtu(const struct network *n, unsigned int mtu, struct err *e)
{
	if (!mtu || mtu >= NETWORK_MTU6_MIN || !n->subnet6.len)
		return 0;
	return err_set(e, 0, "an MTU of %u: IPv6 needs %d at least", mtu, NETWORK_MTU6_MIN);
}

struct nft_net network_nft(const struct network *n)
{
	return (struct nft_net){
	    .table = n->table,
	    .bridge = n->bridge,
	    .subnet = n->subnet,
	    .subnet6 = n->subnet6,
	    .internal = n->internal,
	    .open = n->open,
	    .apart = n->apart,
	};
}

struct ip6 network_ip6(const struct network *n, uint32_t ip)
{
	return n->subnet6.len ? subnet6_at(&n->subnet6, ip - n->subnet.base) : (struct ip6){{0}};
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

/* Has the host forward, and other tables let it. */
static int open_ways(const struct network *n, int nft, struct err *e)
{
	if (forward_on(n->dir, n->subnet6.len != 0, e) < 0)
		return -1;
	return n->internal ? 0 : policy_accept(nft, n->table, n->bridge, e);
}

/* The bridge is a person's own, and left as it is: that it leads anywhere is seen to with the first container. */
static int adopt_bridge(const struct network *n, int nft, bool again, struct err *e)
{
	bool empty;

	if (network_is_empty(n, &empty, e) < 0)
		return -1;
	return empty || again ? open_ways(n, nft, e) : 0;
}

/* Gives our bridge what makes it more than one; up comes last, so that whoever finds it up finds all of it. */
static int configure_bridge(const struct network *n, int rtnl, int nft, int index, const struct bridge_conf *c,
                            struct err *e)
{
	if (forward_guard(n->bridge, n->subnet6.len != 0, e) < 0 || open_ways(n, nft, e) < 0)
		return -1;
	return rt_bridge_up(rtnl, index, c, e);
}

int network_bridge(const struct network *n, int rtnl, int nft, bool again, int *ret_index, struct err *e)
{
	char alias[256];
	struct bridge_conf c = {.name = n->bridge,
	                        .alias = alias,
	                        .at = {n->gateway, n->subnet.len, n->gateway6, n->subnet6.len},
	                        .mtu = n->mtu};
	struct err ignored;
	struct link l;
	bool made;

	network_alias(n, alias);
	if (rt_link_find(rtnl, n->bridge, &l, e) < 0)
		return -1;
	made = !l.index;
	if (made && (rt_bridge_make(rtnl, &c, e) < 0 || rt_link_find(rtnl, n->bridge, &l, e) < 0))
		return -1;
	if (strcmp(l.kind, "bridge") != 0)
		return err_set(e, 0, "the link '%s' is no bridge", n->bridge);
	*ret_index = l.index;
	if (strcmp(l.alias, alias) != 0)
		return adopt_bridge(n, nft, again, e);
	/* Down: new, or whoever made it was killed. */
	if ((l.up && !again) || configure_bridge(n, rtnl, nft, l.index, &c, e) == 0)
		return 0;
	if (made) {
		policy_forget(nft, n->bridge, &ignored);
		rt_link_del(rtnl, n->bridge, &ignored);
	}
	return -1;
}

/* ---- removing ---- */

/* Opens a directory of the network for reading. */
static DIR *open_list(const struct network *n, const char *name, struct err *e)
{
	int fd = openat(n->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		err_set(e, errno, "list '%s/%s'", n->path, name);
		fd_close(&fd);
	}
	return d;
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Whether a directory below the network's has no entries. */
static int empty_dir(const struct network *n, const char *name, bool *ret, struct err *e)
{
	DIR *d = open_list(n, name, e);
	struct dirent *x;

	*ret = true;
	if (!d)
		return -1;
	while ((x = readdir(d)))
		*ret &= is_dot(x->d_name);
	closedir(d);
	return 0;
}

int network_is_empty(const struct network *n, bool *ret, struct err *e)
{
	return empty_dir(n, "leases", ret, e);
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

/* Whether it is one of a network's facts, or what a killed writer of one left (file_write_atomic). */
static bool is_fact(const char *name)
{
	static const char *const facts[] = {"subnet",  "gateway",  "bridge",   "table",      "mtu",         "range",
	                                    "subnet6", "gateway6", "internal", "isolate",    "icc",         "id",
	                                    "created", "labels",   "last",     "ip-forward", "ip6-forward", "resolver"};
	const char *tmp = strstr(name, ".tmp.");
	size_t n = tmp ? (size_t)(tmp - name) : strlen(name);

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (strlen(facts[i]) == n && memcmp(facts[i], name, n) == 0)
			return true;
	return false;
}

int network_clear(const struct network *n, struct err *e)
{
	DIR *d;
	struct dirent *x;
	int r = 0;

	/* Without a subnet it is no network any more, however far we come. */
	if (unlinkat(n->dir, "subnet", 0) < 0 && errno != ENOENT)
		return err_set(e, errno, "remove '%s/subnet'", n->path);
	d = open_list(n, ".", e);
	if (!d)
		return -1;
	while (r == 0 && (x = readdir(d)))
		if (is_fact(x->d_name) && unlinkat(n->dir, x->d_name, 0) < 0 && errno != ENOENT)
			r = err_set(e, errno, "remove '%s/%s'", n->path, x->d_name);
	closedir(d);
	return r;
}

/* Whether there is nothing in the directory but what a network has. */
static int is_remnant(const struct network *n, bool *ret, struct err *e)
{
	DIR *d = open_list(n, ".", e);
	struct dirent *x;

	*ret = true;
	if (!d)
		return -1;
	while ((x = readdir(d)))
		*ret &= is_dot(x->d_name) || is_fact(x->d_name) || strcmp(x->d_name, "leases") == 0 ||
		        strcmp(x->d_name, "names") == 0;
	closedir(d);
	return 0;
}

/* Removes the facts, and the directory when nothing else is in it. */
static int remove_files(const struct network *n, struct err *e)
{
	static const char *const dirs[] = {"leases", "names"};

	if (network_clear(n, e) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++)
		if (unlinkat(n->dir, dirs[i], AT_REMOVEDIR) < 0 && errno != ENOENT)
			return err_set(e, errno, "remove the directory '%s/%s'", n->path, dirs[i]);
	return rmdir(n->path) < 0 ? err_set(e, errno, "remove the directory '%s'", n->path) : 0;
}

int network_sweep(const char *dir, bool *ret, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	AUTO_FD parent = -1;
	char up[PATH_MAX + 4];

	*ret = false;
	if (!realpath(dir, n.path))
		return err_set(e, errno, "resolve '%s'", dir);
	/* The parent's lock keeps whoever makes a network of that name waiting (network_create). */
	snprintf(up, sizeof(up), "%s/..", n.path);
	parent = network_lock(up, e);
	if (parent < 0 || (n.dir = network_lock(n.path, e)) < 0)
		return -1;
	/* Whoever held the lock may have made a network of it. */
	if (faccessat(n.dir, "subnet", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	return is_remnant(&n, ret, e) == 0 && *ret ? remove_files(&n, e) : 0;
}

int network_remove(struct network *n, struct err *e)
{
	AUTO_FD nft = nl_open(NETLINK_NETFILTER, e);
	const struct nft_net net = network_nft(n);
	bool empty = false;

	if (nft < 0 || network_is_empty(n, &empty, e) < 0)
		return -1;
	if (!empty) {
		err_set(e, EBUSY, "remove the network '%s'", n->path);
		return err_hint(e, "it has leases: 'netns-veth list --network %s' shows them", n->path);
	}
	resolver_down(n);
	if (policy_forget(nft, n->bridge, e) < 0 || nft_remove_bridge(nft, &net, e) < 0 || remove_bridge(n, e) < 0)
		return -1;
	/* The claims of published ports go with the last network. */
	return remove_files(n, e) < 0 ? -1 : claims_sweep(n, true, e);
}
