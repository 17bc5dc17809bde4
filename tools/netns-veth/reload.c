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
#include "policy.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is collected: networks, and what each and its containers want. The ports of a want are on the heap. */
struct reloading {
	const char *netns_dir, *table;
	struct network *nets;
	size_t n_nets;
	struct nft_want *wants;
	size_t n_wants, room;
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

/* The network at path, when it is one, of that table, and in use. */
static int collect_network(const char *path, struct reloading *r, struct err *e)
{
	struct network *n = &r->nets[r->n_nets];
	struct err ignored;
	unsigned int leases = 0;
	struct nft_want w = {.ports = NULL};

	if (network_open(path, n, &ignored) < 0)
		return 0;
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

int reload(struct network *n, const char *netns_dir, struct err *e)
{
	char parent[PATH_MAX], table[NFT_TABLE_MAX + 1];
	AUTO_FD nft = -1;
	__attribute__((cleanup(reloading_free))) struct reloading r = {.netns_dir = netns_dir, .table = table};

	snprintf(table, sizeof(table), "%s", n->table);
	snprintf(parent, sizeof(parent), "%s", n->path);
	*(strrchr(parent, '/') + 1) = '\0';
	network_close(n);
	if (collect(parent, &r, e) < 0 || nft_renew(table, r.wants, r.n_wants, e) < 0)
		return -1;
	nft = nl_open(NETLINK_NETFILTER, e);
	for (size_t i = 0; nft >= 0 && i < r.n_wants; i++)
		if (!r.wants[i].ports && !r.wants[i].net.internal &&
		    policy_accept(nft, table, r.wants[i].net.bridge, e) < 0)
			return -1;
	return nft < 0 ? -1 : 0;
}
