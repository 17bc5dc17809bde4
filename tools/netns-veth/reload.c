/*
 * reload.c - see reload.h
 *
 * The networks of one table are all locked, in the order of their names, while it is made anew: a container that came
 * up in between would be missing in it. Everybody else locks one network at a time, and two reloads lock them in the
 * same order, so that nobody waits for ever.
 */
#include "reload.h"
#include "common/fd.h"
#include "container.h"
#include "lease.h"
#include "netlink.h"
#include "nft.h"
#include "rtnl.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is collected: networks, and what each and its containers want. The ports of a want are on the heap. */
struct reloading {
	const char *netns_dir, *table;
	struct network *nets;
	size_t n_nets;
	struct nft_want *wants;
	size_t n_wants, room;
	struct err bad; /* what was said of the first network that cannot be read; the others are made all the same */
	bool any_bad;
};

static void reloading_free(struct reloading *r)
{
	for (size_t i = 0; i < r->n_wants; i++) {
		struct ports p = r->wants[i].ports ? *r->wants[i].ports : (struct ports){0};

		ports_free(&p);
		free((void *)(uintptr_t)r->wants[i].ports);
	}
	free(r->wants);
	for (size_t i = 0; i < r->n_nets; i++)
		network_close(&r->nets[i]);
	free(r->nets);
}

static int add_want(struct reloading *r, const struct nft_want *w, struct err *e)
{
	if (r->n_wants == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		void *v = realloc(r->wants, room * sizeof(*r->wants));

		if (!v)
			return err_set(e, ENOMEM, "collect what the firewall has to know");
		r->wants = v;
		r->room = room;
	}
	r->wants[r->n_wants++] = *w;
	return 0;
}

/* The ports of one container that is up. They become ours. */
static int collect_lease(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	struct reloading *r = arg;
	struct nft_want w = {network_nft(n), NULL, l->ip, l->ip6};
	struct ports *own;

	if (!l->ports.n || strcmp(container_state(r->netns_dir, l), "up") != 0)
		return 0;
	own = malloc(sizeof(*own));
	if (!own)
		return err_set(e, errno, "collect what the firewall has to know");
	*own = l->ports;
	l->ports = (struct ports){0};
	w.ports = own;
	return add_want(r, &w, e);
}

static int count_lease(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	(void)n;
	(void)l;
	(void)e;
	++*(unsigned int *)arg;
	return 0;
}

/* Whether a directory is said to be a network. */
static bool is_network(const char *path)
{
	char subnet[PATH_MAX + 300];

	snprintf(subnet, sizeof(subnet), "%s/subnet", path);
	return access(subnet, F_OK) == 0;
}

/* The network at path, when it is one, of that table, and in use. */
static int collect_network(const char *path, struct reloading *r, struct err *e)
{
	struct network *n = &r->nets[r->n_nets];
	struct err bad;
	unsigned int leases = 0;
	struct nft_want w = {.ports = NULL};

	if (network_open(path, n, &bad) < 0) {
		if (!r->any_bad && is_network(path)) {
			r->bad = bad;
			r->any_bad = true;
		}
		return 0;
	}
	if (strcmp(n->table, r->table) != 0) {
		network_close(n);
		return 0;
	}
	r->n_nets++;
	if (lease_each(n, count_lease, &leases, e) < 0)
		return -1;
	w.net = network_nft(n);
	return leases && (add_want(r, &w, e) < 0 || lease_each(n, collect_lease, r, e) < 0) ? -1 : 0;
}

static int not_hidden(const struct dirent *x)
{
	return x->d_name[0] != '.';
}

/* All the networks in the directory. */
static int collect(const char *parent, struct reloading *r, struct err *e)
{
	char path[PATH_MAX + 256];
	struct dirent **v = NULL;
	int n = scandir(parent, &v, not_hidden, alphasort), status = 0;

	if (n < 0)
		return err_set(e, errno, "list the directory '%s'", parent);
	r->nets = calloc((size_t)n + 1, sizeof(*r->nets));
	if (!r->nets)
		status = err_set(e, errno, "list the directory '%s'", parent);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s%s", parent, v[i]->d_name);
		if (r->nets && status == 0)
			status = collect_network(path, r, e);
		free(v[i]);
	}
	free(v);
	return status;
}

/* What restore_one is handed. */
struct restoring {
	const char *netns_dir;
	int rtnl, bridge;
};

/* The link of one that is up, in the bridge again. */
static int restore_one(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	const struct restoring *r = arg;
	const struct veth_conf v = {.name = l->link, .master = r->bridge, .apart = n->apart};
	struct link link;

	if (strcmp(container_state(r->netns_dir, l), "up") != 0)
		return 0;
	if (rt_link_find(r->rtnl, l->link, &link, e) < 0)
		return -1;
	return link.index && link.master != r->bridge ? rt_veth_attach(r->rtnl, &v, e) : 0;
}

/* The bridge of a network in use, as it was made, with its ports; and forwarding. */
static int restore(const struct network *n, const char *netns_dir, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	AUTO_FD nft = rtnl < 0 ? -1 : nl_open(NETLINK_NETFILTER, e);
	struct restoring r = {netns_dir, rtnl, 0};
	bool empty;

	if (nft < 0 || network_is_empty(n, &empty, e) < 0)
		return -1;
	if (empty)
		return 0;
	return network_bridge(n, rtnl, nft, true, &r.bridge, e) < 0 ? -1 : lease_each(n, restore_one, &r, e);
}

int reload(struct network *n, const char *netns_dir, struct err *e)
{
	char parent[PATH_MAX], table[NFT_TABLE_MAX + 1];
	__attribute__((cleanup(reloading_free))) struct reloading r = {.netns_dir = netns_dir, .table = table};

	snprintf(table, sizeof(table), "%s", n->table);
	snprintf(parent, sizeof(parent), "%s", n->path);
	*(strrchr(parent, '/') + 1) = '\0';
	network_close(n);
	if (collect(parent, &r, e) < 0 || nft_renew(table, r.wants, r.n_wants, e) < 0)
		return -1;
	for (size_t i = 0; i < r.n_nets; i++)
		if (restore(&r.nets[i], netns_dir, e) < 0)
			return -1;
	if (r.any_bad)
		*e = r.bad;
	return r.any_bad ? -1 : 0;
}
