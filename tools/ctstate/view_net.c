/* view_net.c - see view_net.h */
#include "view_net.h"
#include "common/num.h"

#include <string.h>

/* "ADDRESS/PREFIX" as two members. */
static void set_address(struct arena *a, const struct fact *records, const char *key, struct jval *o, const char *name,
                        const char *prefix_name)
{
	char *address = arena_printf(a, "%s", ct_net_record(a, records, key));
	size_t n = strcspn(address, "/");
	uint64_t prefix = 0;

	if (!address[n] || num_u64(address + n + 1, 0, 128, &prefix) < 0)
		prefix = 0;
	address[n] = '\0';
	j_set(a, o, name, j_str(a, address));
	j_set(a, o, prefix_name, j_int(a, (int64_t)prefix));
}

void view_set_addresses(struct arena *a, const struct fact *records, struct jval *o)
{
	j_set(a, o, "Gateway", j_str(a, ct_net_record(a, records, "gateway")));
	set_address(a, records, "address", o, "IPAddress", "IPPrefixLen");
	j_set(a, o, "IPv6Gateway", j_str(a, ct_net_record(a, records, "gateway6")));
	set_address(a, records, "address6", o, "GlobalIPv6Address", "GlobalIPv6PrefixLen");
	j_set(a, o, "MacAddress", j_str(a, ct_net_record(a, records, "mac")));
}

/* The aliases among the words of an endpoint, which are an option and its value, a line each; null where there is
 * none. */
static struct jval *make_aliases(struct arena *a, const struct fact *words)
{
	struct jval *list = j_new(a, J_ARRAY);
	char *save = NULL, *text = words->p ? arena_copy(a, words->p, words->n) : NULL;
	char *option = text ? strtok_r(text, "\n", &save) : NULL;

	for (; option; option = strtok_r(NULL, "\n", &save)) {
		const char *value = strtok_r(NULL, "\n", &save);

		if (value && strcmp(option, "--alias") == 0)
			j_push(a, list, j_str(a, value));
	}
	list->b = list->n == 0;
	return list;
}

/* The id of a network: ROOT/networks/NAME/id. */
static const char *network_id(struct arena *a, const struct state_dirs *d, const char *name)
{
	struct fact f = fact_line(a, d->containers, "../networks", arena_printf(a, "%s/id", name));

	return f.p ? f.p : "";
}

/* One network; records are empty while the container does not run. */
static void add_network(struct arena *a, const struct state_dirs *d, const struct ct *c, struct jval *map,
                        const char *name, const struct fact *records)
{
	struct fact words = fact_line(a, d->containers, c->id, arena_printf(a, "endpoints/%s", name));
	struct jval *o = j_new(a, J_STRUCT);

	j_set(a, o, "Aliases", make_aliases(a, &words));
	j_set(a, o, "NetworkID", j_str(a, network_id(a, d, name)));
	j_set(a, o, "EndpointID", j_str(a, records->p ? c->id : ""));
	view_set_addresses(a, records, o);
	j_set(a, map, j_str(a, name)->s, o);
}

struct jval *view_networks(struct arena *a, const struct state_dirs *d, const struct ct *c)
{
	struct jval *map = j_map(a, J_STRUCT);

	if (*c->network)
		add_network(a, d, c, map, c->network, &c->net);
	for (const char *p = NULL; (p = fact_next(&c->further, p));) {
		struct fact records = {0};

		if (ct_is_up(c))
			records = fact_line(a, d->run, c->id, arena_printf(a, "net.%s", p));
		add_network(a, d, c, map, p, &records);
	}
	return map;
}
