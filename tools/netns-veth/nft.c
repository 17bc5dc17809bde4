/* nft.c - see nft.h: what is asked of the table and changed in it, by netlink. */
#include "nft.h"
#include "common/fd.h"
#include "nftelement.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER_MS = 60 };

bool nft_table_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t n = strlen(s);

	return n >= 1 && n <= NFT_TABLE_MAX && strchr(letters, s[0]) && strspn(s, more) == n;
}

/* ---- messages ---- */

/* The begin or the end of a transaction. */
static void put_frame(struct nl_buf *b, uint16_t type, const uint32_t *generation)
{
	struct nfgenmsg g = {.version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)};

	nl_begin(b, type, 0, &g, sizeof(g));
	if (generation)
		nl_put_u32(b, NFNL_BATCH_GENID, htonl(*generation));
}

void nft_message(struct nl_buf *b, unsigned int type, uint16_t flags, uint8_t family)
{
	struct nfgenmsg g = {.nfgen_family = family, .version = NFNETLINK_V0};

	nl_begin(b, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags, &g, sizeof(g));
}

void nft_batch(struct nl_buf *b)
{
	put_frame(b, NFNL_MSG_BATCH_BEGIN, NULL);
}

int nft_commit(int fd, struct nl_buf *b, const char *what, struct err *e)
{
	put_frame(b, NFNL_MSG_BATCH_END, NULL);
	return nl_talk(fd, b, NULL, NULL, NULL, what, e);
}

/* ---- questions ---- */

static int on_any(const struct nlmsghdr *h, void *arg, struct err *e)
{
	bool *found = arg;

	(void)e;
	*found |= h->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM);
	return 0;
}

static int has_element(int fd, const char *table, const struct nft_element *x, bool *ret, struct err *e)
{
	AUTO_NL b = {0};

	*ret = false;
	nft_put_element(&b, NFT_MSG_GETSETELEM, table, x);
	return nl_talk(fd, &b, on_any, ret, NULL, "look up an nftables element", e) == 0 || e->code == ENOENT ? 0 : -1;
}

int nft_has_port(int fd, const char *table, const struct port *p, bool *ret, struct err *e)
{
	static const struct ip6 none;
	struct nft_element x = nft_port_element(p, 0, &none);

	return has_element(fd, table, &x, ret, e);
}

int nft_has_bridge(int fd, const char *table, const char *bridge, bool *ret, struct err *e)
{
	const struct nft_net net = {.bridge = bridge};
	struct nft_element x = nft_bridge_element(&net, "bridges");

	return has_element(fd, table, &x, ret, e);
}

/* Counts the rules of a dump. */
static int on_rule(const struct nlmsghdr *h, void *arg, struct err *e)
{
	(void)e;
	*(size_t *)arg += h->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE);
	return 0;
}

int nft_has_rules(int fd, const char *table, bool *ret, struct err *e)
{
	AUTO_NL b = {0};
	size_t n = 0;

	nft_own(&b, NFT_MSG_GETRULE, NLM_F_DUMP);
	nl_put_str(&b, NFTA_RULE_TABLE, table);
	if (nl_dump(fd, &b, on_rule, &n, "count the rules of the nftables table", e) < 0 && e->code != ENOENT)
		return -1;
	*ret = n == nft_rule_count();
	return 0;
}

/* ---- changes ---- */

/* The transaction of nft_add; stale[i] says which ports' keys are to be removed first (NULL: none). */
static int add_once(int fd, const struct nft_want *w, const bool *stale, struct err *e)
{
	AUTO_NL b = {0};
	struct nft_element own[NFT_BRIDGE_ELEMENTS];
	size_t n = nft_bridge_elements(&w->net, own);

	put_frame(&b, NFNL_MSG_BATCH_BEGIN, NULL);
	for (size_t i = 0; i < n; i++)
		nft_put_element(&b, NFT_MSG_NEWSETELEM, w->net.table, &own[i]);
	for (size_t i = 0; w->ports && i < w->ports->n; i++) {
		struct nft_element x = nft_port_element(&w->ports->v[i], w->ip, &w->ip6);

		if (stale && stale[i])
			nft_put_element(&b, NFT_MSG_DELSETELEM, w->net.table, &x);
		nft_put_element(&b, NFT_MSG_NEWSETELEM, w->net.table, &x);
	}
	return nft_commit(fd, &b, "add the network to nftables", e);
}

/* The transaction with those elements replaced that are there already. */
static int add_replacing(int fd, const struct nft_want *w, struct err *e)
{
	AUTO_FREE bool *stale = calloc(w->ports->n + 1, sizeof(*stale));

	if (!stale)
		return err_set(e, errno, "add the network to nftables");
	for (size_t i = 0; i < w->ports->n; i++)
		if (nft_has_port(fd, w->net.table, &w->ports->v[i], &stale[i], e) < 0)
			return -1;
	return add_once(fd, w, stale, e);
}

int nft_add(int fd, const struct nft_want *w, struct err *e)
{
	int r = add_once(fd, w, NULL, e);

	if (r < 0 && e->code == ENOENT) {
		if (nft_load(w->net.table, e) < 0)
			return -1;
		r = add_once(fd, w, NULL, e);
		if (r < 0 && e->code == ENOENT)
			return err_hint(e, "the table '%s' is not as this version made it: run 'netns-veth reload'",
			                w->net.table);
	}
	if (r < 0 && e->code == EEXIST && w->ports)
		r = add_replacing(fd, w, e);
	return r;
}

/* Removes elements, each in a transaction of its own when they cannot go together (one is missing already). */
static int remove_elements(int fd, const char *table, const struct nft_element *v, size_t n, struct err *e)
{
	AUTO_NL b = {0};

	if (n == 0)
		return 0;
	put_frame(&b, NFNL_MSG_BATCH_BEGIN, NULL);
	for (size_t i = 0; i < n; i++)
		nft_put_element(&b, NFT_MSG_DELSETELEM, table, &v[i]);
	if (nft_commit(fd, &b, "remove elements from nftables", e) == 0)
		return 0;
	if (e->code != ENOENT)
		return -1;
	for (size_t i = 0; n > 1 && i < n; i++)
		if (remove_elements(fd, table, &v[i], 1, e) < 0)
			return -1;
	return 0;
}

int nft_remove_ports(int fd, const char *table, const struct ports *ports, struct err *e)
{
	static const struct ip6 none;
	AUTO_FREE struct nft_element *v = ports->n ? calloc(ports->n, sizeof(*v)) : NULL;

	if (ports->n && !v)
		return err_set(e, errno, "remove elements from nftables");
	for (size_t i = 0; i < ports->n; i++)
		v[i] = nft_port_element(&ports->v[i], 0, &none);
	return remove_elements(fd, table, v, ports->n, e);
}

/* What the child of nft_close_later does: waits for the end of the parent (of the pipe's other end), lets the
 * kernel's worker finish (closing any sooner would hold up everybody's next transaction) and goes. */
static _Noreturn void hold(int fd, int parent)
{
	const int keep[] = {fd, parent};
	char c;

	fd_close_from(0, keep, 2);
	while (read(parent, &c, 1) < 0 && errno == EINTR)
		;
	poll(NULL, 0, LINGER_MS);
	_exit(0);
}

void nft_close_later(int *fd)
{
	int ends[2];
	pid_t pid;

	if (*fd >= 0 && pipe2(ends, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0) {
			close(ends[1]);
			hold(*fd, ends[0]);
		}
		/* The write end stays open as long as this process lives. */
		close(ends[0]);
	}
	fd_close(fd);
}

static int on_generation(const struct nlmsghdr *h, void *arg, struct err *e)
{
	const struct nlattr *a = nl_find(h, sizeof(struct nfgenmsg), NFTA_GEN_ID, 4);

	(void)e;
	if (a)
		memcpy(arg, nl_data(a), 4);
	return 0;
}

/* The number of the current state of all tables; it changes with every transaction. */
static int generation(int fd, uint32_t *ret, struct err *e)
{
	AUTO_NL b = {0};
	uint32_t wire = 0;

	nft_own(&b, NFT_MSG_GETGEN, 0);
	if (nl_talk(fd, &b, on_generation, &wire, NULL, "ask nftables for its state", e) < 0)
		return -1;
	*ret = ntohl(wire);
	return 0;
}

static int on_elements(const struct nlmsghdr *h, void *arg, struct err *e)
{
	const struct nlattr *list = nl_find(h, sizeof(struct nfgenmsg), NFTA_SET_ELEM_LIST_ELEMENTS, 0);
	bool *any = arg;

	(void)e;
	*any |= list && nl_size(list) > 0;
	return 0;
}

/* Whether the set of bridges has anything. */
static int any_bridge(int fd, const char *table, bool *ret, struct err *e)
{
	AUTO_NL b = {0};

	*ret = false;
	nft_own(&b, NFT_MSG_GETSETELEM, NLM_F_DUMP);
	nl_put_str(&b, NFTA_SET_ELEM_LIST_TABLE, table);
	nl_put_str(&b, NFTA_SET_ELEM_LIST_SET, "bridges");
	return nl_dump(fd, &b, on_elements, ret, "list the bridges in nftables", e);
}

/* Removes the table, provided that nothing has changed since that generation. */
static int remove_table(int fd, const char *table, const uint32_t *gen, struct err *e)
{
	AUTO_NL b = {0};

	put_frame(&b, NFNL_MSG_BATCH_BEGIN, gen);
	nft_own(&b, NFT_MSG_DELTABLE, 0);
	nl_put_str(&b, NFTA_TABLE_NAME, table);
	return nft_commit(fd, &b, "remove the nftables table", e) == 0 || e->code == ENOENT ? 0 : -1;
}

int nft_remove_bridge(int fd, const struct nft_net *net, struct err *e)
{
	struct nft_element v[NFT_BRIDGE_ELEMENTS];
	size_t n = nft_bridge_elements(net, v);
	uint32_t gen;
	bool any;

	if (remove_elements(fd, net->table, v, n, e) < 0)
		return -1;
	/* ERESTART: another transaction came between the look and the removal; look again. */
	for (;;) {
		if (generation(fd, &gen, e) < 0)
			return -1;
		if (any_bridge(fd, net->table, &any, e) < 0)
			return e->code == ENOENT ? 0 : -1;
		if (any || remove_table(fd, net->table, &gen, e) == 0)
			return 0;
		if (e->code != ERESTART)
			return -1;
	}
}
