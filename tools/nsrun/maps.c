/* maps.c - see maps.h */
#include "maps.h"
#include "options.h"
#include "subids.h"
#include "value.h"

#include "common/err.h"
#include "common/msg.h"
#include "common/opt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --map-users and --map-groups. */
static void read_range(struct idmap *m, enum subid_kind kind, const char *arg)
{
	const char *option = kind == SUBID_USER ? "map-users" : "map-groups";
	struct id_range r;
	struct err e;

	if (strcmp(arg, "auto") == 0 || strcmp(arg, "subids") == 0 || strcmp(arg, "all") == 0) {
		if (subids_add(m, kind, arg, &e) < 0)
			die_err(EXIT_OWN, &e);
		return;
	}
	if (idmap_parse(arg, &r) < 0)
		opt_usage(&nsrun_options, "option --%s: %s: '%s'", option,
		          errno == ERANGE ? "id or count out of range" : "not INNER:OUTER:COUNT or OUTER,INNER,COUNT",
		          arg);
	if (idmap_add(m, &r, &e) < 0)
		die_err(EXIT_OWN, &e);
}

/* --owner UID:GID */
static void read_owner(struct config *c, const char *arg)
{
	size_t n = strcspn(arg, ":");
	char uid[16];

	if (!arg[n] || n >= sizeof(uid))
		opt_usage(&nsrun_options, "option --owner: not UID:GID: '%s'", arg);
	snprintf(uid, sizeof(uid), "%.*s", (int)n, arg);
	c->owner_uid = value_id("owner", uid);
	c->owner_gid = value_id("owner", arg + n + 1);
	c->set_owner = true;
}

bool maps_option(struct config *c, struct maps_pending *p, int id, const char *arg)
{
	switch (id) {
	case O_MAP_USER:
		p->map_user = arg;
		break;
	case O_MAP_GROUP:
		p->map_group = arg;
		break;
	case 'r':
		p->map_user = p->map_group = "0";
		break;
	case 'c':
		p->current = true;
		break;
	case O_MAP_AUTO:
	case O_MAP_SUBIDS:
		read_range(&c->uids, SUBID_USER, id == O_MAP_AUTO ? "auto" : "subids");
		read_range(&c->gids, SUBID_GROUP, id == O_MAP_AUTO ? "auto" : "subids");
		break;
	case O_MAP_USERS:
		read_range(&c->uids, SUBID_USER, arg);
		break;
	case O_MAP_GROUPS:
		read_range(&c->gids, SUBID_GROUP, arg);
		break;
	case O_OWNER:
		read_owner(c, arg);
		break;
	default:
		return false;
	}
	config_imply(c, 'U');
	return true;
}

/* The current user or group mapped to what was asked for; 'nobody asked' leaves the map as it is. */
static void place(struct idmap *m, enum subid_kind kind, uint32_t outer, const char *inner, bool current)
{
	uint32_t id = outer;
	struct err e;

	if (!inner && !current)
		return;
	if (inner && id_parse(inner, &id) < 0 && subids_account(kind, inner, &id, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (idmap_place(m, id, outer, &e) < 0)
		die_err(EXIT_OWN, &e);
}

/* Id 0 of outside is root's to give, even where a file of subordinate ids gives it to somebody else. */
static void refuse_zero(const struct idmap *m)
{
	for (size_t i = 0; geteuid() != 0 && i < m->n; i++)
		if (m->r[i].outer == 0)
			die(EXIT_OWN, "id map: range %u:0:%u has id 0 of outside, which only root may map",
			    m->r[i].inner, m->r[i].count);
}

/* One group alone is mapped only with setgroups(2) denied, as an ordinary user must (user_namespaces(7)). */
void maps_finish(struct config *c, const struct maps_pending *p)
{
	bool one_group = (p->map_group || p->current) && c->gids.n == 0;

	place(&c->uids, SUBID_USER, c->set_owner ? c->owner_uid : geteuid(), p->map_user, p->current);
	place(&c->gids, SUBID_GROUP, c->set_owner ? c->owner_gid : getegid(), p->map_group, p->current);
	refuse_zero(&c->uids);
	refuse_zero(&c->gids);
	if (one_group) {
		if (c->setgroups == SETGROUPS_ALLOW)
			opt_usage(&nsrun_options, "--setgroups=allow and a map of one group exclude each other");
		c->setgroups = SETGROUPS_DENY;
	}
	if ((c->uids.n || c->gids.n) && config_ns(c, 'U')->how == NS_JOIN)
		opt_usage(&nsrun_options, "id maps are for a new user namespace, not for one that is joined");
	if (c->set_owner && config_ns(c, 'U')->how == NS_JOIN)
		opt_usage(&nsrun_options, "--owner is for a new user namespace, not for one that is joined");
	if (c->setgroups && config_ns(c, 'U')->how != NS_NEW)
		opt_usage(&nsrun_options, "--setgroups needs --user");
}
