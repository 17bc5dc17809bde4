/*
 * netns-veth - network namespaces, veth pairs, bridges, leases, address translation and published ports.
 *
 * netns-veth.c: the table of commands and options; each command is a few steps out of the other files.
 */
#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/num.h"
#include "common/opt.h"
#include "container.h"
#include "explain.h"
#include "netlink.h"
#include "nsfile.h"
#include "reload.h"
#include "show.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	O_NETWORK = OPT_LONG,
	O_SUBNET,
	O_GATEWAY,
	O_BRIDGE,
	O_TABLE,
	O_IP,
	O_MAC,
	O_MTU,
	O_NETNS_DIR,
	O_JSON,
	O_EXPLAIN,
	O_END,
	O_PUBLISH = 'p',
};

static const struct opt table[] = {
    {O_NETWORK, "network", OPT_ARG, "DIR", "the network: a directory made by network-create"},
    {O_SUBNET, "subnet", OPT_ARG, "CIDR", "network-create: the addresses (a free /16 or /20 by default)"},
    {O_GATEWAY, "gateway", OPT_ARG, "ADDR", "network-create: the bridge's own address (the first by default)"},
    {O_BRIDGE, "bridge", OPT_ARG, "NAME", "network-create: the bridge's name (from the path by default)"},
    {O_TABLE, "table", OPT_ARG, "NAME", "network-create: the nftables table (" TABLE_DEFAULT " by default)"},
    {O_MTU, "mtu", OPT_ARG, "N", "network-create, up: the MTU of the interfaces"},
    {O_IP, "ip", OPT_ARG, "ADDR", "up: this address instead of a free one"},
    {O_MAC, "mac", OPT_ARG, "MAC", "up: this MAC address instead of the one that follows from the address"},
    {O_PUBLISH, "publish", OPT_ARG, "SPEC", "up: publish [IP:][HOSTPORT]:PORT[/tcp|/udp], ranges FIRST-LAST too"},
    {O_NETNS_DIR, "netns-dir", OPT_ARG, "DIR", "where namespace files are (" NETNS_DIR " by default)"},
    {O_JSON, "json", OPT_NO_ARG, NULL, "list, show: one JSON object a line"},
    {O_EXPLAIN, "explain", OPT_NO_ARG, NULL, "up, down: print the equivalent ip and nft commands, do nothing"},
};

static struct opt_spec spec = {
    .tool = "netns-veth",
    .synopsis = "network-create [OPTION]... DIR\n"
                "network-remove DIR\n"
                "up NAME --network DIR [OPTION]...\n"
                "down NAME --network DIR\n"
                "list --network DIR [--json]\n"
                "show NAME --network DIR [--json]\n"
                "check --network DIR\n"
                "reload --network DIR\n"
                "gc --network DIR\n"
                "exec NAME [--] COMMAND [ARGUMENT]...\n"
                "netns-add NAME\n"
                "netns-del NAME",
    .about =
        "Give containers a network: a namespace where ip-netns(8) looks for it, a veth pair to a bridge, an address\n"
        "leased from a directory of files, and ports published through one nftables table.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_USAGE,
};

enum { OPERANDS_MAX = 1, PUBLISH_MAX = PORTS_MAX };

/* The command line taken apart. */
struct args {
	const struct command *command;
	const char *value[O_END - OPT_LONG]; /* by option; "" for one without argument */
	struct ports ports;
	bool publish;
	const char *operand;
	char **rest; /* exec: the command */
};

struct command {
	const char *name;
	const char *operand; /* what it is called; NULL when none is taken */
	const char *allowed; /* the letters of the options, see letter_of */
	int (*run)(struct args *a, struct err *e);
};

/* The argument of an option, or NULL when it was not given. */
static const char *get(const struct args *a, int id)
{
	return a->value[id - OPT_LONG];
}

static const char *netns_dir(const struct args *a)
{
	return get(a, O_NETNS_DIR) ? get(a, O_NETNS_DIR) : NETNS_DIR;
}

/* ---- checks of what was typed ---- */

/* Words a parser's complaint as wrong usage. */
static _Noreturn void wrong(const struct err *e)
{
	die(spec.usage_status, "%s", e->text);
}

static unsigned int mtu_of(const struct args *a)
{
	uint64_t v = 0;

	if (get(a, O_MTU) && num_u64(get(a, O_MTU), 68, 65535, &v) < 0)
		die(spec.usage_status, "not an MTU of 68 to 65535: '%s'", get(a, O_MTU));
	return (unsigned int)v;
}

/* The operand as the name of a container. */
static const char *name_of(const struct args *a)
{
	if (!name_is_object(a->operand))
		die(spec.usage_status, "not a name (2 to 63 of A-Z a-z 0-9 _ . -, the first a letter or digit): '%s'",
		    a->operand);
	return a->operand;
}

static void conf_of(struct args *a, struct container_conf *c)
{
	struct err e;

	*c =
	    (struct container_conf){.name = name_of(a), .netns_dir = netns_dir(a), .mtu = mtu_of(a), .ports = a->ports};
	a->ports = (struct ports){0};
	if (get(a, O_IP) && ip_parse(get(a, O_IP), &c->ip, &e) < 0)
		wrong(&e);
	c->mac_given = get(a, O_MAC) != NULL;
	if (c->mac_given && mac_parse(get(a, O_MAC), c->mac, &e) < 0)
		wrong(&e);
}

static int open_network(const struct args *a, struct network *n, struct err *e)
{
	if (!get(a, O_NETWORK))
		opt_usage(&spec, "'%s' needs --network DIR", a->command->name);
	return network_open(get(a, O_NETWORK), n, e);
}

/* ---- the commands ---- */

static int run_network_create(struct args *a, struct err *e)
{
	const struct network_conf c = {get(a, O_SUBNET), get(a, O_GATEWAY), get(a, O_BRIDGE), get(a, O_TABLE),
	                               mtu_of(a)};
	struct subnet s;
	uint32_t ip;

	if ((c.subnet && subnet_parse(c.subnet, &s, e) < 0) || (c.gateway && ip_parse(c.gateway, &ip, e) < 0) ||
	    network_check_names(&c, e) < 0)
		wrong(e);
	return network_create(a->operand, &c, e);
}

static int run_network_remove(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	return network_open(a->operand, &n, e) < 0 ? -1 : network_remove(&n, e);
}

static int run_up(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	AUTO_LEASE l = {0};
	struct container_conf c;
	int r;

	conf_of(a, &c);
	r = open_network(a, &n, e);
	if (r == 0)
		r = get(a, O_EXPLAIN) ? explain_up(&n, &c, e) : container_up(&n, &c, &l, e);
	if (r == 0 && !get(a, O_EXPLAIN))
		show_records(&n, &l, c.mac_given ? c.mac : NULL);
	ports_free(&c.ports);
	return r;
}

static int run_down(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = name_of(a);

	if (open_network(a, &n, e) < 0)
		return -1;
	return get(a, O_EXPLAIN) ? explain_down(&n, netns_dir(a), name, e) : container_down(&n, netns_dir(a), name, e);
}

static int run_gc(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	unsigned int count;

	if (open_network(a, &n, e) < 0 || container_gc(&n, netns_dir(a), &count, e) < 0)
		return -1;
	if (count)
		printf("removed %u\n", count);
	return 0;
}

static int run_list(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	return open_network(a, &n, e) < 0 ? -1 : show_list(&n, netns_dir(a), NULL, get(a, O_JSON) != NULL, e);
}

static int run_show(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};
	const char *name = name_of(a);

	return open_network(a, &n, e) < 0 ? -1 : show_list(&n, netns_dir(a), name, get(a, O_JSON) != NULL, e);
}

static int run_check(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	return open_network(a, &n, e) < 0 ? -1 : show_check(&n, netns_dir(a), e);
}

static int run_reload(struct args *a, struct err *e)
{
	AUTO_NETWORK n = {.dir = -1};

	if (open_network(a, &n, e) < 0)
		return -1;
	return reload(&n, netns_dir(a), e);
}

static int run_exec(struct args *a, struct err *e)
{
	AUTO_FD fd = -1;

	if (!a->rest || !a->rest[0])
		opt_usage(&spec, "'exec' needs a command");
	if (nsfile_open(netns_dir(a), name_of(a), &fd, e) < 0)
		return -1;
	if (setns(fd, CLONE_NEWNET) < 0)
		return err_set(e, errno, "enter the network namespace '%s/%s'", netns_dir(a), a->operand);
	return chain_exec(a->rest, e);
}

static int run_netns_add(struct args *a, struct err *e)
{
	const char *name = name_of(a);
	AUTO_FD fd = -1;
	ino_t inode;

	if (nsfile_exists(netns_dir(a), name))
		return err_set(e, EEXIST, "make the network namespace '%s/%s'", netns_dir(a), name);
	if (nsfile_unshare(&inode, e) < 0 || nsfile_sysctls(e) < 0 || nsfile_bind(netns_dir(a), name, e) < 0)
		return -1;
	fd = nl_open(NETLINK_ROUTE, e);
	return fd < 0 ? -1 : rt_lo_up(fd, e);
}

static int run_netns_del(struct args *a, struct err *e)
{
	const char *name = name_of(a);

	if (!nsfile_exists(netns_dir(a), name))
		return err_set(e, ENOENT, "remove the network namespace '%s/%s'", netns_dir(a), name);
	return nsfile_remove(netns_dir(a), name, 0, e);
}

/* ---- the command line ---- */

/* allowed: n network, s subnet, g gateway, b bridge, t table, m mtu, i ip, a mac, p publish, d netns-dir, j json, x
 * explain */
static const struct command commands[] = {
    {"network-create", "DIR", "sgbtm", run_network_create},
    {"network-remove", "DIR", "", run_network_remove},
    {"up", "NAME", "niampdx", run_up},
    {"down", "NAME", "ndx", run_down},
    {"gc", NULL, "nd", run_gc},
    {"list", NULL, "ndj", run_list},
    {"show", "NAME", "ndj", run_show},
    {"check", NULL, "nd", run_check},
    {"reload", NULL, "nd", run_reload},
    {"exec", "NAME", "d", run_exec},
    {"netns-add", "NAME", "d", run_netns_add},
    {"netns-del", "NAME", "d", run_netns_del},
};

/* The letter of an option in "allowed". */
static char letter_of(int id)
{
	static const char letters[] = "nsgbtiamdjx";

	return id == O_PUBLISH ? 'p' : letters[id - OPT_LONG];
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	opt_usage(&spec, "no such command: '%s'", name);
}

/* Takes an operand: the command, its operand, exec's command. Whether it was the last thing to take. */
static bool take_operand(struct args *a, char **at)
{
	if (!a->command) {
		a->command = find_command(*at);
		if (strcmp(a->command->name, "exec") == 0)
			spec.usage_status = EXIT_OWN;
		return false;
	}
	if (a->operand && a->command->run == run_exec) {
		a->rest = at;
		return true;
	}
	if (a->operand || !a->command->operand)
		opt_usage(&spec, "one operand too many: '%s'", *at);
	a->operand = *at;
	return false;
}

static void take_option(struct args *a, int id, const char *arg)
{
	struct err e;

	if (id != O_PUBLISH) {
		a->value[id - OPT_LONG] = arg ? arg : "";
		return;
	}
	a->publish = true;
	if (ports_add(&a->ports, arg, &e) < 0)
		wrong(&e);
}

/* Refuses options that are not the command's. */
static void check_options(const struct args *a)
{
	for (size_t i = 0; i < spec.n; i++) {
		int id = table[i].id;
		bool given = id == O_PUBLISH ? a->publish : get(a, id) != NULL;

		if (given && !strchr(a->command->allowed, letter_of(id)))
			opt_usage(&spec, "'%s' takes no --%s", a->command->name, table[i].name);
	}
}

/* Options and operands in any order. */
static void parse(int argc, char **argv, struct args *a)
{
	struct opt_parser p;
	int id;

	for (bool done = false; !done;) {
		opt_begin(&p, &spec, argc, argv);
		while ((id = opt_next(&p)) != -1)
			take_option(a, id, p.arg);
		argc -= p.index;
		argv += p.index;
		done = argc < 1 || take_operand(a, argv);
	}
	if (!a->command)
		opt_usage(&spec, "no command given");
	else if (a->command->operand && !a->operand)
		opt_usage(&spec, "'%s' needs %s", a->command->name, a->command->operand);
	check_options(a);
}

int main(int argc, char **argv)
{
	struct args a = {0};
	struct err e = {0};
	int failed;

	msg_init("netns-veth");
	if (fd_open_stdio() < 0)
		die(EXIT_FAILED, "open /dev/null: %s", strerror(errno));
	parse(argc, argv, &a);
	failed = a.command->run(&a, &e) < 0;
	ports_free(&a.ports);
	if (failed)
		die_err(a.command->run == run_exec ? EXIT_OWN : EXIT_FAILED, &e);
	if (fflush(stdout) != 0)
		die(EXIT_FAILED, "write the result: %s", strerror(errno));
	return 0;
}
