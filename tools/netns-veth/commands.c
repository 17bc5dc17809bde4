/* commands.c - the commands of a network and its containers: each is a few steps out of the other files. */
#include "args.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "container.h"
#include "explain.h"
#include "hosts.h"
#include "publish.h"
#include "reload.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

/* Whether --isolate or --icc says no. */
static bool says_no(const struct args *a, int id)
{
	const char *s = args_get(a, id);

	if (s && strcmp(s, "yes") != 0 && strcmp(s, "no") != 0)
		die(args_spec.usage_status, "--%s: neither yes nor no: '%s'", id == O_ICC ? "icc" : "isolate", s);
	return s && s[0] == 'n';
}

/* What was given for IPv4; --subnet and --gateway with IPv6 alone leave "" behind. */
static const char *four(const struct args *a, int id, const char *six)
{
	const char *s = args_get(a, id);

	return s && !*s && six ? NULL : s;
}

int run_network_create(struct args *a, struct err *e)
{
	struct network_conf c = {
	    .subnet = four(a, O_SUBNET, a->subnet6),
	    .gateway = four(a, O_GATEWAY, a->gateway6),
	    .range = args_get(a, O_RANGE),
	    .subnet6 = a->subnet6,
	    .gateway6 = a->gateway6,
	    .bridge = args_get(a, O_BRIDGE),
	    .table = args_get(a, O_TABLE),
	    .six = args_get(a, O_IPV6) != NULL,
	    .internal = args_get(a, O_INTERNAL) != NULL,
	    .open = says_no(a, O_ISOLATE),
	    .apart = says_no(a, O_ICC),
	    .resolver = args_get(a, O_RESOLVER) != NULL,
	    .mtu = args_mtu(a),
	    .labels = a->labels,
	};

	memcpy(c.label, a->label, sizeof(c.label));
	if (network_check_conf(&c, e) < 0)
		args_wrong(e);
	return network_create(a->operand, &c, e);
}

int run_network_remove(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	return network_open(a->operand, &n, e) < 0 ? -1 : network_remove(&n, e);
}

static void conf_of(struct args *a, struct container_conf *c)
{
	const char *mac = args_get(a, O_MAC), *ip = args_get(a, O_IP), *ip6 = args_get(a, O_IP6);
	struct err e;

	*c = (struct container_conf){.name = args_name(a),
	                             .netns_dir = args_netns_dir(a),
	                             .mtu = args_mtu(a),
	                             .join = args_get(a, O_JOIN) != NULL,
	                             .priority = args_priority(a),
	                             .hostname = args_get(a, O_HOSTNAME),
	                             .hosts = args_get(a, O_HOSTS),
	                             .mac_given = mac != NULL,
	                             .aliases = a->aliases,
	                             .ports = a->ports};
	a->ports = (struct ports){0};
	a->aliases = (struct aliases){0};
	if ((ip && ip_parse(ip, &c->ip, &e) < 0) || (ip6 && ip6_parse(ip6, &c->ip6, &e) < 0) ||
	    (mac && mac_parse(mac, c->mac, &e) < 0))
		args_wrong(&e);
	if (c->hostname && !name_is_host(c->hostname))
		die(args_spec.usage_status, "not a host name: '%s'", c->hostname);
	if (c->hosts && (c->hosts[0] != '/' || strchr(c->hosts, '\n')))
		die(args_spec.usage_status, "not an absolute path without newlines: '%s'", c->hosts);
}

int run_up(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	AUTO_LEASE l = {0};
	struct container_conf c;
	int r;

	conf_of(a, &c);
	r = args_network(a, &n, e);
	if (r == 0)
		r = args_get(a, O_EXPLAIN) ? explain_up(&n, &c, e) : container_up(&n, &c, &l, e);
	if (r == 0 && !args_get(a, O_EXPLAIN))
		show_records(&n, &l);
	container_conf_free(&c);
	return r;
}

int run_down(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = args_name(a);

	if (args_network(a, &n, e) < 0)
		return -1;
	return args_get(a, O_EXPLAIN) ? explain_down(&n, args_netns_dir(a), name, e)
	                              : container_down(&n, args_netns_dir(a), name, args_get(a, O_KEEP) != NULL, e);
}

int run_names(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = args_name(a);

	return args_network(a, &n, e) < 0 ? -1 : hosts_rename(&n, args_netns_dir(a), name, &a->aliases, e);
}

int run_publish(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = args_name(a);

	if (!a->ports.n)
		opt_usage(&args_spec, "'publish' needs --publish SPEC");
	if (args_network(a, &n, e) < 0 || publish_add(&n, args_netns_dir(a), name, &a->ports, e) < 0)
		return -1;
	show_ports(&a->ports);
	return 0;
}

int run_unpublish(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = args_name(a);

	if (!a->ports.n)
		opt_usage(&args_spec, "'unpublish' needs --publish SPEC");
	return args_network(a, &n, e) < 0 ? -1 : publish_remove(&n, args_netns_dir(a), name, &a->ports, e);
}

int run_gc(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	unsigned int count;
	struct err ignored;
	bool swept;

	if (args_network(a, &n, e) < 0)
		return network_sweep(args_get(a, O_NETWORK), &swept, &ignored) == 0 && swept ? 0 : -1;
	if (container_gc(&n, args_netns_dir(a), &count, e) < 0)
		return -1;
	if (count)
		printf("removed %u\n", count);
	return 0;
}

int run_list(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	if (args_network(a, &n, e) < 0)
		return -1;
	return show_list(&n, args_netns_dir(a), NULL, args_get(a, O_JSON) != NULL, e);
}

int run_show(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = args_name(a);

	if (args_network(a, &n, e) < 0)
		return -1;
	return show_list(&n, args_netns_dir(a), name, args_get(a, O_JSON) != NULL, e);
}

int run_check(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	return args_network(a, &n, e) < 0 ? -1 : show_check(&n, args_netns_dir(a), e);
}

int run_reload(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	return args_network(a, &n, e) < 0 ? -1 : reload(&n, args_netns_dir(a), e);
}
