/* container.c - see container.h */
#include "container.h"
#include "claim.h"
#include "common/fd.h"
#include "conntrack.h"
#include "netlink.h"
#include "nft.h"
#include "nsfile.h"
#include "rtnl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINK_TRIES = 16 };

/* The sockets of the host's namespace, opened before it is left. */
struct host {
	int rtnl, nft;
	int bridge; /* its index */
};

static void host_close(struct host *h)
{
	fd_close(&h->rtnl);
	fd_close(&h->nft);
}
#define AUTO_HOST __attribute__((cleanup(host_close))) struct host

/* ---- taking back ---- */

const char *container_state(const char *netns_dir, const struct lease *l)
{
	char boot[BOOT_ID_LEN + 1];
	struct err ignored;

	if (boot_id(boot, &ignored) == 0 && l->boot[0] && strcmp(boot, l->boot) != 0)
		return "stale";
	if (!l->up)
		return "half-made";
	return nsfile_inode(netns_dir, l->name) == l->netns ? "up" : "stale";
}

/* Removes the firewall's elements and the claims of the lease's ports: those only that it has really claimed, since
 * after a kill at the wrong moment a port in its list may be another's. */
static int undo_ports(const struct network *n, int *nft, const struct lease *l, struct err *e)
{
	__attribute__((cleanup(ports_free))) struct ports mine = {0};
	AUTO_FD claims = -1;

	if (l->ports.n == 0)
		return 0;
	if (*nft < 0)
		*nft = nl_open(NETLINK_NETFILTER, e);
	if (*nft < 0 || claims_open(n, &claims, e) < 0 || claims_owned(claims, n, l->ip, &l->ports, &mine, e) < 0 ||
	    nft_remove_ports(*nft, n->table, &mine, e) < 0)
		return -1;
	conntrack_forget_led(*nft, &mine, l->ip);
	claims_release(claims, &mine);
	return 0;
}

/* Takes everything of the lease back: namespace file, firewall elements, claims, name, address. What is missing is no
 * error. *nft is opened when it is -1 and needed. */
static int undo(const struct network *n, int *nft, const char *netns_dir, const struct lease *l, struct err *e)
{
	/* The namespace of a lease that never got one (inode 0) died with the process that made it. */
	if (l->name[0] && l->netns && nsfile_remove(netns_dir, l->name, l->netns, e) < 0)
		return -1;
	return undo_ports(n, nft, l, e) < 0 ? -1 : lease_release(n, l, e);
}

int container_down(const struct network *n, const char *netns_dir, const char *name, struct err *e)
{
	AUTO_LEASE l = {0};
	int nft = -1, r = lease_find(n, name, &l, e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	r = undo(n, &nft, netns_dir, &l, e);
	nft_close_later(&nft);
	return r;
}

/* What container_gc hands to its visits. */
struct sweep {
	const char *netns_dir;
	int nft;
	unsigned int n;
};

static int sweep_one(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	struct sweep *s = arg;

	if (strcmp(container_state(s->netns_dir, l), "up") == 0)
		return 0;
	s->n++;
	return undo(n, &s->nft, s->netns_dir, l, e);
}

int container_gc(const struct network *n, const char *netns_dir, unsigned int *ret_n, struct err *e)
{
	struct sweep s = {.netns_dir = netns_dir, .nft = -1};
	int r = lease_each(n, sweep_one, &s, e);

	nft_close_later(&s.nft);
	if (r < 0 || lease_sweep_names(n, e) < 0)
		return -1;
	*ret_n = s.n;
	return 0;
}

/* ---- making ---- */

/* Refuses a name that is in use; a stale lease of that name is undone first. */
static int check_name(const struct network *n, int *nft, const struct container_conf *c, struct err *e)
{
	AUTO_LEASE l = {0};
	int r = lease_find(n, c->name, &l, e);
	char ip[IP_TEXT_LEN];

	if (r < 0)
		return -1;
	if (r == 0 && strcmp(container_state(c->netns_dir, &l), "up") == 0)
		return err_set(e, EEXIST, "'%s' has the address %s already", c->name, ip_text(l.ip, ip));
	if (r == 0 && undo(n, nft, c->netns_dir, &l, e) < 0)
		return -1;
	if (nsfile_exists(c->netns_dir, c->name))
		return err_set(e, EEXIST, "make the network namespace '%s/%s'", c->netns_dir, c->name);
	return 0;
}

/* Claims the address; when the pool is full, what is stale is swept and the search begun again. */
static int claim_address(const struct network *n, const struct container_conf *c, struct lease *l, struct err *e)
{
	struct err first;
	unsigned int swept;
	int r = lease_claim(n, c->ip, l, e);

	if (r == 0 || (e->code != ENOSPC && e->code != EEXIST))
		return r;
	first = *e;
	if (container_gc(n, c->netns_dir, &swept, e) < 0)
		return -1;
	if (swept)
		return lease_claim(n, c->ip, l, e);
	*e = first;
	return -1;
}

/* Chooses and claims the ports and the address, in one go under the lock of the claims. */
static int claim_all(const struct network *n, struct container_conf *c, struct lease *l, struct err *e)
{
	AUTO_FD claims = -1;

	if (c->ports.n == 0)
		return claim_address(n, c, l, e);
	if (claims_open(n, &claims, e) < 0 || claims_choose(claims, &c->ports, e) < 0)
		return -1;
	l->ports = c->ports;
	c->ports = (struct ports){0};
	if (claim_address(n, c, l, e) < 0)
		return -1;
	if (claims_make(claims, n, l->ip, &l->ports, e) == 0)
		return 0;
	struct err ignored;

	lease_release(n, l, &ignored);
	return -1;
}

/* The host's end of the pair, named after the address. A name in use (the kernel is still taking down its last
 * holder) gets a letter. */
static int make_link(const struct host *h, struct lease *l, struct veth_conf *v, struct err *e)
{
	for (int i = 0; i < LINK_TRIES; i++) {
		char suffix[2] = {i ? (char)('a' + i - 1) : '\0', '\0'};

		snprintf(l->link, sizeof(l->link), "veth%08x%s", l->ip, suffix);
		v->name = l->link;
		if (rt_veth_make(h->rtnl, v, e) == 0)
			return 0;
		if (e->code != EEXIST)
			break;
	}
	l->link[0] = '\0';
	return -1;
}

/* The pair, and the container's end configured. The process is in the new namespace. */
static int connect_link(const struct network *n, const struct host *h, const struct container_conf *c, struct lease *l,
                        struct err *e)
{
	AUTO_FD inside = nl_open(NETLINK_ROUTE, e);
	AUTO_FD netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct veth_conf v = {
	    .peer = CONTAINER_LINK, .master = h->bridge, .netns_fd = netns, .mtu = c->mtu ? c->mtu : n->mtu};

	if (inside < 0)
		return -1;
	if (netns < 0)
		return err_set(e, errno, "open the new network namespace");
	memcpy(v.mac, c->mac, MAC_LEN);
	if (!c->mac_given)
		mac_from_ip(l->ip, v.mac);
	if (make_link(h, l, &v, e) < 0)
		return -1;
	return rt_inside(inside, l->ip, n->subnet.len, n->gateway, e);
}

/* The steps after the lease is claimed; on an error the caller undoes the lease. */
static int build(const struct network *n, const struct host *h, struct container_conf *c, struct lease *l,
                 struct err *e)
{
	const struct nft_want want = {n->table, n->bridge, n->subnet, &l->ports, l->ip};

	if (nft_add(h->nft, &want, e) < 0 || nsfile_unshare(&l->netns, e) < 0 || lease_update(n, l, e) < 0 ||
	    nsfile_sysctls(e) < 0 || nsfile_bind(c->netns_dir, c->name, e) < 0 || connect_link(n, h, c, l, e) < 0)
		return -1;
	conntrack_forget_old(h->nft, &l->ports);
	l->up = true;
	return lease_update(n, l, e);
}

int container_up(const struct network *n, struct container_conf *c, struct lease *ret, struct err *e)
{
	AUTO_HOST h = {.rtnl = nl_open(NETLINK_ROUTE, e), .nft = -1};

	if (h.rtnl < 0)
		return -1;
	h.nft = nl_open(NETLINK_NETFILTER, e);
	if (h.nft < 0)
		return -1;
	snprintf(ret->name, sizeof(ret->name), "%s", c->name);
	if (boot_id(ret->boot, e) < 0 || check_name(n, &h.nft, c, e) < 0 ||
	    network_bridge(n, h.rtnl, &h.bridge, e) < 0 || claim_all(n, c, ret, e) < 0)
		return -1;
	if (build(n, &h, c, ret, e) == 0)
		return 0;
	struct err ignored;

	undo(n, &h.nft, c->netns_dir, ret, &ignored);
	return -1;
}
