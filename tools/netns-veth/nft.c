/* nft.c - see nft.h */
#include "nft.h"
#include "common/fd.h"
#include "common/proc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* NFPROTO_INET of linux/netfilter.h, which does not go together with the C library's netinet/in.h. */
enum { FAMILY_INET = 1 };
enum { IFNAME_KEY = 16, RULES_ERROR_MAX = 4096, LINGER_MS = 60 };

extern char **environ;

/* rules.nft, made part of the binary by the assembler. */
__asm__(".section .rodata\n"
        ".globl nft_rules_text\n"
        "nft_rules_text:\n"
        ".incbin \"tools/netns-veth/rules.nft\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char nft_rules_text[];

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

/* Begins a message of nf_tables. */
static void begin(struct nl_buf *b, unsigned int type, uint16_t flags)
{
	struct nfgenmsg g = {.nfgen_family = FAMILY_INET, .version = NFNETLINK_V0};

	nl_begin(b, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags, &g, sizeof(g));
}

/* One element: its set, its key (in a set of intervals the last key, too) and, in a map, its value. */
struct element {
	const char *set;
	unsigned char key[2 * IFNAME_KEY], last[2 * IFNAME_KEY], value[8];
	size_t n_key, n_last, n_value;
};

static void put_value(struct nl_buf *b, uint16_t type, const void *data, size_t n)
{
	size_t at = nl_nest(b, type);

	nl_put(b, NFTA_DATA_VALUE, data, n);
	nl_nest_end(b, at);
}

/* Appends a message (NFT_MSG_NEWSETELEM, DELSETELEM, GETSETELEM) about the element. */
static void put_element(struct nl_buf *b, unsigned int type, const char *table, const struct element *x)
{
	size_t list, one;

	begin(b, type, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0);
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

/* The element of a port. In a concatenation each part begins on four bytes. */
static struct element port_element(const struct port *p, uint32_t ip)
{
	struct element x = {.set = p->host_ip ? "publish" : "publish_any", .n_value = 8};
	uint32_t host = htonl(p->host_ip), to = htonl(ip);
	uint16_t host_port = htons(p->host_port), port = htons(p->port);

	if (p->host_ip) {
		memcpy(x.key, &host, 4);
		x.n_key = 4;
	}
	x.key[x.n_key] = p->proto;
	memcpy(x.key + x.n_key + 4, &host_port, 2);
	x.n_key += 8;
	memcpy(x.value, &to, 4);
	memcpy(x.value + 4, &port, 2);
	return x;
}

enum { BRIDGE_ELEMENTS = 3 };

/* The bridge's elements: in "bridges", in "loops" (its name twice), in "homes" (its name, its subnet's first and last
 * address). */
static void bridge_elements(const char *bridge, const struct subnet *subnet, struct element v[BRIDGE_ELEMENTS])
{
	size_t n = strnlen(bridge, IFNAME_KEY - 1);
	uint32_t first = htonl(subnet->base), last = htonl(subnet_broadcast(subnet));

	v[0] = (struct element){.set = "bridges", .n_key = IFNAME_KEY};
	memcpy(v[0].key, bridge, n);
	v[1] = v[0];
	v[1].set = "loops";
	v[1].n_key = sizeof(v[1].key);
	memcpy(v[1].key + IFNAME_KEY, bridge, n);
	v[2] = v[0];
	v[2].set = "homes";
	v[2].n_key = v[2].n_last = IFNAME_KEY + sizeof(first);
	memcpy(v[2].last, v[2].key, IFNAME_KEY);
	memcpy(v[2].key + IFNAME_KEY, &first, sizeof(first));
	memcpy(v[2].last + IFNAME_KEY, &last, sizeof(last));
}

static int commit(int fd, struct nl_buf *b, const char *what, struct err *e)
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

static int has_element(int fd, const char *table, const struct element *x, bool *ret, struct err *e)
{
	AUTO_NL b = {0};

	*ret = false;
	put_element(&b, NFT_MSG_GETSETELEM, table, x);
	return nl_talk(fd, &b, on_any, ret, NULL, "look up an nftables element", e) == 0 || e->code == ENOENT ? 0 : -1;
}

int nft_has_port(int fd, const char *table, const struct port *p, bool *ret, struct err *e)
{
	struct element x = port_element(p, 0);

	return has_element(fd, table, &x, ret, e);
}

int nft_has_bridge(int fd, const char *table, const char *bridge, bool *ret, struct err *e)
{
	struct element x = {.set = "bridges", .n_key = IFNAME_KEY};

	memcpy(x.key, bridge, strnlen(bridge, IFNAME_KEY - 1));
	return has_element(fd, table, &x, ret, e);
}

/* ---- the rules ---- */

char *nft_rules(const char *table)
{
	static const char mark[] = "@TABLE@";
	size_t n_table = strlen(table), n = strlen(nft_rules_text);
	const char *from = nft_rules_text, *at;
	char *text, *to;

	for (at = from; (at = strstr(at, mark)); at++)
		n += n_table;
	text = to = malloc(n + 1);
	if (!text)
		return NULL;
	while ((at = strstr(from, mark))) {
		memcpy(to, from, (size_t)(at - from));
		to += at - from;
		memcpy(to, table, n_table);
		to += n_table;
		from = at + sizeof(mark) - 1;
	}
	memcpy(to, from, strlen(from) + 1);
	return text;
}

/* Starts "nft -f -" with the rules as its standard input and errors as its standard error. */
static int spawn_nft(int in, int errors, pid_t *ret)
{
	static const char *const argv[] = {"nft", "-f", "-", NULL};
	posix_spawn_file_actions_t fa;
	int code = posix_spawn_file_actions_init(&fa);

	if (code)
		return code;
	code = posix_spawn_file_actions_adddup2(&fa, in, 0);
	if (!code)
		code = posix_spawn_file_actions_adddup2(&fa, errors, 2);
	if (!code)
		code = posix_spawn_file_actions_adddup2(&fa, errors, 1);
	if (!code)
		code = posix_spawnp(ret, argv[0], &fa, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	return code;
}

/* Fails with the first line that nft said. */
static int nft_failed(int errors, const char *table, struct err *e)
{
	char text[RULES_ERROR_MAX] = "";
	ssize_t n = pread(errors, text, sizeof(text) - 1, 0);

	text[n > 0 ? strcspn(text, "\n") : 0] = '\0';
	err_set(e, 0, "load the rules of the nftables table '%s': nft failed", table);
	return err_hint(e, "nft says: %.200s", text);
}

/* Loads the rules. A table that came into being in the meantime (another tool of ours was faster) is no error: the
 * caller tries again either way. */
static int load(const char *table, struct err *e)
{
	AUTO_FREE char *text = nft_rules(table);
	AUTO_FD in = memfd_create("rules.nft", MFD_CLOEXEC);
	AUTO_FD errors = memfd_create("errors", MFD_CLOEXEC);
	struct exit_info x;
	pid_t pid;
	int code;

	if (!text || in < 0 || errors < 0 || fd_write_all(in, text, strlen(text)) < 0 || lseek(in, 0, SEEK_SET) < 0)
		return err_set(e, errno, "prepare the rules of the nftables table '%s'", table);
	code = spawn_nft(in, errors, &pid);
	if (code) {
		err_set(e, code, "run nft to load the rules of the table '%s'", table);
		return code == ENOENT ? err_hint(e, "install the package nftables, and have nft in PATH") : -1;
	}
	if (exit_wait(pid, &x) < 0)
		return err_set(e, errno, "wait for nft");
	if (exit_to_status(&x) == 0)
		return 0;
	char said[RULES_ERROR_MAX] = "";

	if (pread(errors, said, sizeof(said) - 1, 0) > 0 && strstr(said, "File exists"))
		return 0;
	return nft_failed(errors, table, e);
}

/* ---- changes ---- */

/* The transaction of nft_add; stale[i] says which ports' keys are to be removed first (NULL: none). */
static int add_once(int fd, const struct nft_want *w, const bool *stale, struct err *e)
{
	AUTO_NL b = {0};
	struct element own[BRIDGE_ELEMENTS];

	bridge_elements(w->bridge, &w->subnet, own);
	put_frame(&b, NFNL_MSG_BATCH_BEGIN, NULL);
	for (int i = 0; i < BRIDGE_ELEMENTS; i++)
		put_element(&b, NFT_MSG_NEWSETELEM, w->table, &own[i]);
	for (size_t i = 0; w->ports && i < w->ports->n; i++) {
		struct element x = port_element(&w->ports->v[i], w->ip);

		if (stale && stale[i])
			put_element(&b, NFT_MSG_DELSETELEM, w->table, &x);
		put_element(&b, NFT_MSG_NEWSETELEM, w->table, &x);
	}
	return commit(fd, &b, "add the network to nftables", e);
}

/* The transaction with those elements replaced that are there already. */
static int add_replacing(int fd, const struct nft_want *w, struct err *e)
{
	AUTO_FREE bool *stale = calloc(w->ports->n + 1, sizeof(*stale));

	if (!stale)
		return err_set(e, errno, "add the network to nftables");
	for (size_t i = 0; i < w->ports->n; i++)
		if (nft_has_port(fd, w->table, &w->ports->v[i], &stale[i], e) < 0)
			return -1;
	return add_once(fd, w, stale, e);
}

int nft_add(int fd, const struct nft_want *w, struct err *e)
{
	int r = add_once(fd, w, NULL, e);

	if (r < 0 && e->code == ENOENT) {
		if (load(w->table, e) < 0)
			return -1;
		r = add_once(fd, w, NULL, e);
		if (r < 0 && e->code == ENOENT)
			return err_hint(e, "the table '%s' is not as this version made it: run 'netns-veth reload'",
			                w->table);
	}
	if (r < 0 && e->code == EEXIST && w->ports)
		r = add_replacing(fd, w, e);
	return r;
}

/* Removes elements, each in a transaction of its own when they cannot go together (one is missing already). */
static int remove_elements(int fd, const char *table, const struct element *v, size_t n, struct err *e)
{
	AUTO_NL b = {0};

	if (n == 0)
		return 0;
	put_frame(&b, NFNL_MSG_BATCH_BEGIN, NULL);
	for (size_t i = 0; i < n; i++)
		put_element(&b, NFT_MSG_DELSETELEM, table, &v[i]);
	if (commit(fd, &b, "remove elements from nftables", e) == 0)
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
	AUTO_FREE struct element *v = ports->n ? calloc(ports->n, sizeof(*v)) : NULL;

	if (ports->n && !v)
		return err_set(e, errno, "remove elements from nftables");
	for (size_t i = 0; i < ports->n; i++)
		v[i] = port_element(&ports->v[i], 0);
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

	begin(&b, NFT_MSG_GETGEN, 0);
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
	begin(&b, NFT_MSG_GETSETELEM, NLM_F_DUMP);
	nl_put_str(&b, NFTA_SET_ELEM_LIST_TABLE, table);
	nl_put_str(&b, NFTA_SET_ELEM_LIST_SET, "bridges");
	return nl_dump(fd, &b, on_elements, ret, "list the bridges in nftables", e);
}

/* Removes the table, provided that nothing has changed since that generation (NULL: in any case). */
static int remove_table(int fd, const char *table, const uint32_t *gen, struct err *e)
{
	AUTO_NL b = {0};

	put_frame(&b, NFNL_MSG_BATCH_BEGIN, gen);
	begin(&b, NFT_MSG_DELTABLE, 0);
	nl_put_str(&b, NFTA_TABLE_NAME, table);
	return commit(fd, &b, "remove the nftables table", e) == 0 || e->code == ENOENT ? 0 : -1;
}

int nft_remove_table(int fd, const char *table, struct err *e)
{
	return remove_table(fd, table, NULL, e);
}

int nft_remove_bridge(int fd, const char *table, const char *bridge, const struct subnet *subnet, struct err *e)
{
	struct element v[BRIDGE_ELEMENTS];
	uint32_t gen;
	bool any;

	bridge_elements(bridge, subnet, v);
	if (remove_elements(fd, table, v, BRIDGE_ELEMENTS, e) < 0)
		return -1;
	/* ERESTART: another transaction came between the look and the removal; look again. */
	for (;;) {
		if (generation(fd, &gen, e) < 0)
			return -1;
		if (any_bridge(fd, table, &any, e) < 0)
			return e->code == ENOENT ? 0 : -1;
		if (any || remove_table(fd, table, &gen, e) == 0)
			return 0;
		if (e->code != ERESTART)
			return -1;
	}
}
