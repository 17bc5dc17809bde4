/* publish.c - see publish.h */
#include "publish.h"
#include "claim.h"
#include "common/fd.h"
#include "conntrack.h"
#include "container.h"
#include "lease.h"
#include "netlink.h"
#include "nft.h"

#include <errno.h>
#include <string.h>

#define AUTO_PORTS __attribute__((cleanup(ports_free))) struct ports

/* The lease of a container that is up. */
static int find_up(const struct network *n, const char *netns_dir, const char *name, struct lease *l, struct err *e)
{
	int r = lease_find(n, name, l, e);

	if (r > 0)
		return err_set(e, 0, "no such container in the network '%s': '%s'", n->path, name);
	if (r == 0 && strcmp(container_state(netns_dir, l), "up") != 0)
		return err_set(e, 0, "'%s' is %s in the network '%s'", name, container_state(netns_dir, l), n->path);
	return r;
}

/* Appends a list to another one. */
static int append_all(struct ports *to, const struct ports *from, struct err *e)
{
	for (size_t i = 0; i < from->n; i++)
		if (ports_append(to, &from->v[i], e) < 0)
			return -1;
	return 0;
}

/* Writes the lease with other ports than it had. */
static int set_ports(const struct network *n, struct lease *l, struct ports *p, struct err *e)
{
	struct ports old = l->ports;

	l->ports = *p;
	*p = old;
	return lease_update(n, l, e);
}

int publish_add(const struct network *n, const char *netns_dir, const char *name, struct ports *p, struct err *e)
{
	AUTO_LEASE l = {0};
	AUTO_PORTS all = {0};
	AUTO_FD claims = -1;
	AUTO_FD nft = nl_open(NETLINK_NETFILTER, e);
	const struct nft_want want = {network_nft(n), p, 0, {{0}}};
	struct nft_want now = want;
	struct err ignored;

	if (nft < 0 || find_up(n, netns_dir, name, &l, e) < 0 || ports_settle(p, n->subnet6.len != 0, e) < 0 ||
	    claims_open(n, &claims, e) < 0 || claims_choose(claims, p, e) < 0)
		return -1;
	now.ip = l.ip;
	now.ip6 = l.ip6;
	/* The lease first: whoever finds it after a kill takes back what of it was made. */
	if (append_all(&all, &l.ports, e) < 0 || append_all(&all, p, e) < 0 || set_ports(n, &l, &all, e) < 0 ||
	    claims_make(claims, n, l.ip, p, e) < 0)
		return -1;
	if (nft_add(nft, &now, e) == 0) {
		conntrack_forget_old(nft, p);
		return 0;
	}
	claims_release(claims, p);
	set_ports(n, &l, &all, &ignored);
	return -1;
}

/* Whether a port is one of those that a spec means. */
static bool matches(const struct port *spec, const struct port *p)
{
	return spec->proto == p->proto && spec->port == p->port &&
	       (!spec->host_port || spec->host_port == p->host_port) && (!spec->family || port_same_host(spec, p));
}

/* Divides the lease's ports into those that go and those that stay. */
static int divide(const struct lease *l, const struct ports *specs, struct ports *go, struct ports *stay, struct err *e)
{
	char text[PORT_TEXT_LEN];

	for (size_t k = 0; k < specs->n; k++) {
		bool found = false;

		for (size_t i = 0; i < l->ports.n; i++)
			found |= matches(&specs->v[k], &l->ports.v[i]);
		if (!found)
			return err_set(e, 0, "'%s' has not published %s to %u/%s", l->name,
			               port_text(&specs->v[k], text), specs->v[k].port, proto_name(specs->v[k].proto));
	}
	for (size_t i = 0; i < l->ports.n; i++) {
		bool goes = false;

		for (size_t k = 0; k < specs->n; k++)
			goes |= matches(&specs->v[k], &l->ports.v[i]);
		if (ports_append(goes ? go : stay, &l->ports.v[i], e) < 0)
			return -1;
	}
	return 0;
}

int publish_remove(const struct network *n, const char *netns_dir, const char *name, const struct ports *p,
                   struct err *e)
{
	AUTO_LEASE l = {0};
	AUTO_PORTS go = {0};
	AUTO_PORTS stay = {0};
	AUTO_PORTS mine = {0};
	AUTO_FD claims = -1;
	int nft = nl_open(NETLINK_NETFILTER, e), r = -1;

	if (nft >= 0 && find_up(n, netns_dir, name, &l, e) == 0 && divide(&l, p, &go, &stay, e) == 0 &&
	    claims_open(n, &claims, e) == 0 && claims_owned(claims, n, l.ip, &go, &mine, e) == 0 &&
	    nft_remove_ports(nft, n->table, &mine, e) == 0) {
		conntrack_forget_led(nft, &mine, l.ip, &l.ip6);
		claims_release(claims, &mine);
		r = set_ports(n, &l, &stay, e);
	}
	nft_close_later(&nft);
	return r;
}
