/*
 * netns-veth - network namespaces, veth pairs, bridges, leases, address translation and published ports.
 *
 * netns-veth.c: the table of commands and options, and the command line taken apart by it.
 */
#include "args.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/num.h"
#include "common/sig.h"
#include "nsfile.h"
#include "route.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt table[] = {
    {O_NETWORK, "network", OPT_ARG, "DIR", "the network: a directory made by network-create"},
    {O_SUBNET, "subnet", OPT_ARG, "CIDR",
     "network-create: the addresses (a free /16 or /20 by default); once more for IPv6"},
    {O_GATEWAY, "gateway", OPT_ARG, "ADDR",
     "network-create: the bridge's own address (the first by default); likewise"},
    {O_RANGE, "ip-range", OPT_ARG, "CIDR", "network-create: give out addresses of this part of the subnet only"},
    {O_IPV6, "ipv6", OPT_NO_ARG, NULL, "network-create: IPv6 too, of a random subnet if none is given"},
    {O_INTERNAL, "internal", OPT_NO_ARG, NULL, "network-create: no way out of the network, and none in"},
    {O_ISOLATE, "isolate", OPT_ARG, "YES|NO", "network-create: no: let in other networks that say no (yes by default)"},
    {O_ICC, "icc", OPT_ARG, "YES|NO", "network-create: no: keep its containers apart from each other (yes by default)"},
    {O_RESOLVER, "resolver", OPT_NO_ARG, NULL,
     "network-create: a name server for its containers, if dnsmasq is installed"},
    {O_LABEL, "label", OPT_ARG, "KEY=VALUE", "network-create: a label, kept in the fact 'labels'"},
    {O_BRIDGE, "bridge", OPT_ARG, "NAME",
     "network-create: the bridge's name (from the path by default); veth add: plug it in"},
    {O_TABLE, "table", OPT_ARG, "NAME", "network-create: the nftables table (" TABLE_DEFAULT " by default)"},
    {O_MTU, "mtu", OPT_ARG, "N", "network-create, up, bridge add, veth add: the MTU of the interfaces"},
    {O_IP, "ip", OPT_ARG, "ADDR", "up: this address instead of a free one"},
    {O_IP6, "ip6", OPT_ARG, "ADDR", "up: this IPv6 address instead of the one that belongs to the IPv4 one"},
    {O_MAC, "mac", OPT_ARG, "MAC", "up, veth add: this MAC address instead of the one that follows from the address"},
    {O_JOIN, "join", OPT_NO_ARG, NULL, "up: the namespace is there: give it one more interface"},
    {O_KEEP, "keep-netns", OPT_NO_ARG, NULL, "down: take the interface away only, the namespace stays"},
    {O_ALIAS, "alias", OPT_ARG, "NAME", "up, names: a name under which the network's containers find it"},
    {O_HOSTNAME, "hostname", OPT_ARG, "NAME", "up: a name of the address for the container itself"},
    {O_HOSTS, "hosts", OPT_ARG, "FILE", "up: keep the names of the network's containers in this hosts file"},
    {O_GW_PRIORITY, "gw-priority", OPT_ARG, "N",
     "up: of several networks of one namespace the default route is that of the highest (0 by default)"},
    {O_PUBLISH, "publish", OPT_ARG, "SPEC",
     "up, publish, unpublish: [IP:][HOSTPORT:]PORT[/tcp|/udp|/sctp], ranges FIRST-LAST too"},
    {O_ADDRESS, "address", OPT_ARG, "ADDR/LEN", "bridge add, veth add: an address; once more for IPv6"},
    {O_NETNS, "netns", OPT_ARG, "NAME", "veth add: the namespace of the peer"},
    {O_PEER, "peer", OPT_ARG, "NAME", "veth add: the peer's name (eth0 by default)"},
    {O_NETNS_DIR, "netns-dir", OPT_ARG, "DIR", "where namespace files are (" NETNS_DIR " by default)"},
    {O_JSON, "json", OPT_NO_ARG, NULL, "list, show: one JSON object a line"},
    {O_EXPLAIN, "explain", OPT_NO_ARG, NULL, "up, down: print the equivalent ip and nft commands, do nothing"},
};

struct opt_spec args_spec = {
    .tool = "netns-veth",
    .synopsis = "network-create [OPTION]... DIR\n"
                "network-remove DIR\n"
                "up NAME --network DIR [OPTION]...\n"
                "down NAME --network DIR\n"
                "names NAME --network DIR [--alias NAME]...\n"
                "publish NAME --network DIR -p SPEC...\n"
                "unpublish NAME --network DIR -p SPEC...\n"
                "list --network DIR [--json]\n"
                "show NAME --network DIR [--json]\n"
                "check --network DIR\n"
                "reload --network DIR\n"
                "gc --network DIR\n"
                "exec NAME [--] COMMAND [ARGUMENT]...\n"
                "netns add NAME\n"
                "netns del NAME\n"
                "bridge add NAME [--address ADDR/LEN]... [--mtu N]\n"
                "bridge del NAME\n"
                "veth add NAME [--bridge NAME] [--netns NAME] [OPTION]...\n"
                "veth del NAME",
    .about =
        "Give containers a network: a namespace where ip-netns(8) looks for it, a veth pair to a bridge, an address\n"
        "leased from a directory of files, and ports published through one nftables table.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_USAGE,
};

/* The letters of "allowed", in the order of enum option_id. */
static const char letters[] = "nsgr6IocRlbtiqamJkAhHwDNPdjx";

/* A command of two words is one with a dash, too. */
static const struct command commands[] = {
    {"network-create", "DIR", "sgr6IocRlbtm", run_network_create},
    {"network-remove", "DIR", "", run_network_remove},
    {"up", "NAME", "niqamJAhHwpdx", run_up},
    {"down", "NAME", "nkdx", run_down},
    {"names", "NAME", "nAd", run_names},
    {"publish", "NAME", "npd", run_publish},
    {"unpublish", "NAME", "npd", run_unpublish},
    {"gc", NULL, "nd", run_gc},
    {"list", NULL, "ndj", run_list},
    {"show", "NAME", "ndj", run_show},
    {"check", NULL, "nd", run_check},
    {"reload", NULL, "nd", run_reload},
    {"exec", "NAME", "d", run_exec},
    {"netns-add", "NAME", "d", run_netns_add},
    {"netns-del", "NAME", "d", run_netns_del},
    {"bridge-add", "NAME", "Dm", run_bridge_add},
    {"bridge-del", "NAME", "", run_bridge_del},
    {"veth-add", "NAME", "bNPDgamd", run_veth_add},
    {"veth-del", "NAME", "", run_veth_del},
};

/* ---- what the commands ask ---- */

const char *args_get(const struct args *a, int id)
{
	return a->value[id - OPT_LONG];
}

const char *args_netns_dir(const struct args *a)
{
	return args_get(a, O_NETNS_DIR) ? args_get(a, O_NETNS_DIR) : NETNS_DIR;
}

_Noreturn void args_wrong(const struct err *e)
{
	die(args_spec.usage_status, "%s", e->text);
}

unsigned int args_mtu(const struct args *a)
{
	uint64_t v = 0;

	if (args_get(a, O_MTU) && num_u64(args_get(a, O_MTU), NETWORK_MTU_MIN, NETWORK_MTU_MAX, &v) < 0)
		die(args_spec.usage_status, "not an MTU of %d to %d: '%s'", NETWORK_MTU_MIN, NETWORK_MTU_MAX,
		    args_get(a, O_MTU));
	return (unsigned int)v;
}

int args_priority(const struct args *a)
{
	const char *s = args_get(a, O_GW_PRIORITY);
	int64_t v = 0;

	if (s && num_i64(s, GW_PRIORITY_MIN, GW_PRIORITY_MAX, &v) < 0)
		die(args_spec.usage_status, "not a priority of %d to %d: '%s'", GW_PRIORITY_MIN, GW_PRIORITY_MAX, s);
	return (int)v;
}

const char *args_name(const struct args *a)
{
	if (!name_is_object(a->operand))
		die(args_spec.usage_status,
		    "not a name (2 to 63 of A-Z a-z 0-9 _ . -, the first a letter or digit): '%s'", a->operand);
	return a->operand;
}

const char *args_link(const struct args *a)
{
	if (!name_is_interface(a->operand))
		die(args_spec.usage_status, "not a name for an interface (1 to 15 of A-Z a-z 0-9 _ . -): '%s'",
		    a->operand);
	return a->operand;
}

int args_network(const struct args *a, struct network *n, struct err *e)
{
	if (!args_get(a, O_NETWORK))
		opt_usage(&args_spec, "'%s' needs --network DIR", a->command->name);
	return network_open(args_get(a, O_NETWORK), n, e);
}

/* ---- the command line ---- */

/* The letter of an option in "allowed". */
static char letter_of(int id)
{
	return id == O_PUBLISH ? 'p' : letters[id - OPT_LONG];
}

static const struct command *find_command(const char *group, const char *word)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%.40s", group ? group : "", group ? "-" : "", word);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	opt_usage(&args_spec, "no such command: '%s%s%s'", group ? group : "", group ? " " : "", word);
}

/* Whether a command begins with that word and needs a second one. */
static bool is_group(const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; n && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strncmp(commands[i].name, word, n) == 0 && commands[i].name[n] == '-')
			return true;
	return false;
}

/* Takes an operand: the command, its operand, exec's command. Whether it was the last thing to take. */
static bool take_operand(struct args *a, char **at)
{
	if (!a->command && !a->group && is_group(*at)) {
		a->group = *at;
		return false;
	}
	if (!a->command) {
		a->command = find_command(a->group, *at);
		if (a->command->run == run_exec)
			args_spec.usage_status = EXIT_OWN;
		return false;
	}
	if (a->operand && a->command->run == run_exec) {
		a->rest = at;
		return true;
	}
	if (a->operand || !a->command->operand)
		opt_usage(&args_spec, "one operand too many: '%s'", *at);
	a->operand = *at;
	return false;
}

/* "ADDR/LEN" of an interface. */
static int take_address(struct args *a, const char *s, struct err *e)
{
	char text[IP6_TEXT_LEN];
	const char *slash = strchr(s, '/');
	bool six = strchr(s, ':') != NULL;
	uint64_t len;

	if (!slash || (size_t)(slash - s) >= sizeof(text) || num_u64(slash + 1, 1, six ? 128 : 32, &len) < 0)
		return err_set(e, 0, "not an address of the form ADDR/LEN: '%s'", s);
	memcpy(text, s, (size_t)(slash - s));
	text[slash - s] = '\0';
	*(six ? &a->at.len6 : &a->at.len) = (unsigned int)len;
	return six ? ip6_parse(text, &a->at.ip6, e) : ip_parse(text, &a->at.ip, e);
}

/* The options that are not just kept. 0, 1 when it is none of them, -1. */
static int take_special(struct args *a, int id, const char *arg, struct err *e)
{
	switch (id) {
	case O_PUBLISH:
		return ports_add(&a->ports, arg, e);
	case O_ALIAS:
		return aliases_add(&a->aliases, arg, e);
	case O_ADDRESS:
		return take_address(a, arg, e);
	case O_LABEL:
		if (a->labels == LABELS_MAX)
			return err_set(e, 0, "more than %d labels", LABELS_MAX);
		a->label[a->labels++] = arg;
		return 0;
	case O_SUBNET:
	case O_GATEWAY:
		if (!strchr(arg, ':'))
			return 1;
		*(id == O_SUBNET ? &a->subnet6 : &a->gateway6) = arg;
		return 0;
	default:
		return 1;
	}
}

/* Takes an option, if the command has it. */
static void take_option(struct args *a, int id, const char *arg)
{
	struct err e;
	int r = take_special(a, id, arg, &e);

	if (r < 0)
		args_wrong(&e);
	if (id == O_PUBLISH)
		return;
	if (r > 0 || !args_get(a, id))
		a->value[id - OPT_LONG] = r > 0 && arg ? arg : "";
}

/* Refuses options that are not the command's. */
static void check_options(const struct args *a)
{
	for (size_t i = 0; i < args_spec.n; i++) {
		int id = table[i].id;
		bool given = id == O_PUBLISH ? a->ports.n > 0 : args_get(a, id) != NULL;

		if (given && !strchr(a->command->allowed, letter_of(id)))
			opt_usage(&args_spec, "'%s' takes no --%s", a->command->name, table[i].name);
	}
}

/* Options and operands in any order. */
static void parse(int argc, char **argv, struct args *a)
{
	struct opt_parser p;
	int id;

	for (bool done = false; !done;) {
		opt_begin(&p, &args_spec, argc, argv);
		while ((id = opt_next(&p)) != -1)
			take_option(a, id, p.arg);
		argc -= p.index;
		argv += p.index;
		done = argc < 1 || take_operand(a, argv);
	}
	if (!a->command)
		opt_usage(&args_spec, "no command given");
	else if (a->command->operand && !a->operand)
		opt_usage(&args_spec, "'%s' needs %s", a->command->name, a->command->operand);
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
	sig_children();
	parse(argc, argv, &a);
	failed = a.command->run(&a, &e) < 0;
	ports_free(&a.ports);
	free(a.aliases.v);
	if (failed)
		die_err(a.command->run == run_exec ? EXIT_OWN : EXIT_FAILED, &e);
	if (fflush(stdout) != 0)
		die(EXIT_FAILED, "write to standard output: %s", strerror(errno));
	return 0;
}
