/*
 * ending.c - see ending.h
 *
 * The order makes it safe: what the container has is given back before its facts go, for these say what there is, its
 * volumes without a name included; the marker and the name go last, so that a removal that was cut short is found again.
 */
#include "ending.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "destroyed.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int ending_open(struct ending *x, const char *root, const char *run, struct err *e)
{
	x->root = root;
	x->run = run;
	x->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return state_open(root, run, &x->d, e);
}

void ending_close(struct ending *x)
{
	fd_close(&x->root_fd);
	state_close(&x->d);
	arena_free(&x->a);
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
	const char *claim = find_claim(x, id);
	char *aside[2];
	size_t n = 0;
	int r;

	ending_release(x, id);
	if (flags & ENDING_VOLUMES)
		ending_remove_volumes(x, id);
	r = remove_trees(x, id, flags & ENDING_DEFER, aside, &n);
	if (r == 0) {
		unlinkat(x->d.run, arena_printf(&x->a, "starting/%s", id), 0);
		if (claim)
			unlinkat(x->root_fd, arena_printf(&x->a, "names/%s", claim), 0);
	}
	tree_remove_later(aside, n);
	return r;
}
