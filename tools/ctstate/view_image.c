/*
 * view_image.c - see view_image.h
 *
 * What an image says is read from the image: a container has no copy of it, which would be a file more at each start.
 */
#include "view_image.h"
#include "common/num.h"

#include <string.h>

#define ID_DIGITS 64

/* A list of the container's image, by its id, or by the name of one that was made here. */
static struct fact image_list(struct arena *a, const struct state_dirs *d, const struct ct *c, const char *name)
{
	static const char prefix[] = "sha256:";
	struct fact id = fact_line(a, d->containers, c->id, "image-id"), f = {0};
	const char *const names[] = {
	    id.p && strncmp(id.p, prefix, strlen(prefix)) == 0 ? id.p + strlen(prefix) : "",
	    arena_copy(a, c->image, strcspn(c->image, ":@")),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !f.p; i++)
		if (*names[i] && *names[i] != '.' && !strchr(names[i], '/'))
			f = fact_list(a, d->containers, "../images", arena_printf(a, "%s/%s", names[i], name));
	return f;
}

/* FIRST[-LAST][/PROTOCOL], each port of it. What is none is left out. */
static void add_ports(struct arena *a, struct jval *map, const char *text)
{
	const char *proto = strchr(text, '/');
	size_t n = proto ? (size_t)(proto - text) : strlen(text), dash = strcspn(text, "-");
	uint64_t first, last;

	if (num_u64(arena_copy(a, text, dash < n ? dash : n), 1, 65535, &first) < 0)
		return;
	last = first;
	if (dash < n && num_u64(arena_copy(a, text + dash + 1, n - dash - 1), first, 65535, &last) < 0)
		return;
	for (; first <= last; first++)
		j_set(a, map, j_str(a, arena_printf(a, "%u%s", (unsigned int)first, proto ? proto : "/tcp"))->s,
		      j_new(a, J_STRUCT));
}

struct jval *view_exposed(struct arena *a, const struct state_dirs *d, const struct ct *c)
{
	struct fact lists[] = {
	    image_list(a, d, c, "exposed"),
	    fact_list(a, d->containers, c->id, "exposed-ports"),
	    fact_list(a, d->containers, c->id, "publish"),
	};
	struct jval *map = j_map(a, J_STRUCT);

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (const char *p = NULL; (p = fact_next(&lists[i], p));) {
			const char *colon = strrchr(p, ':');

			add_ports(a, map, colon ? colon + 1 : p);
		}
	return map;
}

/* Whether a volume's name is one that nobody gave. */
static bool is_anonymous(const char *name)
{
	return strspn(name, "0123456789abcdef") == ID_DIGITS && !name[ID_DIGITS];
}

struct jval *view_volumes(struct arena *a, const struct state_dirs *d, const struct ct *c)
{
	struct fact f = image_list(a, d, c, "volumes");
	struct jval *map = j_map(a, J_STRUCT);
	const char *at = NULL;
	struct ct_mount m;

	for (const char *p = NULL; (p = fact_next(&f, p));)
		j_set(a, map, j_str(a, p)->s, j_new(a, J_STRUCT));
	while (ct_mount_next(&c->mounts, &at, &m))
		if (strcmp(m.type, "volume") == 0 && is_anonymous(m.name))
			j_set(a, map, j_str(a, m.target)->s, j_new(a, J_STRUCT));
	return map->n ? map : NULL;
}

/* A directory of the container's own. */
static void set_dir(struct arena *a, const struct state_dirs *d, const struct ct *c, struct jval *data, const char *key,
                    const char *name)
{
	j_set(a, data, key, j_str(a, arena_printf(a, "%s/containers/%s/%s", d->root_path, c->id, name)));
}

struct jval *view_graph(struct arena *a, const struct state_dirs *d, const struct ct *c, const char *driver)
{
	struct fact layers = fact_line(a, d->containers, c->id, "layers");
	struct jval *o = j_new(a, J_STRUCT), *data = j_map(a, J_STRING);

	if (layers.n)
		j_set(a, data, "LowerDir", j_str(a, layers.p));
	if (ct_is_up(c) && c->life.pid)
		j_set(a, data, "MergedDir", j_str(a, arena_printf(a, "/proc/%d/root", (int)c->life.pid)));
	set_dir(a, d, c, data, "UpperDir", "upper");
	set_dir(a, d, c, data, "WorkDir", "work");
	j_set(a, o, "Data", data);
	j_set(a, o, "Name", j_str(a, driver));
	return o;
}
