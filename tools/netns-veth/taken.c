/* taken.c - see taken.h */
#include "taken.h"
#include "common/fd.h"
#include "netlink.h"
#include "network.h"
#include "rtnl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void taken_free(struct taken *t)
{
	free(t->v);
}

static int add(struct taken *t, const struct taken_one *x, struct err *e)
{
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		void *v = realloc(t->v, room * sizeof(*t->v));

		if (!v)
			return err_set(e, ENOMEM, "collect the subnets in use");
		t->v = v;
		t->room = room;
	}
	t->v[t->n++] = *x;
	return 0;
}

static int take_route(const struct route *r, void *arg, struct err *e)
{
	struct taken_one x = {.four = r->dst, .six = r->dst6};
	char text[CIDR6_TEXT_LEN], dev[IF_NAMESIZE] = "";

	/* A link's own addresses and multicast are nobody's subnet. */
	if (r->dst6.len && (r->dst6.base.b[0] == 0xfe || r->dst6.base.b[0] == 0xff))
		return 0;
	if (r->oif)
		if_indextoname((unsigned int)r->oif, dev);
	snprintf(x.why, sizeof(x.why), "the route %s%s%s",
	         r->dst6.len ? subnet6_text(&r->dst6, text) : subnet_text(&r->dst, text), dev[0] ? " dev " : "", dev);
	return add(arg, &x, e);
}

/* The subnet of one network: the fact's name is "subnet" or "subnet6". */
static int take_sibling(struct taken *t, int parent, const char *name, const char *fact, struct err *e)
{
	char path[300], text[FACT_MAX];
	struct taken_one x = {.six = {.len = 0}};
	struct err ignored;

	snprintf(path, sizeof(path), "%s/%s", name, fact);
	if (file_read_line(parent, path, text, sizeof(text)) < 0 ||
	    (strchr(text, ':') ? subnet6_parse(text, &x.six, &ignored) : subnet_parse(text, &x.four, &ignored)) < 0)
		return 0;
	snprintf(x.why, sizeof(x.why), "the network '%.40s' (%.43s)", name, text);
	return add(t, &x, e);
}

/* The subnets of the networks beside dir in its parent. */
static int take_siblings(struct taken *t, int parent, const char *self, struct err *e)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *x;

	if (!d) {
		fd_close(&fd);
		return err_set(e, errno, "list the networks beside '%s'", self);
	}
	while (r == 0 && (x = readdir(d))) {
		if (x->d_name[0] == '.' || strcmp(x->d_name, self) == 0)
			continue;
		r = take_sibling(t, parent, x->d_name, "subnet", e);
		if (r == 0)
			r = take_sibling(t, parent, x->d_name, "subnet6", e);
	}
	closedir(d);
	return r;
}

/* What no host can have: the kernel refuses such addresses, or takes no way to them. */
static int take_impossible(struct taken *t, struct err *e)
{
	static const struct {
		const char *subnet, *what;
	} v[] = {{"0.0.0.0/8", "no addresses of hosts"},
	         {"224.0.0.0/4", "multicast"},
	         {"fe80::/10", "addresses of one link"},
	         {"ff00::/8", "multicast"}};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(v) / sizeof(v[0]); i++) {
		struct taken_one x = {.six = {.len = 0}};

		r = strchr(v[i].subnet, ':') ? subnet6_parse(v[i].subnet, &x.six, e)
		                             : subnet_parse(v[i].subnet, &x.four, e);
		snprintf(x.why, sizeof(x.why), "%s (%s)", v[i].subnet, v[i].what);
		r = r < 0 ? r : add(t, &x, e);
	}
	return r;
}

int taken_collect(struct taken *t, int parent, const char *self, struct err *e)
{
	AUTO_FD rtnl = nl_open(NETLINK_ROUTE, e);

	return rtnl < 0 || rt_routes(rtnl, take_route, t, e) < 0 || take_impossible(t, e) < 0
	           ? -1
	           : take_siblings(t, parent, self, e);
}

const char *taken_conflict(const struct taken *t, const struct subnet *s)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->v[i].six.len && subnet_overlaps(&t->v[i].four, s))
			return t->v[i].why;
	return NULL;
}

const char *taken_conflict6(const struct taken *t, const struct subnet6 *s)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].six.len && subnet6_overlaps(&t->v[i].six, s))
			return t->v[i].why;
	return NULL;
}

int taken_pick(const struct taken *t, struct subnet *ret, struct err *e)
{
	for (uint32_t i = 18; i <= 31; i++) {
		*ret = (struct subnet){172U << 24 | i << 16, 16};
		if (!taken_conflict(t, ret))
			return 0;
	}
	for (uint32_t i = 0; i < 256; i += 16) {
		*ret = (struct subnet){192U << 24 | 168U << 16 | i << 8, 20};
		if (!taken_conflict(t, ret))
			return 0;
	}
	err_set(e, 0, "no free subnet left in 172.18.0.0/16 to 172.31.0.0/16 and 192.168.0.0/16");
	return err_hint(e, "give one with --subnet");
}
