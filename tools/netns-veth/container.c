/* container.c - see container.h */
#include "container.h"
#include "claim.h"
#include "common/fd.h"
#include "conntrack.h"
#include "hosts.h"
#include "netlink.h"
#include "nft.h"
#include "nsfile.h"
#include "resolver.h"
#include "route.h"
#include "rtnl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINK_TRIES = 16 };

/* The sockets of the host's namespace, opened before it is left. */
struct host {
	int rtnl, nft;
	int bridge;    /* its index */
	bool sweeping; /* what is undone has not been ended: processes of it may live on */
};

static void host_close(struct host *h)
{
	fd_close(&h->rtnl);
	fd_close(&h->nft);
}
#define AUTO_HOST __attribute__((cleanup(host_close))) struct host

void container_conf_free(struct container_conf *c)
{
	ports_free(&c->ports);
	free(c->aliases.v);
	c->aliases = (struct aliases){0};
}

/* ---- taking back ---- */

/* Whether the lease is of this boot, as far as anybody knows. */
static bool this_boot(const struct lease *l)
{
	char boot[BOOT_ID_LEN + 1];
	struct err ignored;

	return boot_id(boot, &ignored) < 0 || !l->boot[0] || strcmp(boot, l->boot) == 0;
}

const char *container_state(const char *netns_dir, const struct lease *l)
{
	if (lease_damaged(l))
		return !l->name[0] ? "half-made" : nsfile_inode(netns_dir, l->name) ? "damaged" : "stale";
	if (!this_boot(l))
		return "stale";
	if (!l->up)
		return "half-made";
	return nsfile_inode(netns_dir, l->name) == l->netns ? "up" : "stale";
}

/* Removes the firewall's elements and the claims of the lease's ports: those only that it has really claimed, since
 * after a kill at the wrong moment a port in its list may be another's. */
static int undo_ports(const struct network *n, struct host *h, const struct lease *l, struct err *e)
{
	__attribute__((cleanup(ports_free))) struct ports mine = {0};
	AUTO_FD claims = -1;

	if (l->ports.n == 0 && !lease_damaged(l))
		return 0;
	if (h->nft < 0)
		h->nft = nl_open(NETLINK_NETFILTER, e);
	if (h->nft < 0 || claims_open(n, &claims, e) < 0)
		return -1;
	if (lease_damaged(l) ? claims_found(claims, n, l->ip, &mine, e) < 0
	                     : claims_owned(claims, n, l->ip, &l->ports, &mine, e) < 0)
		return -1;
	if (nft_remove_ports(h->nft, n->table, &mine, e) < 0)
		return -1;
	conntrack_forget_led(h->nft, &mine, l->ip, &l->ip6);
	claims_release(claims, &mine);
	return 0;
}

/* Takes the link away: of one that joined a namespace, out of it; of one whose namespace file somebody took away, lest a
 * process that keeps the namespace alive goes on with an address that is given to another. Else the link goes with the
 * namespace. */
static int undo_link(struct host *h, const char *netns_dir, const struct lease *l, struct err *e)
{
	bool joined = l->inside[0], there = nsfile_inode(netns_dir, l->name) == l->netns;

	if (!l->link[0] || strcmp(l->link, "-") == 0 || !l->netns || (there ? !joined : joined && !h->sweeping) ||
	    !this_boot(l))
		return 0;
	if (h->rtnl < 0)
		h->rtnl = nl_open(NETLINK_ROUTE, e);
	return h->rtnl < 0 ? -1 : rt_link_del(h->rtnl, l->link, e);
}

/* Takes everything of the lease back: namespace file, firewall elements, claims, name, address. What is missing is no
 * error. The sockets, of the host's namespace, are opened when they are -1 and needed. */
static int undo(const struct network *n, struct host *h, const char *netns_dir, const struct lease *l, struct err *e)
{
	/* The namespace of a lease that never got one (inode 0) died with the process that made it. */
	if (undo_link(h, netns_dir, l, e) < 0)
		return -1;
	if (!l->inside[0] && l->name[0] && l->netns && nsfile_remove(netns_dir, l->name, l->netns, e) < 0)
		return -1;
	if (undo_ports(n, h, l, e) < 0 || lease_release(n, l, e) < 0)
		return -1;
	if (l->hosts)
		hosts_forget(n, l->hosts);
	return 0;
}

/* What is left to do when somebody has gone: the names of the others, and no name server for nobody. With heal, one that
 * somebody killed is there again. */
static int settle(const struct network *n, const char *netns_dir, bool names, bool heal, struct err *e)
{
	bool empty = false;

	if (n->resolver && network_is_empty(n, &empty, e) < 0)
		return -1;
	if (empty)
		resolver_down(n);
	else if (heal && resolver_up(n))
		names = true;
	return names ? hosts_update(n, netns_dir, e) : 0;
}

/* The host's end is named after the address; the further tries have a letter behind it. */
static void link_name(struct lease *l, int tries)
{
	char suffix[2] = {tries ? (char)('a' + tries - 1) : '\0', '\0'};

	snprintf(l->link, sizeof(l->link), "veth%08x%s", l->ip, suffix);
}

/* What a damaged lease does not say: the namespace is that of its name, the link the usual one. */
static void guess(const char *netns_dir, struct lease *l)
{
	l->netns = nsfile_inode(netns_dir, l->name);
	link_name(l, 0);
}

int container_down(const struct network *n, const char *netns_dir, const char *name, bool keep, struct err *e)
{
	AUTO_LEASE l = {0};
	struct host h = {.rtnl = -1, .nft = -1};
	int r = lease_find(n, name, &l, e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (lease_damaged(&l))
		guess(netns_dir, &l);
	/* What keeps the namespace is from now on one that had joined it. */
	if (keep && !l.inside[0]) {
		snprintf(l.inside, sizeof(l.inside), "%s", CONTAINER_LINK);
		r = lease_damaged(&l) ? 0 : lease_update(n, &l, e);
	}
	if (r == 0)
		r = undo(n, &h, netns_dir, &l, e);
	nft_close_later(&h.nft);
	host_close(&h);
	return r == 0 ? settle(n, netns_dir, l.aliases.n > 0, false, e) : r;
}

/* What container_gc hands to its visits. */
struct sweep {
	const char *netns_dir;
	struct host h;
	unsigned int n;
	bool names;
};

static int sweep_one(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	struct sweep *s = arg;

	const char *state = container_state(s->netns_dir, l);

	/* A damaged one may be in use: whoever takes it down says that it is not. */
	if (strcmp(state, "up") == 0 || strcmp(state, "damaged") == 0)
		return 0;
	s->n++;
	s->names |= l->aliases.n > 0;
	return undo(n, &s->h, s->netns_dir, l, e);
}

int container_gc(const struct network *n, const char *netns_dir, unsigned int *ret_n, struct err *e)
{
	struct sweep s = {.netns_dir = netns_dir, .h = {.rtnl = -1, .nft = -1, .sweeping = true}};
	int r = lease_each(n, sweep_one, &s, e);

	nft_close_later(&s.h.nft);
	host_close(&s.h);
	if (r < 0 || lease_sweep_links(n, e) < 0 || claims_sweep(n, false, e) < 0 ||
	    settle(n, netns_dir, s.names, true, e) < 0)
		return -1;
	*ret_n = s.n;
	return 0;
}

/* ---- making ---- */

/* Refuses a name that is in use; a stale lease of that name is undone first. */
static int check_name(const struct network *n, struct host *h, const struct container_conf *c, struct err *e)
{
	AUTO_LEASE l = {0};
	int r = lease_find(n, c->name, &l, e);
	char ip[IP_TEXT_LEN];

	if (r < 0)
		return -1;
	if (r == 0 && (strcmp(container_state(c->netns_dir, &l), "up") == 0 ||
	               strcmp(container_state(c->netns_dir, &l), "damaged") == 0))
		return err_set(e, EEXIST, "'%s' has the address %s already", c->name, ip_text(l.ip, ip));
	if (r == 0 && undo(n, h, c->netns_dir, &l, e) < 0)
		return -1;
	if (c->join != nsfile_exists(c->netns_dir, c->name))
		return err_set(e, c->join ? ENOENT : EEXIST, "%s the network namespace '%s/%s'",
		               c->join ? "join" : "make", c->netns_dir, c->name);
	return 0;
}

/* Chooses and claims the ports and the address, in one go under the lock of the claims. */
static int claim_once(const struct network *n, struct container_conf *c, struct lease *l, struct err *e)
{
	AUTO_FD claims = -1;

	l->ip = c->ip;
	l->ip6 = c->ip6;
	if (c->ports.n == 0)
		return lease_claim(n, l, e);
	if (claims_open(n, &claims, e) < 0 || claims_choose(claims, &c->ports, e) < 0)
		return -1;
	l->ports = c->ports;
	if (lease_claim(n, l, e) == 0) {
		struct err ignored;

		if (claims_make(claims, n, l->ip, &l->ports, e) == 0) {
			c->ports = (struct ports){0};
			return 0;
		}
		lease_release(n, l, &ignored);
	}
	l->ports = (struct ports){0};
	return -1;
}

/* The same; when the pool is full, or what is asked for is in use, what is stale is swept and the search begun again
 * (without the lock of the claims, which the sweep takes). */
static int claim_all(const struct network *n, struct container_conf *c, struct lease *l, struct err *e)
{
	struct err first;
	unsigned int swept;

	if (ports_settle(&c->ports, n->subnet6.len != 0, e) < 0)
		return -1;
	if (claim_once(n, c, l, e) == 0)
		return 0;
	if (e->code != ENOSPC && e->code != EEXIST && e->code != EADDRINUSE)
		return -1;
	first = *e;
	if (container_gc(n, c->netns_dir, &swept, e) < 0)
		return -1;
	if (swept)
		return claim_once(n, c, l, e);
	*e = first;
	return -1;
}

/* The host's end of the pair, named after the address. A name in use (the kernel is still taking down its last
 * holder) gets a letter. The link of one that joins stays when this process is killed: the lease has to know it first. */
static int make_link(const struct network *n, const struct host *h, int inside, struct lease *l, struct veth_conf *v,
                     struct err *e)
{
	for (int i = 0; i < LINK_TRIES; i++) {
		link_name(l, i);
		v->name = l->link;
		if (l->inside[0] && lease_update(n, l, e) < 0)
			return -1;
		if (rt_veth_make(h->rtnl, v, e) == 0)
			return 0;
		if (e->code != EEXIST)
			break;
		/* Or another network's up, whose lock is another, has made an interface of the name inside. */
		if (l->inside[0] && rt_free_name(inside, l->inside, e) < 0)
			break;
	}
	l->link[0] = '\0';
	return -1;
}

/* The default routes: none in an internal network; without a metric where it is the only one. */
static int choose_routes(const struct network *n, const struct container_conf *c, int inside, struct inside_conf *ret,
                         const char *interface, struct err *e)
{
	if (n->internal)
		return 0;
	ret->gateway = n->gateway;
	ret->gateway6 = n->gateway6;
	ret->metric = c->join || c->priority ? route_metric(c->priority, interface) : 0;
	return c->join && c->priority > 0 ? route_make_room(inside, e) : 0;
}

/* The pair, and the container's end configured. The process is in the namespace. */
static int connect_link(const struct network *n, const struct host *h, const struct container_conf *c, struct lease *l,
                        struct err *e)
{
	AUTO_FD inside = nl_open(NETLINK_ROUTE, e);
	AUTO_FD netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct inside_conf at = {.index = RT_PEER_INDEX, .at = {l->ip, n->subnet.len, l->ip6, n->subnet6.len}};
	struct veth_conf v = {.peer = l->inside[0] ? l->inside : CONTAINER_LINK,
	                      .peer_index = c->join ? 0 : RT_PEER_INDEX,
	                      .master = h->bridge,
	                      .netns_fd = netns,
	                      .mtu = c->mtu ? c->mtu : n->mtu,
	                      .apart = n->apart,
	                      .mac_given = true};
	struct link peer;

	if (inside < 0)
		return -1;
	if (netns < 0)
		return err_set(e, errno, "open the new network namespace");
	lease_mac(l, v.mac);
	if (make_link(n, h, inside, l, &v, e) < 0)
		return -1;
	if (c->join && rt_link_find(inside, l->inside, &peer, e) < 0)
		return -1;
	if (c->join)
		at.index = peer.index;
	return choose_routes(n, c, inside, &at, v.peer, e) < 0 ? -1 : rt_inside(inside, &at, e);
}

/* Goes into the namespace: a new one, or the one that is to be joined, where a free interface's name is chosen. */
static int enter(const struct container_conf *c, struct lease *l, struct err *e)
{
	AUTO_FD fd = -1;
	AUTO_FD inside = -1;

	if (!c->join)
		return nsfile_unshare(&l->netns, e);
	if (nsfile_open(c->netns_dir, c->name, &fd, e) < 0)
		return -1;
	if (setns(fd, CLONE_NEWNET) < 0)
		return err_set(e, errno, "enter the network namespace '%s/%s'", c->netns_dir, c->name);
	l->netns = nsfile_inode(c->netns_dir, c->name);
	inside = nl_open(NETLINK_ROUTE, e);
	return inside < 0 ? -1 : rt_free_name(inside, l->inside, e);
}

/* The steps after the lease is claimed; on an error the caller undoes the lease. */
static int build(const struct network *n, const struct host *h, struct container_conf *c, struct lease *l,
                 struct err *e)
{
	bool fresh = resolver_up(n);
	const struct nft_want want = {network_nft(n), &l->ports, l->ip, l->ip6};

	if (nft_add(h->nft, &want, e) < 0 || enter(c, l, e) < 0 || lease_update(n, l, e) < 0)
		return -1;
	if (!c->join && (nsfile_sysctls(e) < 0 || nsfile_bind(c->netns_dir, c->name, e) < 0))
		return -1;
	if (connect_link(n, h, c, l, e) < 0)
		return -1;
	if (fresh)
		resolver_prove(n, h->rtnl, l->link);
	conntrack_forget_old(h->nft, &l->ports);
	l->up = true;
	if (lease_update(n, l, e) < 0)
		return -1;
	return l->aliases.n ? hosts_update(n, c->netns_dir, e) : 0;
}

/* What the lease says from the beginning. */
static int describe(struct container_conf *c, struct lease *l, struct err *e)
{
	snprintf(l->name, sizeof(l->name), "%s", c->name);
	snprintf(l->hostname, sizeof(l->hostname), "%s", c->hostname ? c->hostname : "");
	l->mac_given = c->mac_given;
	memcpy(l->mac, c->mac, MAC_LEN);
	l->aliases = c->aliases;
	c->aliases = (struct aliases){0};
	/* Until it has entered one, there is nothing of it in a namespace. */
	if (c->join)
		snprintf(l->inside, sizeof(l->inside), "%s", CONTAINER_LINK);
	if (c->hosts && !(l->hosts = strdup(c->hosts)))
		return err_set(e, errno, "keep the path '%s'", c->hosts);
	return boot_id(l->boot, e);
}

int container_up(const struct network *n, struct container_conf *c, struct lease *ret, struct err *e)
{
	AUTO_HOST h = {.rtnl = nl_open(NETLINK_ROUTE, e), .nft = -1};

	if (h.rtnl < 0)
		return -1;
	h.nft = nl_open(NETLINK_NETFILTER, e);
	if (h.nft < 0)
		return -1;
	if (describe(c, ret, e) < 0 || network_check_mtu(n, c->mtu, e) < 0 || check_name(n, &h, c, e) < 0 ||
	    network_bridge(n, h.rtnl, h.nft, false, &h.bridge, e) < 0 || claim_all(n, c, ret, e) < 0)
		return -1;
	if (build(n, &h, c, ret, e) == 0)
		return 0;
	struct err ignored;

	undo(n, &h, c->netns_dir, ret, &ignored);
	settle(n, c->netns_dir, false, false, &ignored);
	return -1;
}
