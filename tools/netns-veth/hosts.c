/* hosts.c - see hosts.h */
#include "hosts.h"
#include "common/fd.h"
#include "container.h"
#include "lease.h"
#include "resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOSTS_MAX = 4 * 1024 * 1024, MARK_MAX = 512 };

/* Where a line begins that is exactly that; NULL when there is none. */
static const char *find_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = text; (p = strstr(p, line)); p += n)
		if ((p == text || p[-1] == '\n') && (p[n] == '\n' || !p[n]))
			return p;
	return NULL;
}

char *hosts_merge(const char *text, size_t n, const char *network, const char *lines, size_t *ret_n)
{
	char first[MARK_MAX], last[MARK_MAX], *out = NULL;
	const char *begin, *end, *rest;
	FILE *f = open_memstream(&out, ret_n);

	if (!f)
		return NULL;
	snprintf(first, sizeof(first), "# network %.200s, kept by netns-veth", network);
	snprintf(last, sizeof(last), "# end of network %.200s", network);
	begin = find_line(text, first);
	/* The last one is ours: of a beginning without an end there may be another one before it. */
	for (const char *next = begin; next; next = find_line(next + strlen(first), first))
		begin = next;
	end = begin ? find_line(begin, last) : NULL;
	rest = end ? end + strlen(last) : text + n;
	rest += *rest == '\n';
	if (!end)
		begin = text + n;
	fwrite(text, 1, (size_t)(begin - text), f);
	if (begin > text && begin[-1] != '\n')
		fputc('\n', f);
	if (*lines)
		fprintf(f, "%s\n%s%s\n", first, lines, last);
	fwrite(rest, 1, n - (size_t)(rest - text), f);
	if (fclose(f) == 0)
		return out;
	free(out);
	return NULL;
}

/* One write over the old text, so that a reader sees the one or the other. A shorter text is filled up with newlines
 * until the file is cut: no rest of an old line is ever read as one. */
static int write_over(int fd, char *text, size_t n, size_t old)
{
	AUTO_FREE char *padded = NULL;

	if (n < old) {
		padded = malloc(old);
		if (!padded)
			return -1;
		memcpy(padded, text, n);
		memset(padded + n, '\n', old - n);
	}
	if (pwrite(fd, padded ? padded : text, padded ? old : n, 0) < 0)
		return -1;
	return padded ? ftruncate(fd, (off_t)n) : 0;
}

/* Puts the lines into one file. The container may have written anything into it. */
static int rewrite(const char *path, const char *network, const char *lines)
{
	AUTO_FD fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	AUTO_FREE char *text = NULL, *out = NULL;
	struct stat st;
	size_t n, size;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || fd_read_all(fd, HOSTS_MAX, &text, &n) < 0)
		return -1;
	if (strlen(text) != n) /* not a text any more: begin anew */
		text[n = 0] = '\0';
	out = hosts_merge(text, n, network, lines, &size);
	if (!out)
		return -1;
	if (size == (size_t)st.st_size && memcmp(out, text, size) == 0)
		return 0;
	return write_over(fd, out, size, (size_t)st.st_size);
}

void hosts_forget(const struct network *n, const char *path)
{
	(void)rewrite(path, network_name(n), "");
}

/* What the visits are handed. */
struct gathering {
	const char *netns_dir;
	FILE *f;
	const char *lines;
};

static bool is_up(const struct gathering *g, const struct lease *l)
{
	return l->up && strcmp(container_state(g->netns_dir, l), "up") == 0;
}

/* "ADDRESS NAME NAME ..." */
static void put_names(FILE *f, const char *address, const struct lease *l)
{
	fputs(address, f);
	for (size_t i = 0; i < l->aliases.n; i++)
		fprintf(f, "%c%s", i ? ' ' : '\t', l->aliases.v[i]);
	fputc('\n', f);
}

static int gather(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	const struct gathering *g = arg;
	char ip[IP6_TEXT_LEN];

	(void)n;
	(void)e;
	if (!l->aliases.n || !is_up(g, l))
		return 0;
	put_names(g->f, ip_text(l->ip, ip), l);
	if (!ip6_is_zero(&l->ip6))
		put_names(g->f, ip6_text(&l->ip6, ip), l);
	return 0;
}

/* The lines of one container: its own address under its host name, then everybody's. */
static int spread(const struct network *n, struct lease *l, void *arg, struct err *e)
{
	const struct gathering *g = arg;
	AUTO_FREE char *lines = NULL;
	char ip[IP6_TEXT_LEN];
	size_t size;
	FILE *f;

	if (!l->hosts || !is_up(g, l))
		return 0;
	f = open_memstream(&lines, &size);
	if (!f)
		return err_set(e, errno, "write the names of the network '%s'", n->path);
	if (l->hostname[0])
		fprintf(f, "%s\t%s\n", ip_text(l->ip, ip), l->hostname);
	if (l->hostname[0] && !ip6_is_zero(&l->ip6))
		fprintf(f, "%s\t%s\n", ip6_text(&l->ip6, ip), l->hostname);
	fputs(g->lines, f);
	if (fclose(f) != 0)
		return err_set(e, errno, "write the names of the network '%s'", n->path);
	(void)rewrite(l->hosts, network_name(n), lines);
	return 0;
}

int hosts_update(const struct network *n, const char *netns_dir, struct err *e)
{
	AUTO_FREE char *lines = NULL;
	size_t size = 0;
	struct gathering g = {netns_dir, open_memstream(&lines, &size), NULL};
	int r;

	if (!g.f)
		return err_set(e, errno, "write the names of the network '%s'", n->path);
	r = lease_each(n, gather, &g, e);
	if (fclose(g.f) != 0 || r < 0)
		return r < 0 ? r : err_set(e, errno, "write the names of the network '%s'", n->path);
	g.lines = lines;
	resolver_names(n, lines, size);
	return lease_each(n, spread, &g, e);
}

int hosts_rename(const struct network *n, const char *netns_dir, const char *name, struct aliases *names, struct err *e)
{
	AUTO_LEASE l = {0};
	struct aliases old;
	int r = lease_find(n, name, &l, e);

	if (r < 0)
		return -1;
	if (r > 0 || strcmp(container_state(netns_dir, &l), "up") != 0)
		return err_set(e, 0, "no such container in the network '%s': '%s'", n->path, name);
	old = l.aliases;
	l.aliases = *names;
	*names = old;
	return lease_update(n, &l, e) < 0 ? -1 : hosts_update(n, netns_dir, e);
}
