/* steps.c - single steps for work by hand: namespaces, bridges and pairs without a network, and a command in one. */
#include "args.h"
#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "container.h"
#include "netlink.h"
#include "nsfile.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

/* Goes into a namespace by its name. */
static int enter(const struct args *a, const char *name, struct err *e)
{
	AUTO_FD fd = -1;

	if (nsfile_open(args_netns_dir(a), name, &fd, e) < 0)
		return -1;
	return setns(fd, CLONE_NEWNET) < 0
	           ? err_set(e, errno, "enter the network namespace '%s/%s'", args_netns_dir(a), name)
	           : 0;
}

int run_exec(struct args *a, struct err *e)
{
	if (!a->rest || !a->rest[0])
		opt_usage(&args_spec, "'exec' needs a command");
	return enter(a, args_name(a), e) < 0 ? -1 : chain_exec(a->rest, e);
}

int run_netns_add(struct args *a, struct err *e)
{
	const char *name = args_name(a);
	AUTO_FD fd = -1;
	ino_t inode;

	if (nsfile_exists(args_netns_dir(a), name))
		return err_set(e, EEXIST, "make the network namespace '%s/%s'", args_netns_dir(a), name);
	if (nsfile_unshare(&inode, e) < 0 || nsfile_sysctls(e) < 0 || nsfile_bind(args_netns_dir(a), name, e) < 0)
		return -1;
	fd = nl_open(NETLINK_ROUTE, e);
	return fd < 0 ? -1 : rt_lo_up(fd, e);
}

int run_netns_del(struct args *a, struct err *e)
{
	const char *name = args_name(a);

	if (!nsfile_exists(args_netns_dir(a), name))
		return err_set(e, ENOENT, "remove the network namespace '%s/%s'", args_netns_dir(a), name);
	return nsfile_remove(args_netns_dir(a), name, 0, e);
}

/* Finds a link that is to be of that kind. */
static int find(int rtnl, const char *name, const char *kind, struct link *ret, struct err *e)
{
	if (rt_link_find(rtnl, name, ret, e) < 0)
		return -1;
	if (!ret->index)
		return err_set(e, ENODEV, "find the link '%s'", name);
	return strcmp(ret->kind, kind) == 0 ? 0 : err_set(e, 0, "the link '%s' is no %s", name, kind);
}

/* Removes a link of that kind. */
static int remove_link(const struct args *a, const char *kind, struct err *e)
{
	const char *name = args_link(a);
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	struct link l;

	return rtnl < 0 || find(rtnl, name, kind, &l, e) < 0 ? -1 : rt_link_del(rtnl, name, e);
}

int run_bridge_add(struct args *a, struct err *e)
{
	const struct bridge_conf c = {.name = args_link(a), .at = a->at, .mtu = args_mtu(a)};
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	struct link l;
	struct err ignored;

	if (rtnl < 0 || rt_bridge_make(rtnl, &c, e) < 0)
		return -1;
	if (find(rtnl, c.name, "bridge", &l, e) == 0 && rt_bridge_up(rtnl, l.index, &c, e) == 0)
		return 0;
	rt_link_del(rtnl, c.name, &ignored);
	return -1;
}

int run_bridge_del(struct args *a, struct err *e)
{
	return remove_link(a, "bridge", e);
}

/* What veth add is told. */
static void veth_of(const struct args *a, struct veth_conf *v, struct inside_conf *at)
{
	const char *mac = args_get(a, O_MAC), *gateway = args_get(a, O_GATEWAY);
	struct err e;

	*v = (struct veth_conf){.name = args_link(a),
	                        .peer = args_get(a, O_PEER) ? args_get(a, O_PEER) : CONTAINER_LINK,
	                        .netns_fd = -1,
	                        .mtu = args_mtu(a),
	                        .mac_given = mac || a->at.len};
	*at = (struct inside_conf){.at = a->at};
	mac_from_ip(a->at.ip, v->mac);
	if ((mac && mac_parse(mac, v->mac, &e) < 0) ||
	    (gateway && *gateway && ip_parse(gateway, &at->gateway, &e) < 0) ||
	    (a->gateway6 && ip6_parse(a->gateway6, &at->gateway6, &e) < 0))
		args_wrong(&e);
	if (!name_is_interface(v->peer))
		die(args_spec.usage_status, "not a name for an interface: '%s'", v->peer);
	if (args_get(a, O_NETNS) && !name_is_object(args_get(a, O_NETNS)))
		die(args_spec.usage_status, "not a name: '%s'", args_get(a, O_NETNS));
}

/* The peer's end, in its namespace. */
static int configure_peer(const struct args *a, const char *peer, struct inside_conf *at, struct err *e)
{
	const char *netns = args_get(a, O_NETNS);
	AUTO_FD inside = -1;
	struct link l;

	if (netns && enter(a, netns, e) < 0)
		return -1;
	inside = nl_open(NETLINK_ROUTE, e);
	if (inside < 0 || find(inside, peer, "veth", &l, e) < 0)
		return -1;
	at->index = l.index;
	return rt_inside(inside, at, e);
}

int run_veth_add(struct args *a, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);
	AUTO_FD netns = -1;
	const char *bridge = args_get(a, O_BRIDGE), *ns = args_get(a, O_NETNS);
	struct veth_conf v;
	struct inside_conf at;
	struct err ignored;
	struct link l;

	veth_of(a, &v, &at);
	if (rtnl < 0 || (bridge && find(rtnl, bridge, "bridge", &l, e) < 0) ||
	    (ns && nsfile_open(args_netns_dir(a), ns, &netns, e) < 0))
		return -1;
	v.master = bridge ? l.index : 0;
	v.netns_fd = netns;
	if (rt_veth_make(rtnl, &v, e) < 0)
		return -1;
	if (configure_peer(a, v.peer, &at, e) == 0)
		return 0;
	rt_link_del(rtnl, v.name, &ignored);
	return -1;
}

int run_veth_del(struct args *a, struct err *e)
{
	return remove_link(a, "veth", e);
}
