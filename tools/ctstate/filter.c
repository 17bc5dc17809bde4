/* filter.c - see filter.h */
#include "filter.h"
#include "common/num.h"
#include "common/timepoint.h"
#include "when.h"

#include <stdlib.h>
#include <string.h>

struct filter_kind {
	const char *name;
	unsigned int need;
	bool all; /* every one of this kind must hold */
	bool (*match)(const struct filter *f, struct arena *a, const struct ct *c);
};

/* An extended regular expression, as docker's; "^/web$" is accepted for "^web$". */
static bool match_name(const struct filter *f, struct arena *a, const struct ct *c)
{
	return regexec(&f->regex, c->name, 0, NULL, 0) == 0 ||
	       regexec(&f->regex, arena_printf(a, "/%s", c->name), 0, NULL, 0) == 0;
}

static bool match_id(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	return *f->value && strncmp(c->id, f->value, strlen(f->value)) == 0;
}

static bool match_status(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	return strcmp(life_name(c->life.state), f->value) == 0;
}

static bool match_exited(const struct filter *f, struct arena *a, const struct ct *c)
{
	uint64_t code;

	(void)a;
	return c->life.state == LIFE_EXITED && num_u64(f->value, 0, 255, &code) == 0 && (int)code == c->life.exit_code;
}

/* "key" or "key=value". */
static bool match_label(const struct filter *f, struct arena *a, const struct ct *c)
{
	size_t n = strcspn(f->value, "=");
	bool found = false;

	(void)a;
	for (const char *p = NULL; (p = fact_next(&c->labels, p));) {
		size_t key = strcspn(p, "=");

		if (key == n && memcmp(p, f->value, n) == 0) /* a later entry of the same key counts */
			found = !f->value[n] || strcmp(p[key] ? p + key + 1 : "", f->value + n + 1) == 0;
	}
	return found;
}

static bool match_no_label(const struct filter *f, struct arena *a, const struct ct *c)
{
	return !match_label(f, a, c);
}

/* The image by name; without a tag it means ":latest" too. */
static bool match_ancestor(const struct filter *f, struct arena *a, const struct ct *c)
{
	return strcmp(c->image, f->value) == 0 || strcmp(c->image, arena_printf(a, "%s:latest", f->value)) == 0 ||
	       strcmp(f->value, arena_printf(a, "%s:latest", c->image)) == 0;
}

static bool match_network(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	return ct_has_network(c, f->value);
}

static bool match_health(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	return strcmp(*c->health ? c->health : "none", f->value) == 0;
}

/* By the volume's name, by source or by destination. */
static bool match_volume(const struct filter *f, struct arena *a, const struct ct *c)
{
	const char *at = NULL;
	struct ct_mount m;

	(void)a;
	while (ct_mount_next(&c->mounts, &at, &m))
		if (strcmp(*m.name ? m.name : m.source, f->value) == 0 || strcmp(m.target, f->value) == 0)
			return true;
	return false;
}

static bool match_before(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	return c->created < f->when;
}

static bool match_since(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	return c->created > f->when;
}

/* "80", "80/udp", "8000-8080/tcp" against a port of that kind. */
static bool in_ports(struct arena *a, const char *value, unsigned int port, const char *proto)
{
	char *first = arena_copy(a, value, strlen(value)), *slash = strchr(first, '/'), *last;
	uint64_t from, to;

	if (slash)
		*slash++ = '\0';
	last = strchr(first, '-');
	if (last)
		*last++ = '\0';
	return num_u64(first, 1, 65535, &from) == 0 && num_u64(last ? last : first, 1, 65535, &to) == 0 &&
	       port >= from && port <= to && strcmp(proto, slash ? slash : "tcp") == 0;
}

/* By the port of the host, or by that of the container. */
static bool match_publish(const struct filter *f, struct arena *a, const struct ct *c)
{
	size_t n;
	struct ct_port *p = ct_ports(a, c, &n);

	for (size_t i = 0; i < n; i++)
		if (in_ports(a, f->value, p[i].host, p[i].proto))
			return true;
	return false;
}

static bool match_expose(const struct filter *f, struct arena *a, const struct ct *c)
{
	size_t n;
	struct ct_port *p = ct_ports(a, c, &n);

	for (size_t i = 0; i < n; i++)
		if (in_ports(a, f->value, p[i].inside, p[i].proto))
			return true;
	return false;
}

/* There are no tasks of a swarm here. */
static bool match_task(const struct filter *f, struct arena *a, const struct ct *c)
{
	(void)a;
	(void)c;
	return strcmp(f->value, "false") == 0;
}

static const struct filter_kind kinds[] = {
    {"name", NEED_NAME, false, match_name},
    {"id", 0, false, match_id},
    {"status", 0, false, match_status},
    {"exited", 0, false, match_exited},
    {"label", NEED_LABELS, true, match_label},
    {"ancestor", NEED_IMAGE, false, match_ancestor},
    {"network", NEED_NETWORK, false, match_network},
    {"volume", NEED_MOUNTS, false, match_volume},
    {"health", NEED_HEALTH, false, match_health},
    {"publish", NEED_NET, false, match_publish},
    {"expose", NEED_NET, false, match_expose},
    {"is-task", 0, false, match_task},
    {"label!", NEED_LABELS, true, match_no_label},
    {"until", 0, true, match_before},
    {"before", 0, false, match_before},
    {"since", 0, false, match_since},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct filter_kind *find_kind(const char *text, size_t n)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (strlen(kinds[i].name) == n && memcmp(kinds[i].name, text, n) == 0)
			return &kinds[i];
	return NULL;
}

static int check_status(const char *value, struct err *e)
{
	static const char *const words[] = {"created", "running", "paused", "restarting", "removing", "exited", "dead"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], value) == 0)
			return 0;
	return err_set(e, 0, "filter status: no such status: '%s'", value);
}

/* PORT[-PORT][/tcp|/udp] */
static bool is_port(const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (s[n] == '-' && n) {
		s += n + 1;
		n = strspn(s, "0123456789");
	}
	return n && (!s[n] || strcmp(s + n, "/tcp") == 0 || strcmp(s + n, "/udp") == 0);
}

/* What can be wrong with a value. */
static int check_value(struct filter *f, struct err *e)
{
	uint64_t code;

	if (f->kind->match == match_status)
		return check_status(f->value, e);
	if (f->kind->match == match_exited && num_u64(f->value, 0, 255, &code) < 0)
		return err_set(e, 0, "filter exited: not an exit status: '%s'", f->value);
	if ((f->kind->match == match_publish || f->kind->match == match_expose) && !is_port(f->value))
		return err_set(e, 0, "filter %s: not PORT[-PORT][/tcp|/udp]: '%s'", f->kind->name, f->value);
	if (strcmp(f->kind->name, "until") == 0 && timepoint_arg(f->value, &f->when) < 0)
		return err_set(e, 0, "filter until: neither a time nor a duration before now: '%s'", f->value);
	if (f->kind->match == match_task && strcmp(f->value, "true") != 0 && strcmp(f->value, "false") != 0)
		return err_set(e, 0, "filter is-task: neither true nor false: '%s'", f->value);
	if (f->kind->match == match_name && regcomp(&f->regex, f->value, REG_EXTENDED | REG_NOSUB) != 0)
		return err_set(e, 0, "filter name: not a regular expression: '%s'", f->value);
	return 0;
}

int filter_add(struct filters *fs, const char *text, struct err *e)
{
	size_t n = strcspn(text, "=");
	struct filter f = {.kind = find_kind(text, n)};

	if (!text[n])
		return err_set(e, 0, "filter '%s': not of the form KEY=VALUE", text);
	if (!f.kind) {
		err_set(e, 0, "filter '%.*s': there is no such filter", (int)(n < 200 ? n : 200), text);
		return err_hint(e, "there are name id status exited health label ancestor network volume publish "
		                   "expose is-task before since label! until");
	}
	if (fs->n == FILTERS_MAX)
		return err_set(e, 0, "more than %d filters", FILTERS_MAX);
	f.value = text + n + 1;
	if (check_value(&f, e) < 0)
		return -1;
	fs->need |= f.kind->need;
	fs->any_state |= f.kind->match == match_status;
	fs->f[fs->n++] = f;
	return 0;
}

struct finding {
	struct arena *a;
	const struct state_dirs *d;
	struct filter *f;
	size_t found;
};

/* Takes the time of the container whose name it is or whose id begins so. */
static void look_at(void *arg, const char *id)
{
	struct finding *x = arg;
	struct fact name = fact_line(x->a, x->d->containers, id, "name");
	struct fact created;

	if (!(name.p && strcmp(name.p, x->f->value) == 0) && strncmp(id, x->f->value, strlen(x->f->value)) != 0)
		return;
	created = fact_line(x->a, x->d->containers, id, "created");
	if (created.p && when_parse(created.p, &x->f->when) == 0)
		x->found++;
}

int filters_resolve(struct filters *fs, struct arena *a, const struct state_dirs *d, struct err *e)
{
	for (size_t i = 0; i < fs->n; i++) {
		struct finding x = {a, d, &fs->f[i], 0};

		if (strcmp(x.f->kind->name, "before") != 0 && x.f->kind->match != match_since)
			continue;
		if (state_each(d->containers, ".", look_at, &x, e) < 0)
			return -1;
		if (x.found != 1)
			return err_set(e, 0, "filter %s: %s container: '%s'", x.f->kind->name,
			               x.found ? "more than one" : "no such", x.f->value);
	}
	return 0;
}

bool filters_match(const struct filters *fs, struct arena *a, const struct ct *c)
{
	for (size_t k = 0; k < N_KINDS; k++) {
		size_t asked = 0, held = 0;

		for (size_t i = 0; i < fs->n; i++) {
			if (fs->f[i].kind != &kinds[k])
				continue;
			asked++;
			held += kinds[k].match(&fs->f[i], a, c);
		}
		if (asked && (kinds[k].all ? held < asked : held == 0))
			return false;
	}
	return true;
}

void filters_free(struct filters *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->f[i].kind->match == match_name)
			regfree(&fs->f[i].regex);
	fs->n = 0;
}
