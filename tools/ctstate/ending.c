/*
 * ending.c - see ending.h
 *
 * The order makes it safe: what the container has is given back before its facts go, for these say what there is, its
 * volumes without a name included; the marker and the name go last, so that a removal that was cut short is found again.
 */
#include "ending.h"
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/num.h"
#include "destroyed.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int parse_status(const struct opt_spec *spec, const char *s)
{
	uint64_t v;

	if (num_u64(s, 0, 255, &v) < 0)
		opt_usage(spec, "not an exit status: '%s'", s);
	return (int)v;
}

char **ending_begin(struct ending *x, const struct opt_spec *spec, int argc, char **argv, bool *ret_volumes)
{
	struct opt_parser p;
	char **id;
	struct err e;
	int opt;

	*x = (struct ending){.netns_veth = "netns-veth", .status = -1};
	opt_begin(&p, spec, argc, argv);
	while ((opt = opt_next(&p)) >= 0) {
		if (opt == O_END_NETNS)
			x->netns_veth = p.arg;
		else if (opt == O_END_STATUS)
			x->status = parse_status(spec, p.arg);
		else
			*ret_volumes = true;
	}
	if (argc - p.index < 2)
		opt_usage(spec, "ROOT and RUN are needed");
	x->root = argv[p.index];
	x->run = argv[p.index + 1];
	for (id = argv + p.index + 2; *id; id++)
		if (!name_is_file(*id))
			opt_usage(spec, "not an id: '%s'", *id);
	umask(077);
	x->root_fd = open(x->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (state_open(x->root, x->run, &x->d, &e) < 0)
		die_err(x->status >= 0 ? x->status : EXIT_FAILED, &e);
	return argv + p.index + 2;
}

void ending_close(struct ending *x)
{
	fd_close(&x->root_fd);
	state_close(&x->d);
	arena_free(&x->a);
}

void ending_write(struct ending *x, int dirfd, const char *id, const char *name, const char *line)
{
	const char *text = arena_printf(&x->a, "%s\n", line);
	struct err e;

	if (file_write_atomic(dirfd, arena_printf(&x->a, "%s/%s", id, name), text, strlen(text), 0600, &e) < 0 &&
	    e.code != ENOENT)
		msg_err(&e);
}

void ending_mark(struct ending *x, int dirfd, const char *id, const char *name)
{
	const char *path = arena_printf(&x->a, "%s/%s", id, name);
	AUTO_FD fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 && errno != ENOENT)
		msg("write '%s': %s", path, strerror(errno));
}

struct claim {
	struct ending *x;
	const char *id, *name;
};

static bool is_claimed_by(struct ending *x, const char *name, const char *id)
{
	struct fact holder = fact_line(&x->a, x->root_fd, "names", name);

	return holder.p && strcmp(holder.p, id) == 0;
}

static void look_at_name(void *arg, const char *name)
{
	struct claim *c = arg;

	if (is_claimed_by(c->x, name, c->id))
		c->name = arena_copy(&c->x->a, name, strlen(name));
}

/* The name whose file holds the id, or NULL. A half-made container may not have written its name yet: then all are looked
 * through. */
static const char *find_claim(struct ending *x, const char *id)
{
	struct fact name = fact_line(&x->a, x->d.containers, id, "name");
	struct claim c = {x, id, NULL};
	struct err e;

	if (name.p && name_is_object(name.p))
		return is_claimed_by(x, name.p, id) ? name.p : NULL;
	if (state_each(x->root_fd, "names", look_at_name, &c, &e) < 0)
		msg_err(&e);
	return c.name;
}

/* Removes a tree at once, or sets it aside. */
static int remove_tree(const char *path, bool defer, char **ret_aside)
{
	struct err e;

	*ret_aside = defer ? tree_set_aside(path) : NULL;
	if (*ret_aside || tree_remove(path, &e) == 0)
		return 0;
	msg_err(&e);
	return -1;
}

/* The two trees, and the event between them. Those set aside are added to aside. */
static int remove_trees(struct ending *x, const char *id, bool defer, char **aside, size_t *n)
{
	const char *dir = arena_printf(&x->a, "%s/containers/%s", x->root, id), *type;
	struct jval *map = destroyed_describe(&x->a, dir, &type);

	if (remove_tree(dir, defer, &aside[*n]) < 0)
		return -1;
	*n += aside[*n] != NULL;
	if (map)
		destroyed_tell(arena_printf(&x->a, "%s/events", x->run), type, dir, map, &x->a);
	if (remove_tree(arena_printf(&x->a, "%s/%s", x->run, id), defer, &aside[*n]) < 0)
		return -1;
	*n += aside[*n] != NULL;
	return 0;
}

int ending_remove(struct ending *x, const char *id, unsigned int flags)
{
	const char *claim;
	char *aside[2];
	size_t n = 0;
	int r;

	if (!fact_exists(x->d.containers, id, "") && !fact_exists(x->d.run, id, "") &&
	    !fact_exists(x->d.run, "starting", id))
		return 0;
	claim = find_claim(x, id);
	ending_release(x, id);
	if (flags & ENDING_VOLUMES)
		ending_remove_volumes(x, id);
	r = remove_trees(x, id, flags & ENDING_DEFER, aside, &n);
	if (r == 0) {
		/* Another who removes it, too, may have been first, and the name may be another container's by now. */
		if (claim && is_claimed_by(x, claim, id))
			unlinkat(x->root_fd, arena_printf(&x->a, "names/%s", claim), 0);
		/* Last: by it whoever comes next finds what a killed one has left. */
		unlinkat(x->d.run, arena_printf(&x->a, "starting/%s", id), 0);
	}
	tree_remove_later(aside, n);
	return r;
}
