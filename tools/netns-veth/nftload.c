/* nftload.c - see nft.h: the rules as text, and nft(8), which loads them. */
#include "common/fd.h"
#include "common/proc.h"
#include "nft.h"

#include <errno.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RULES_ERROR_MAX = 4096 };

extern char **environ;

/* rules.nft, made part of the binary by the assembler. */
__asm__(".section .rodata\n"
        ".globl nft_rules_text\n"
        "nft_rules_text:\n"
        ".incbin \"tools/netns-veth/rules.nft\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char nft_rules_text[];

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

size_t nft_rule_count(void)
{
	bool chain = false;
	size_t n = 0;

	for (const char *line = nft_rules_text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *first = line + strspn(line, "\t");

		if (strncmp(first, "chain ", 6) == 0)
			chain = true;
		else if (*first == '}')
			chain = false;
		else
			n += chain && *first != '\n' && *first != '#' && strncmp(first, "type ", 5) != 0;
	}
	return n;
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

/* What nft says of a text: 0 when it was loaded, 1 when something in it exists already, -1. */
static int run_nft(const char *text, const char *table, struct err *e)
{
	AUTO_FD in = memfd_create("rules.nft", MFD_CLOEXEC);
	AUTO_FD errors = memfd_create("errors", MFD_CLOEXEC);
	char said[RULES_ERROR_MAX] = "";
	struct exit_info x;
	pid_t pid;
	int code;

	if (in < 0 || errors < 0 || fd_write_all(in, text, strlen(text)) < 0 || lseek(in, 0, SEEK_SET) < 0)
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
	if (pread(errors, said, sizeof(said) - 1, 0) > 0 && strstr(said, "File exists"))
		return 1;
	return nft_failed(errors, table, e);
}

int nft_load(const char *table, struct err *e)
{
	AUTO_FREE char *text = nft_rules(table);

	if (!text)
		return err_set(e, errno, "prepare the rules of the nftables table '%s'", table);
	return run_nft(text, table, e) < 0 ? -1 : 0;
}

/* ---- all of it at once ---- */

/* "add element inet TABLE SET { ELEMENT }" */
static void print_element(FILE *f, const char *table, const char *set, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void print_element(FILE *f, const char *table, const char *set, const char *fmt, ...)
{
	va_list ap;

	fprintf(f, "add element inet %s %s { ", table, set);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputs(" }\n", f);
}

static void print_net(FILE *f, const struct nft_net *n)
{
	char first[IP6_TEXT_LEN], last[IP6_TEXT_LEN];
	const struct ip6 last6 = subnet6_last(&n->subnet6);

	print_element(f, n->table, "bridges", "\"%s\"", n->bridge);
	print_element(f, n->table, "homes", "\"%s\" . %s-%s", n->bridge, ip_text(n->subnet.base, first),
	              ip_text(subnet_broadcast(&n->subnet), last));
	if (n->subnet6.len)
		print_element(f, n->table, "homes6", "\"%s\" . %s-%s", n->bridge, ip6_text(&n->subnet6.base, first),
		              ip6_text(&last6, last));
	if (!n->apart)
		print_element(f, n->table, "loops", "\"%s\" . \"%s\"", n->bridge, n->bridge);
	if (n->internal)
		print_element(f, n->table, "internal", "\"%s\"", n->bridge);
	if (n->open)
		print_element(f, n->table, "open", "\"%s\"", n->bridge);
}

static void print_port(FILE *f, const struct nft_want *w, const struct port *p)
{
	bool six = p->family == AF_INET6, any = port_any(p);
	char host[IP6_TEXT_LEN], to[IP6_TEXT_LEN];

	if (six)
		ip6_text(&w->ip6, to);
	else
		ip_text(w->ip, to);
	print_element(f, w->net.table,
	              six   ? any ? "publish6_any" : "publish6"
	              : any ? "publish_any"
	                    : "publish",
	              "%s%s%s . %u : %s . %u", any ? "" : port_host(p, host), any ? "" : " . ", proto_name(p->proto),
	              p->host_port, to, p->port);
}

int nft_renew(const char *table, const struct nft_want *v, size_t n, struct err *e)
{
	AUTO_FREE char *rules = nft_rules(table);
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *f = rules ? open_memstream(&text, &size) : NULL;

	if (f) {
		/* "add" makes the table where it is missing, so that there is one to delete. */
		fprintf(f, "add table inet %s\ndelete table inet %s\n%s", table, table, n ? rules : "");
		for (size_t i = 0; i < n; i++) {
			print_net(f, &v[i].net);
			for (size_t k = 0; v[i].ports && k < v[i].ports->n; k++)
				print_port(f, &v[i], &v[i].ports->v[k]);
		}
	}
	if (!f || fclose(f) != 0)
		return err_set(e, errno, "prepare the rules of the nftables table '%s'", table);
	return run_nft(text, table, e) == 0 ? 0 : -1;
}
