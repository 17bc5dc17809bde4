/* policy.c - see policy.h */
#include "policy.h"
#include "netlink.h"
#include "nft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 256, PLACES_MAX = 64, COMMENT_SIZE = 40, HANDLE_SIZE = 8, IFNAME_KEY = 16, UDATA_COMMENT = 0 };

/* A chain of another table, or a rule of ours in one. */
struct place {
	uint8_t family;
	char table[NAME_SIZE], chain[NAME_SIZE];
	unsigned char handle[HANDLE_SIZE]; /* of the rule, in network byte order */
};

struct places {
	struct place v[PLACES_MAX];
	size_t n;
	const char *own;                     /* chains: our table */
	unsigned char comment[COMMENT_SIZE]; /* rules: the user data of ours */
	size_t n_comment;
};

/* A string attribute of the message; "" when it is missing or too long. */
static void text_of(const struct nlmsghdr *h, uint16_t type, char buf[NAME_SIZE])
{
	const struct nlattr *a = nl_find(h, sizeof(struct nfgenmsg), type, 1);
	size_t n = a ? strnlen(nl_data(a), nl_size(a)) : 0;

	buf[0] = '\0';
	if (!a || n >= NAME_SIZE)
		return;
	memcpy(buf, nl_data(a), n);
	buf[n] = '\0';
}

static uint32_t number_of(const struct nlattr *a, uint32_t otherwise)
{
	uint32_t v;

	if (!a)
		return otherwise;
	memcpy(&v, nl_data(a), sizeof(v));
	return ntohl(v);
}

static uint8_t family_of(const struct nlmsghdr *h)
{
	return ((const struct nfgenmsg *)NLMSG_DATA(h))->nfgen_family;
}

/* Keeps a base chain that drops what is forwarded by its policy. */
static int on_chain(const struct nlmsghdr *h, void *arg, struct err *e)
{
	struct places *p = arg;
	const struct nlattr *hook, *policy;
	struct place *x = &p->v[p->n];

	(void)e;
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN) || p->n == PLACES_MAX)
		return 0;
	hook = nl_find(h, sizeof(struct nfgenmsg), NFTA_CHAIN_HOOK, 0);
	policy = nl_find(h, sizeof(struct nfgenmsg), NFTA_CHAIN_POLICY, 4);
	x->family = family_of(h);
	text_of(h, NFTA_CHAIN_TABLE, x->table);
	text_of(h, NFTA_CHAIN_NAME, x->chain);
	if (hook && number_of(nl_find_in(hook, NFTA_HOOK_HOOKNUM, 4), ~0U) == NF_INET_FORWARD &&
	    number_of(policy, NF_ACCEPT) == NF_DROP && x->table[0] && x->chain[0] && strcmp(x->table, p->own) != 0 &&
	    (x->family == NFPROTO_IPV4 || x->family == NFPROTO_IPV6 || x->family == NFPROTO_INET))
		p->n++;
	return 0;
}

/* Drops the chains of a table that its owner alone may change (NFT_TABLE_F_OWNER). */
static int on_table(const struct nlmsghdr *h, void *arg, struct err *e)
{
	struct places *p = arg;
	char name[NAME_SIZE];
	size_t left = 0;

	(void)e;
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE) ||
	    !nl_find(h, sizeof(struct nfgenmsg), NFTA_TABLE_OWNER, 4))
		return 0;
	text_of(h, NFTA_TABLE_NAME, name);
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].family != family_of(h) || strcmp(p->v[i].table, name) != 0)
			p->v[left++] = p->v[i];
	p->n = left;
	return 0;
}

/* Keeps a rule that carries the comment. */
static int on_rule(const struct nlmsghdr *h, void *arg, struct err *e)
{
	struct places *p = arg;
	const struct nlattr *data, *handle;
	struct place *x = &p->v[p->n];

	(void)e;
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE) || p->n == PLACES_MAX)
		return 0;
	data = nl_find(h, sizeof(struct nfgenmsg), NFTA_RULE_USERDATA, 1);
	handle = nl_find(h, sizeof(struct nfgenmsg), NFTA_RULE_HANDLE, HANDLE_SIZE);
	if (!data || !handle || nl_size(data) != p->n_comment || memcmp(nl_data(data), p->comment, p->n_comment) != 0)
		return 0;
	x->family = family_of(h);
	text_of(h, NFTA_RULE_TABLE, x->table);
	text_of(h, NFTA_RULE_CHAIN, x->chain);
	memcpy(x->handle, nl_data(handle), HANDLE_SIZE);
	p->n++;
	return 0;
}

/* Lists chains or rules of all tables. */
static int list(int fd, unsigned int type, nl_fn *fn, struct places *p, struct err *e)
{
	AUTO_NL b = {0};

	nft_message(&b, type, NLM_F_DUMP, NFPROTO_UNSPEC);
	return nl_dump(fd, &b, fn, p, "look for chains that drop forwarded packets", e);
}

/* The comment as nft(8) keeps it: a type, a length, and the text with its NUL. */
static void set_comment(struct places *p, const char *bridge)
{
	int n = snprintf((char *)p->comment + 2, COMMENT_SIZE - 2, "netns-veth %.16s", bridge);

	p->comment[0] = UDATA_COMMENT;
	p->comment[1] = (unsigned char)(n + 1);
	p->n_comment = (size_t)n + 3;
}

static void put_be32(struct nl_buf *b, uint16_t type, uint32_t v)
{
	nl_put_u32(b, type, htonl(v));
}

/* Begins an expression; its data stays open. */
static void begin_expr(struct nl_buf *b, const char *name, size_t at[2])
{
	at[0] = nl_nest(b, NFTA_LIST_ELEM);
	nl_put_str(b, NFTA_EXPR_NAME, name);
	at[1] = nl_nest(b, NFTA_EXPR_DATA);
}

static void end_expr(struct nl_buf *b, const size_t at[2])
{
	nl_nest_end(b, at[1]);
	nl_nest_end(b, at[0]);
}

/* "iifname BRIDGE accept", or by which it leaves. */
static void put_rule(struct nl_buf *b, const struct place *x, uint32_t key, const char *bridge, const struct places *p)
{
	char name[IFNAME_KEY] = "";
	size_t list_at, at[2], data, verdict;

	memcpy(name, bridge, strnlen(bridge, IFNAME_KEY - 1));
	nft_message(b, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, x->family);
	nl_put_str(b, NFTA_RULE_TABLE, x->table);
	nl_put_str(b, NFTA_RULE_CHAIN, x->chain);
	list_at = nl_nest(b, NFTA_RULE_EXPRESSIONS);
	begin_expr(b, "meta", at);
	put_be32(b, NFTA_META_KEY, key);
	put_be32(b, NFTA_META_DREG, NFT_REG_1);
	end_expr(b, at);
	begin_expr(b, "cmp", at);
	put_be32(b, NFTA_CMP_SREG, NFT_REG_1);
	put_be32(b, NFTA_CMP_OP, NFT_CMP_EQ);
	data = nl_nest(b, NFTA_CMP_DATA);
	nl_put(b, NFTA_DATA_VALUE, name, sizeof(name));
	nl_nest_end(b, data);
	end_expr(b, at);
	begin_expr(b, "immediate", at);
	put_be32(b, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nl_nest(b, NFTA_IMMEDIATE_DATA);
	verdict = nl_nest(b, NFTA_DATA_VERDICT);
	put_be32(b, NFTA_VERDICT_CODE, NF_ACCEPT);
	nl_nest_end(b, verdict);
	nl_nest_end(b, data);
	end_expr(b, at);
	nl_nest_end(b, list_at);
	nl_put(b, NFTA_RULE_USERDATA, p->comment, p->n_comment);
}

static void put_removal(struct nl_buf *b, const struct place *x)
{
	nft_message(b, NFT_MSG_DELRULE, 0, x->family);
	nl_put_str(b, NFTA_RULE_TABLE, x->table);
	nl_put_str(b, NFTA_RULE_CHAIN, x->chain);
	nl_put(b, NFTA_RULE_HANDLE, x->handle, HANDLE_SIZE);
}

/* One transaction: the rules that are there go, those for the chains come. */
static int replace(int fd, const struct places *chains, const char *bridge, struct err *e)
{
	struct places old = {.n = 0};
	AUTO_NL b = {0};

	set_comment(&old, bridge);
	if (list(fd, NFT_MSG_GETRULE, on_rule, &old, e) < 0)
		return -1;
	if (!old.n && !chains->n)
		return 0;
	nft_batch(&b);
	for (size_t i = 0; i < old.n; i++)
		put_removal(&b, &old.v[i]);
	for (size_t i = 0; i < chains->n; i++) {
		put_rule(&b, &chains->v[i], NFT_META_IIFNAME, bridge, &old);
		put_rule(&b, &chains->v[i], NFT_META_OIFNAME, bridge, &old);
	}
	return nft_commit(fd, &b, "have forwarded packets accepted where another table's policy drops them", e);
}

int policy_accept(int fd, const char *own, const char *bridge, struct err *e)
{
	struct places chains = {.own = own};

	if (list(fd, NFT_MSG_GETCHAIN, on_chain, &chains, e) < 0 ||
	    (chains.n && list(fd, NFT_MSG_GETTABLE, on_table, &chains, e) < 0))
		return -1;
	return replace(fd, &chains, bridge, e);
}

int policy_holds(int fd, const char *own, const char *bridge, bool *ret, struct err *e)
{
	struct places chains = {.own = own}, rules = {.n = 0};

	set_comment(&rules, bridge);
	if (list(fd, NFT_MSG_GETCHAIN, on_chain, &chains, e) < 0 || list(fd, NFT_MSG_GETRULE, on_rule, &rules, e) < 0)
		return -1;
	*ret = true;
	for (size_t i = 0; i < chains.n; i++) {
		size_t found = 0;

		for (size_t k = 0; k < rules.n; k++)
			found += rules.v[k].family == chains.v[i].family &&
			         strcmp(rules.v[k].table, chains.v[i].table) == 0 &&
			         strcmp(rules.v[k].chain, chains.v[i].chain) == 0;
		*ret &= found >= 2;
	}
	return 0;
}

int policy_forget(int fd, const char *bridge, struct err *e)
{
	const struct places none = {.n = 0};

	return replace(fd, &none, bridge, e);
}
