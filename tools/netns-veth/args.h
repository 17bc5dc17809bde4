/*
 * args.h - the command line of netns-veth taken apart, for the files that have its commands.
 */
#ifndef NETNS_VETH_ARGS_H
#define NETNS_VETH_ARGS_H

#include "common/opt.h"
#include "create.h"
#include "lease.h"
#include "port.h"
#include "rtnl.h"

enum option_id {
	O_NETWORK = OPT_LONG,
	O_SUBNET,
	O_GATEWAY,
	O_RANGE,
	O_IPV6,
	O_INTERNAL,
	O_ISOLATE,
	O_ICC,
	O_RESOLVER,
	O_LABEL,
	O_BRIDGE,
	O_TABLE,
	O_IP,
	O_IP6,
	O_MAC,
	O_MTU,
	O_JOIN,
	O_KEEP,
	O_ALIAS,
	O_HOSTNAME,
	O_HOSTS,
	O_GW_PRIORITY,
	O_ADDRESS,
	O_NETNS,
	O_PEER,
	O_NETNS_DIR,
	O_JSON,
	O_EXPLAIN,
	O_END,
	O_PUBLISH = 'p',
};

struct command;

struct args {
	const struct command *command;
	const char *group;                   /* the first of a command's two words, while the second is awaited */
	const char *value[O_END - OPT_LONG]; /* by option, the last one; "" for one without argument */
	const char *subnet6, *gateway6;      /* --subnet and --gateway with a colon in it */
	const char *label[LABELS_MAX];
	size_t labels;
	struct aliases aliases;
	struct addresses at; /* --address */
	struct ports ports;
	const char *operand;
	char **rest; /* exec: the command */
};

struct command {
	const char *name;
	const char *operand; /* what it is called; NULL when none is taken */
	const char *allowed; /* the letters of the options, see letter_of */
	int (*run)(struct args *a, struct err *e);
};

extern struct opt_spec args_spec;

/* The argument of an option, or NULL when it was not given. */
const char *args_get(const struct args *a, int id);

/* Where namespace files are. */
const char *args_netns_dir(const struct args *a);

/* Words a parser's complaint as wrong usage. */
_Noreturn void args_wrong(const struct err *e);

/* The operand as the name of a container; of an interface. */
const char *args_name(const struct args *a);
const char *args_link(const struct args *a);

/* 0 when it was not given. */
unsigned int args_mtu(const struct args *a);
int args_priority(const struct args *a);

/* Opens (and locks) the network of --network, which is needed. */
int args_network(const struct args *a, struct network *n, struct err *e);

/* The commands of a network and its containers (commands.c). */
int run_network_create(struct args *a, struct err *e);
int run_network_remove(struct args *a, struct err *e);
int run_up(struct args *a, struct err *e);
int run_down(struct args *a, struct err *e);
int run_names(struct args *a, struct err *e);
int run_publish(struct args *a, struct err *e);
int run_unpublish(struct args *a, struct err *e);
int run_gc(struct args *a, struct err *e);
int run_list(struct args *a, struct err *e);
int run_show(struct args *a, struct err *e);
int run_check(struct args *a, struct err *e);
int run_reload(struct args *a, struct err *e);

/* Single steps, without a network (steps.c). */
int run_exec(struct args *a, struct err *e);
int run_netns_add(struct args *a, struct err *e);
int run_netns_del(struct args *a, struct err *e);
int run_bridge_add(struct args *a, struct err *e);
int run_bridge_del(struct args *a, struct err *e);
int run_veth_add(struct args *a, struct err *e);
int run_veth_del(struct args *a, struct err *e);

#endif
