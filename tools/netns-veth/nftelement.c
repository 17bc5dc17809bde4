/* nftelement.c - see nftelement.h */
#include "nftelement.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include <sys/socket.h>

/* NFPROTO_INET of linux/netfilter.h, which does not go together with the C library's netinet/in.h. */
enum { FAMILY_INET = 1 };

void nft_own(struct nl_buf *b, unsigned int type, uint16_t flags)
{
	nft_message(b, type, flags, FAMILY_INET);
}

static void put_value(struct nl_buf *b, uint16_t type, const void *data, size_t n)
{
	size_t at = nl_nest(b, type);

	nl_put(b, NFTA_DATA_VALUE, data, n);
	nl_nest_end(b, at);
}

void nft_put_element(struct nl_buf *b, unsigned int type, const char *table, const struct nft_element *x)
{
	size_t list, one;

	nft_own(b, type, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0);
	nl_put_str(b, NFTA_SET_ELEM_LIST_TABLE, table);
	nl_put_str(b, NFTA_SET_ELEM_LIST_SET, x->set);
	list = nl_nest(b, NFTA_SET_ELEM_LIST_ELEMENTS);
	one = nl_nest(b, NFTA_LIST_ELEM);
	put_value(b, NFTA_SET_ELEM_KEY, x->key, x->n_key);
	if (x->n_last)
		put_value(b, NFTA_SET_ELEM_KEY_END, x->last, x->n_last);
	if (type == NFT_MSG_NEWSETELEM && x->n_value)
		put_value(b, NFTA_SET_ELEM_DATA, x->value, x->n_value);
	nl_nest_end(b, one);
	nl_nest_end(b, list);
}

/* Appends n bytes to a key or value. In a concatenation each part begins on four bytes. */
static void part(unsigned char *at, size_t *size, const void *data, size_t n)
{
	memcpy(at + *size, data, n);
	*size += (n + 3) & ~(size_t)3;
}

struct nft_element nft_port_element(const struct port *p, uint32_t ip, const struct ip6 *ip6)
{
	bool six = p->family == AF_INET6, any = port_any(p);
	struct nft_element x = {.set = six ? any ? "publish6_any" : "publish6" : any ? "publish_any" : "publish"};
	uint32_t host = htonl(p->host_ip), to = htonl(ip);
	uint16_t host_port = htons(p->host_port), port = htons(p->port);

	if (!any && six)
		part(x.key, &x.n_key, p->host_ip6.b, IP6_LEN);
	else if (!any)
		part(x.key, &x.n_key, &host, sizeof(host));
	part(x.key, &x.n_key, &p->proto, 1);
	part(x.key, &x.n_key, &host_port, sizeof(host_port));
	if (six)
		part(x.value, &x.n_value, ip6->b, IP6_LEN);
	else
		part(x.value, &x.n_value, &to, sizeof(to));
	part(x.value, &x.n_value, &port, sizeof(port));
	return x;
}

struct nft_element nft_bridge_element(const struct nft_net *net, const char *set)
{
	struct nft_element x = {.set = set, .n_key = IFNAMSIZ};

	memcpy(x.key, net->bridge, strnlen(net->bridge, IFNAMSIZ - 1));
	return x;
}

/* The bridge with the first and the last address of a subnet: n bytes each. */
static struct nft_element home_element(const struct nft_net *net, const char *set, const void *first, const void *last,
                                       size_t n)
{
	struct nft_element x = nft_bridge_element(net, set);

	x.n_last = x.n_key;
	memcpy(x.last, x.key, x.n_key);
	part(x.key, &x.n_key, first, n);
	part(x.last, &x.n_last, last, n);
	return x;
}

size_t nft_bridge_elements(const struct nft_net *net, struct nft_element v[NFT_BRIDGE_ELEMENTS])
{
	uint32_t first = htonl(net->subnet.base), last = htonl(subnet_broadcast(&net->subnet));
	struct ip6 last6 = subnet6_last(&net->subnet6);
	size_t n = 0;

	v[n++] = nft_bridge_element(net, "bridges");
	v[n++] = home_element(net, "homes", &first, &last, sizeof(first));
	if (net->subnet6.len)
		v[n++] = home_element(net, "homes6", net->subnet6.base.b, last6.b, IP6_LEN);
	if (!net->apart) {
		v[n] = nft_bridge_element(net, "loops");
		part(v[n].key, &v[n].n_key, v[0].key, IFNAMSIZ);
		n++;
	}
	if (net->internal)
		v[n++] = nft_bridge_element(net, "internal");
	if (net->open)
		v[n++] = nft_bridge_element(net, "open");
	return n;
}
