/* row.c - see row.h */
#include "row.h"
#include "common/msg.h"
#include "size.h"
#include "utf8.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_SHORT 12
#define COMMAND_WIDTH 20
#define MOUNT_WIDTH 15

struct row_build {
	struct arena *a;
	const struct ct *c;
	const struct row_style *style;
};

/* Adds s cut to a width in columns, the last of which is then "…". */
static void add_ellipsis(struct buf *b, const char *s, size_t n, unsigned int width)
{
	size_t cut = 0, len;
	unsigned int columns = 0, rune;

	for (size_t i = 0; i < n; i += len) {
		len = utf8_next(s + i, n - i, &rune);
		columns += utf8_width(rune);
		if (columns <= width - 1)
			cut = i + len;
		if (columns > width) {
			buf_add(b, s, cut);
			buf_puts(b, "\xe2\x80\xa6");
			return;
		}
	}
	buf_add(b, s, n);
}

/* The buffer as a string value of the arena. */
static struct jval *finish(struct row_build *m, const struct buf *b)
{
	return j_string(m->a, b->p, b->n);
}

/* A string from a fact: with control characters in it only where they do no harm. */
static struct jval *text(struct row_build *m, const char *s)
{
	size_t n = strlen(s), room = 4 * n + 5;

	return m->style->clean ? j_str(m->a, msg_clean(arena_alloc(m->a, room), room, s)) : j_string(m->a, s, n);
}

static struct jval *field_id(struct row_build *m)
{
	size_t n = strlen(m->c->id);

	return j_string(m->a, m->c->id, m->style->no_trunc || n < ID_SHORT ? n : ID_SHORT);
}

static struct jval *field_names(struct row_build *m)
{
	return text(m, m->c->name);
}

static struct jval *field_image(struct row_build *m)
{
	return text(m, m->c->image);
}

/* The arguments joined by blanks, those with blanks in quotes, cut, and all of it quoted as Go does. */
static struct jval *field_command(struct row_build *m)
{
	struct buf joined = {.a = m->a}, cut = {.a = m->a}, quoted = {.a = m->a};
	const struct fact *list = &m->c->command;
	struct jval *v;

	for (const char *p = NULL; (p = fact_next(list, p));) {
		const char *quote = joined.n && strchr(p, ' ') ? "'" : "";

		if (p != list->p)
			buf_putc(&joined, ' ');
		buf_puts(&joined, quote);
		buf_puts(&joined, p);
		buf_puts(&joined, quote);
	}
	v = finish(m, &joined);
	if (m->style->no_trunc)
		buf_add(&cut, v->s, v->n);
	else
		add_ellipsis(&cut, v->s, v->n, COMMAND_WIDTH);
	utf8_add_quoted(&quoted, cut.p ? cut.p : "", cut.n);
	return finish(m, &quoted);
}

static struct jval *field_created_at(struct row_build *m)
{
	char buf[WHEN_TEXT];

	return j_str(m->a, m->c->created ? when_local(m->c->created, buf) : "");
}

/* "5 seconds ago" */
static struct jval *ago(struct row_build *m, int64_t when, const char *before)
{
	char buf[WHEN_TEXT];

	return j_str(m->a, arena_printf(m->a, "%s%s ago", before, when_human(m->style->now - when, buf)));
}

/* docker counts from the whole second. */
static struct jval *field_running_for(struct row_build *m)
{
	int64_t s = m->c->created - m->c->created % 1000000000;

	return m->c->created ? ago(m, s, "") : j_str(m->a, "");
}

/* docker's words for the health of what runs. */
static const char *health_suffix(struct row_build *m)
{
	if (!*m->c->health)
		return "";
	return arena_printf(m->a, strcmp(m->c->health, "starting") == 0 ? " (health: %s)" : " (%s)", m->c->health);
}

static struct jval *field_status(struct row_build *m)
{
	const struct life *l = &m->c->life;
	char buf[WHEN_TEXT];

	switch (l->state) {
	case LIFE_CREATED:
		return j_str(m->a, "Created");
	case LIFE_EXITED:
		return ago(m, l->finished, arena_printf(m->a, "Exited (%d) ", l->exit_code));
	case LIFE_RESTARTING:
		return ago(m, l->finished, arena_printf(m->a, "Restarting (%d) ", l->exit_code));
	case LIFE_BROKEN:
		return j_str(m->a, "Broken");
	default:
		return j_str(m->a, arena_printf(m->a, "Up %s%s", when_human(m->style->now - l->started, buf),
		                                l->state == LIFE_PAUSED ? " (Paused)" : health_suffix(m)));
	}
}

static struct jval *field_state(struct row_build *m)
{
	return j_str(m->a, life_name(m->c->life.state));
}

/* A run of inner ports that are published under the same numbers: "0.0.0.0:80-82->80-82/tcp". */
struct port_run {
	const char *ip, *proto;
	unsigned int first, last;
};

static void add_run(struct row_build *m, struct buf *b, const struct port_run *r)
{
	const char *range = arena_printf(m->a, r->first == r->last ? "%u" : "%u-%u", r->first, r->last);

	buf_puts(b, b->n ? ", " : "");
	buf_puts(b, arena_printf(m->a, strchr(r->ip, ':') ? "[%s]:%s->%s/%s" : "%s:%s->%s/%s", r->ip, range, range,
	                         r->proto));
}

/* The run of this address and protocol, or where a new one goes. */
static struct port_run *find_run(struct port_run *runs, size_t n, const struct ct_port *p)
{
	size_t i = 0;

	while (i < n && (strcmp(runs[i].ip, p->ip) != 0 || strcmp(runs[i].proto, p->proto) != 0))
		i++;
	return &runs[i];
}

/* As docker: first the ports published under their own number, as runs; then the others one by one. */
static struct jval *field_ports(struct row_build *m)
{
	size_t n, n_runs = 0;
	struct ct_port *ports = ct_ports(m->a, m->c, &n);
	struct port_run *runs = arena_alloc(m->a, (n + 1) * sizeof(*runs)), *r;
	struct buf b = {.a = m->a}, others = {.a = m->a};

	for (size_t i = 0; i < n; i++) {
		const struct ct_port *p = &ports[i];

		if (p->host != p->inside) {
			buf_puts(&others, arena_printf(m->a, strchr(p->ip, ':') ? ", [%s]:%u->%u/%s" : ", %s:%u->%u/%s",
			                               p->ip, p->host, p->inside, p->proto));
			continue;
		}
		r = find_run(runs, n_runs, p);
		if (r < runs + n_runs && p->inside == r->last + 1) {
			r->last = p->inside;
			continue;
		}
		if (r < runs + n_runs)
			add_run(m, &b, r);
		else
			n_runs++;
		*r = (struct port_run){p->ip, p->proto, p->inside, p->inside};
	}
	for (r = runs; r < runs + n_runs; r++)
		add_run(m, &b, r);
	if (others.n)
		buf_add(&b, others.p + (b.n ? 0 : 2), others.n - (b.n ? 0 : 2));
	return text(m, finish(m, &b)->s);
}

/* "k=v,k=v", sorted by key. */
static struct jval *field_labels(struct row_build *m)
{
	struct jval *map = ct_labels(m->a, m->c);
	struct buf b = {.a = m->a};

	for (size_t i = 0; i < map->n; i++) {
		buf_puts(&b, i ? "," : "");
		buf_puts(&b, map->members[i].key);
		buf_putc(&b, '=');
		buf_puts(&b, map->members[i].val->s);
	}
	return text(m, finish(m, &b)->s);
}

static struct jval *field_label(struct row_build *m)
{
	struct jval *map = ct_labels(m->a, m->c);

	for (size_t i = 0; i < map->n; i++)
		map->members[i].val = text(m, map->members[i].val->s);
	return map;
}

/* The sources of the mounts or the names of the volumes, cut. */
static struct jval *field_mounts(struct row_build *m)
{
	struct buf b = {.a = m->a};
	const char *at = NULL;
	struct ct_mount mount;

	while (ct_mount_next(&m->c->mounts, &at, &mount)) {
		struct jval *src = j_str(m->a, *mount.name ? mount.name : mount.source);

		if (strcmp(mount.type, "tmpfs") == 0)
			continue;
		buf_puts(&b, b.n ? "," : "");
		if (m->style->no_trunc)
			buf_add(&b, src->s, src->n);
		else
			add_ellipsis(&b, src->s, src->n, MOUNT_WIDTH);
	}
	return text(m, finish(m, &b)->s);
}

static struct jval *field_networks(struct row_build *m)
{
	struct buf b = {.a = m->a};

	buf_puts(&b, m->c->network);
	for (const char *p = NULL; (p = fact_next(&m->c->further, p));) {
		buf_putc(&b, ',');
		buf_puts(&b, p);
	}
	return text(m, finish(m, &b)->s);
}

static struct jval *field_volumes(struct row_build *m)
{
	const char *at = NULL;
	struct ct_mount mount;
	unsigned int n = 0;

	while (ct_mount_next(&m->c->mounts, &at, &mount))
		n += strcmp(mount.type, "volume") == 0;
	return j_str(m->a, arena_printf(m->a, "%u", n));
}

/* "12B (virtual 4.3MB)" */
static struct jval *field_size(struct row_build *m)
{
	char own[SIZE_TEXT], all[SIZE_TEXT];
	int64_t layer, image;

	if (!m->style->size)
		return j_str(m->a, "0B");
	layer = size_of(m->a, m->style->dirs, m->c, &image);
	return j_str(m->a,
	             arena_printf(m->a, "%s (virtual %s)", size_human(layer, own), size_human(layer + image, all)));
}

/* In the order of {{json .}}. */
static const struct {
	const char *name, *heading;
	unsigned int need;
	struct jval *(*make)(struct row_build *m);
} fields[] = {
    {"Command", "COMMAND", NEED_COMMAND, field_command},
    {"CreatedAt", "CREATED AT", 0, field_created_at},
    {"ID", "CONTAINER ID", 0, field_id},
    {"Image", "IMAGE", NEED_IMAGE, field_image},
    {"Label", "", NEED_LABELS, field_label},
    {"Labels", "LABELS", NEED_LABELS, field_labels},
    {"LocalVolumes", "LOCAL VOLUMES", NEED_MOUNTS, field_volumes},
    {"Mounts", "MOUNTS", NEED_MOUNTS, field_mounts},
    {"Names", "NAMES", NEED_NAME, field_names},
    {"Networks", "NETWORKS", NEED_NETWORK, field_networks},
    {"Ports", "PORTS", NEED_NET, field_ports},
    {"RunningFor", "CREATED", 0, field_running_for},
    {"Size", "SIZE", NEED_IMAGE, field_size},
    {"State", "STATE", 0, field_state},
    {"Status", "STATUS", NEED_HEALTH, field_status},
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

unsigned int row_prepare(const struct tmpl *t, struct row_style *style)
{
	unsigned int need = 0;

	style->used = 0;
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (!tmpl_uses(t, fields[i].name))
			continue;
		style->used |= 1U << i;
		need |= fields[i].need;
	}
	return need;
}

/* Label is there for {{.Label "key"}} only. */
static void set_field(struct arena *a, struct jval *row, size_t i, struct jval *v)
{
	j_set(a, row, fields[i].name, v);
	row->members[row->n - 1].hidden = v->type == J_MAP;
}

struct jval *row_make(struct arena *a, const struct ct *c, const struct row_style *style)
{
	struct row_build m = {a, c, style};
	struct jval *row = j_new(a, J_STRUCT), *nothing = j_str(a, "");

	for (size_t i = 0; i < N_FIELDS; i++)
		set_field(a, row, i, style->used & 1U << i ? fields[i].make(&m) : nothing);
	return row;
}

struct jval *row_headings(struct arena *a)
{
	struct jval *row = j_new(a, J_STRUCT);

	for (size_t i = 0; i < N_FIELDS; i++)
		set_field(a, row, i, fields[i].make == field_label ? j_map(a, J_STRING) : j_str(a, fields[i].heading));
	return row;
}
