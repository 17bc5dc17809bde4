/*
 * reload.c - see reload.h
 *
 * The networks of one table are taken one after the other, each under its own lock and never two at once, so that two
 * reloads cannot wait for each other. A container that comes up in between adds its own elements, and finds or makes
 * the table as always.
 */
#include "reload.h"
#include "common/fd.h"
#include "container.h"
#include "lease.h"
#include "netlink.h"
#include "nft.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What the visits are handed. */
struct reloading {
	int nft;
	const char *netns_dir;
};

static int reload_lease(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	const struct reloading *r = arg;
	const struct nft_want want = {n->table, n->bridge, n->subnet, &l->ports, l->ip};

	return strcmp(container_state(r->netns_dir, l), "up") == 0 ? nft_add(r->nft, &want, e) : 0;
}

/* The network at path, when it is one and of that table. */
static int reload_network(const char *path, const char *table, struct reloading *r, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	struct err ignored;

	if (network_open(path, &n, &ignored) < 0 || strcmp(n.table, table) != 0)
		return 0;
	return lease_each(&n, reload_lease, r, e);
}

int reload(struct network *n, const char *netns_dir, struct err *e)
{
	AUTO_FD fd = nl_open(NETLINK_NETFILTER, e);
	struct reloading state = {fd, netns_dir};
	char parent[PATH_MAX], path[PATH_MAX + 256];
	struct dirent *x;
	int r = 0;
	DIR *d;

	if (fd < 0 || nft_remove_table(fd, n->table, e) < 0)
		return -1;
	network_close(n);
	snprintf(parent, sizeof(parent), "%s", n->path);
	*(strrchr(parent, '/') + 1) = '\0';
	d = opendir(parent);
	if (!d)
		return err_set(e, errno, "list the directory '%s'", parent);
	while (r == 0 && (x = readdir(d))) {
		if (x->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s%s", parent, x->d_name);
		r = reload_network(path, n->table, &state, e);
	}
	closedir(d);
	return r;
}
