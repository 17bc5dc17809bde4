/* idmap.c - see idmap.h */
#include "idmap.h"

#include "common/num.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int id_parse(const char *s, uint32_t *ret)
{
	uint64_t v;

	if (num_u64(s, 0, ID_MAX, &v) < 0)
		return -1;
	*ret = (uint32_t)v;
	return 0;
}

/* Copies the field up to sep, which must be there ('\n': up to the end of the line), and steps behind it; false when
 * it does not fit. */
static bool field(const char **s, char sep, char *buf, size_t size)
{
	size_t n = strcspn(*s, (const char[]){sep, '\n', '\0'});

	if (n >= size || ((*s)[n] != sep && (sep != '\n' || (*s)[n] != '\0')))
		return false;
	memcpy(buf, *s, n);
	buf[n] = '\0';
	*s += n + ((*s)[n] != '\0');
	return true;
}

/* Whether the ids from start on exist: none beyond ID_MAX, and at least one. */
static bool is_span(uint32_t start, uint32_t count)
{
	return count > 0 && (uint64_t)start + count - 1 <= ID_MAX;
}

int idmap_parse(const char *s, struct id_range *ret)
{
	char sep = strchr(s, ':') ? ':' : ',';
	char part[3][16];
	uint32_t v[3];

	if (!field(&s, sep, part[0], 16) || !field(&s, sep, part[1], 16) || !field(&s, '\n', part[2], 16) ||
	    s[-1] == '\n') {
		errno = EINVAL;
		return -1;
	}
	for (int i = 0; i < 3; i++)
		if (id_parse(part[i], &v[i]) < 0)
			return -1;
	if (!is_span(v[0], v[2]) || !is_span(v[1], v[2])) {
		errno = ERANGE;
		return -1;
	}
	*ret = (struct id_range){.inner = v[sep == ':' ? 0 : 1], .outer = v[sep == ':' ? 1 : 0], .count = v[2]};
	return 0;
}

/* Whether two spans have an id in common. */
static bool overlap(uint32_t a, uint32_t n, uint32_t b, uint32_t m)
{
	return a < (uint64_t)b + m && b < (uint64_t)a + n;
}

int idmap_add(struct idmap *m, const struct id_range *r, struct err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct id_range *o = &m->r[i];

		if (overlap(r->inner, r->count, o->inner, o->count) || overlap(r->outer, r->count, o->outer, o->count))
			return err_set(e, 0, "id map: range %u:%u:%u overlaps with %u:%u:%u (INNER:OUTER:COUNT)",
			               r->inner, r->outer, r->count, o->inner, o->outer, o->count);
	}
	if (m->n == IDMAP_MAX)
		return err_set(e, 0, "id map: more than %d ranges, the kernel's limit", IDMAP_MAX);
	m->r[m->n++] = *r;
	return 0;
}

/* The smaller of a length and the way from at to a hole that lies ahead. */
static uint64_t up_to(uint64_t n, uint64_t at, uint64_t hole)
{
	return hole > at && hole - at < n ? hole - at : n;
}

/* Adds a range without the inner and the outer id: both sides are lists with one id left out, joined in order; at
 * most three ranges come of it. */
static int add_without(struct idmap *m, const struct id_range *r, uint64_t inner, uint64_t outer, struct err *e)
{
	uint64_t i = r->inner, o = r->outer, i_end = i + r->count, o_end = o + r->count;

	for (;;) {
		uint64_t n;

		i += i == inner;
		o += o == outer;
		if (i >= i_end || o >= o_end)
			return 0;
		n = i_end - i < o_end - o ? i_end - i : o_end - o;
		n = up_to(up_to(n, i, inner), o, outer);
		if (idmap_add(m, &(struct id_range){(uint32_t)i, (uint32_t)o, (uint32_t)n}, e) < 0)
			return -1;
		i += n;
		o += n;
	}
}

int idmap_place(struct idmap *m, uint32_t inner, uint32_t outer, struct err *e)
{
	struct idmap before = *m;

	m->n = 0;
	if (idmap_add(m, &(struct id_range){inner, outer, 1}, e) < 0)
		return -1;
	for (size_t k = 0; k < before.n; k++)
		if (add_without(m, &before.r[k], inner, outer, e) < 0)
			return -1;
	return 0;
}

int idmap_text(const struct idmap *m, char buf[IDMAP_TEXT], struct err *e)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t k = 0; k < m->n; k++) {
		const struct id_range *r = &m->r[k];
		int n = snprintf(buf + at, IDMAP_TEXT - at, "%u %u %u\n", r->inner, r->outer, r->count);

		if (n < 0 || (size_t)n >= IDMAP_TEXT - at)
			return err_set(e, 0, "id map: its text is longer than the %zu bytes that the kernel takes",
			               IDMAP_TEXT - 1);
		at += (size_t)n;
	}
	return 0;
}

/* The beginning of the next line, or of nothing at the end. */
static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return *s ? s + 1 : s;
}

/* Whether an owner field means that user. */
static bool is_owner(const char *owner, const char *name, uint32_t uid)
{
	uint32_t id;

	return (name && strcmp(owner, name) == 0) || (id_parse(owner, &id) == 0 && id == uid);
}

int idmap_subid(const char *text, const char *name, uint32_t uid, struct id_range *ret)
{
	for (; *text; text = next_line(text)) {
		char owner[64], start[16], count[16];
		const char *s = text;
		struct id_range r = {0};

		if (!field(&s, ':', owner, sizeof(owner)) || !field(&s, ':', start, sizeof(start)) ||
		    !field(&s, '\n', count, sizeof(count)) || id_parse(start, &r.outer) < 0 ||
		    id_parse(count, &r.count) < 0 || !is_span(r.outer, r.count) || !is_owner(owner, name, uid))
			continue;
		*ret = r;
		return 0;
	}
	return -1;
}

/* Name and id (the first and third field) of one line of passwd or group. */
static bool account_line(const char *line, char *name, size_t size, uint32_t *ret_id)
{
	char skip[1024], id[16];

	return field(&line, ':', name, size) && name[0] && field(&line, ':', skip, sizeof(skip)) &&
	       field(&line, ':', id, sizeof(id)) && id_parse(id, ret_id) == 0;
}

int idmap_account(const char *text, const char *name, uint32_t *ret)
{
	for (; *text; text = next_line(text)) {
		char got[256];
		uint32_t id;

		if (account_line(text, got, sizeof(got), &id) && strcmp(got, name) == 0) {
			*ret = id;
			return 0;
		}
	}
	return -1;
}

int idmap_account_name(const char *text, uint32_t id, char *buf, size_t size)
{
	for (; *text; text = next_line(text)) {
		uint32_t got;

		if (account_line(text, buf, size, &got) && got == id)
			return 0;
	}
	return -1;
}
