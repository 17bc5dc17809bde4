/* leasetext.c - see lease.h: the text of a lease. */
#include "common/fd.h"
#include "common/name.h"
#include "common/num.h"
#include "lease.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void lease_free(struct lease *l)
{
	ports_free(&l->ports);
	free(l->aliases.v);
	l->aliases = (struct aliases){0};
	free(l->hosts);
	l->hosts = NULL;
}

bool lease_damaged(const struct lease *l)
{
	return !l->boot[0];
}

void lease_mac(const struct lease *l, uint8_t ret[MAC_LEN])
{
	if (l->mac_given)
		memcpy(ret, l->mac, MAC_LEN);
	else
		mac_from_ip(l->ip, ret);
}

int aliases_add(struct aliases *a, const char *name, struct err *e)
{
	if (!name_is_host(name) && !name_is_object(name))
		return err_set(e, 0, "not a name for a host (1 to %d of A-Z a-z 0-9 _ . -): '%s'", HOST_NAME_MAX_LEN,
		               name);
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i], name) == 0)
			return 0;
	if (a->n == ALIASES_MAX)
		return err_set(e, 0, "more than %d names", ALIASES_MAX);
	if (!a->v)
		a->v = calloc(ALIASES_MAX, sizeof(*a->v));
	if (!a->v)
		return err_set(e, errno, "keep the name '%s'", name);
	snprintf(a->v[a->n++], sizeof(*a->v), "%s", name);
	return 0;
}

/* ---- reading ---- */

/* Takes the next word of a line; NULL when there is none. */
static char *word(char **line)
{
	return strsep(line, " ");
}

/* "HOST-ADDRESS HOST-PORT PORT PROTOCOL" */
static int parse_port(char *line, struct lease *l)
{
	const char *ip = word(&line), *host = word(&line), *port = word(&line), *proto = word(&line);
	struct port p = {.family = AF_INET};
	struct err ignored;
	uint64_t a, b;

	if (!proto || line || proto_parse(proto, &p.proto) < 0 || num_u64(host, 1, 65535, &a) < 0 ||
	    num_u64(port, 1, 65535, &b) < 0)
		return -1;
	if (strchr(ip, ':')) {
		p.family = AF_INET6;
		if (ip6_parse(ip, &p.host_ip6, &ignored) < 0)
			return -1;
	} else if (ip_parse(ip, &p.host_ip, &ignored) < 0) {
		return -1;
	}
	p.host_port = (uint16_t)a;
	p.port = (uint16_t)b;
	return ports_append(&l->ports, &p, &ignored);
}

/* "NAME INODE BOOT-ID LINK" */
static int parse_head(char *line, struct lease *l)
{
	const char *name = word(&line), *inode = word(&line), *boot = word(&line), *link = word(&line);
	uint64_t ino;

	if (!link || line || strlen(name) > LEASE_NAME_MAX || !name_is_object(name) ||
	    num_u64(inode, 0, UINT32_MAX, &ino) < 0 || strlen(boot) != BOOT_ID_LEN ||
	    (strcmp(link, "-") != 0 && !name_is_interface(link)))
		return -1;
	snprintf(l->name, sizeof(l->name), "%s", name);
	snprintf(l->boot, sizeof(l->boot), "%s", boot);
	snprintf(l->link, sizeof(l->link), "%s", link);
	l->netns = (ino_t)ino;
	return 0;
}

static int parse_address(char *s, struct lease *l)
{
	struct err ignored;

	return ip_parse(s, &l->ip, &ignored);
}

static int parse_address6(char *s, struct lease *l)
{
	struct err ignored;

	return ip6_parse(s, &l->ip6, &ignored);
}

static int parse_inside(char *s, struct lease *l)
{
	snprintf(l->inside, sizeof(l->inside), "%s", s);
	return name_is_interface(s) ? 0 : -1;
}

static int parse_mac(char *s, struct lease *l)
{
	struct err ignored;

	l->mac_given = true;
	return mac_parse(s, l->mac, &ignored);
}

static int parse_hostname(char *s, struct lease *l)
{
	snprintf(l->hostname, sizeof(l->hostname), "%s", s);
	return name_is_host(s) ? 0 : -1;
}

static int parse_alias(char *s, struct lease *l)
{
	struct err ignored;

	return aliases_add(&l->aliases, s, &ignored);
}

static int parse_hosts(char *s, struct lease *l)
{
	if (l->hosts || s[0] != '/')
		return -1;
	l->hosts = strdup(s);
	return l->hosts ? 0 : -1;
}

/* The lines behind the head, by their first word. */
static const struct {
	const char *word;
	int (*parse)(char *rest, struct lease *l);
} lines[] = {
    {"address", parse_address},   {"address6", parse_address6}, {"inside", parse_inside}, {"mac", parse_mac},
    {"hostname", parse_hostname}, {"alias", parse_alias},       {"hosts", parse_hosts},   {"port", parse_port},
};

/* One of the lines behind the head; "up" only as the last. */
static int parse_line(char *line, bool last, struct lease *l)
{
	const char *first = word(&line);

	if (strcmp(first, "up") == 0 && !line && last) {
		l->up = true;
		return 0;
	}
	for (size_t i = 0; line && i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strcmp(first, lines[i].word) == 0)
			return lines[i].parse(line, l);
	return -1;
}

int lease_parse(const char *text, size_t n, struct lease *ret)
{
	AUTO_FREE char *copy = malloc(n + 1);
	char *rest = copy, *line;
	int r;

	*ret = (struct lease){0};
	if (!copy)
		return -1;
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (strlen(copy) != n || n == 0 || copy[n - 1] != '\n') {
		errno = EINVAL;
		return -1;
	}
	/* More newlines are what a shorter text was filled up with. */
	while (n && copy[n - 1] == '\n')
		copy[--n] = '\0';
	r = parse_head(strsep(&rest, "\n"), ret);
	while (r == 0 && (line = strsep(&rest, "\n")))
		r = parse_line(line, !rest, ret);
	if (r < 0 || !ret->ip) {
		ret->name[0] = '\0';
		errno = EINVAL;
		return -1;
	}
	return 0;
}

/* ---- writing ---- */

char *lease_format(const struct lease *l, size_t *ret_n)
{
	char *text = NULL, ip[IP6_TEXT_LEN], mac[MAC_TEXT_LEN];
	FILE *f = open_memstream(&text, ret_n);

	if (!f)
		return NULL;
	fprintf(f, "%s %llu %s %s\naddress %s\n", l->name, (unsigned long long)l->netns, l->boot,
	        l->link[0] ? l->link : "-", ip_text(l->ip, ip));
	if (!ip6_is_zero(&l->ip6))
		fprintf(f, "address6 %s\n", ip6_text(&l->ip6, ip));
	if (l->inside[0])
		fprintf(f, "inside %s\n", l->inside);
	if (l->mac_given)
		fprintf(f, "mac %s\n", mac_text(l->mac, mac));
	if (l->hostname[0])
		fprintf(f, "hostname %s\n", l->hostname);
	for (size_t i = 0; i < l->aliases.n; i++)
		fprintf(f, "alias %s\n", l->aliases.v[i]);
	if (l->hosts)
		fprintf(f, "hosts %s\n", l->hosts);
	for (size_t i = 0; i < l->ports.n; i++) {
		const struct port *p = &l->ports.v[i];

		fprintf(f, "port %s %u %u %s\n", port_host(p, ip), p->host_port, p->port, proto_name(p->proto));
	}
	if (l->up)
		fputs("up\n", f);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}
