/*
 * remove.c - ctstate remove: directory trees and files go, at once or with --defer as soon as there is time.
 */
#include "commands.h"
#include "common/msg.h"
#include "common/opt.h"
#include "destroyed.h"
#include "tree.h"

#include <stdbool.h>
#include <stdlib.h>

static const struct opt_spec spec = {
    .tool = "ctstate remove",
    .synopsis = "[OPTION]... PATH...",
    .about =
        "Remove directory trees and files, in order; refuse at a mount point. A PATH that is not there is no error.",
    .table = cmd_options + REMOVE_AT,
    .n = REMOVE_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct removing {
	bool defer;
	const char *log; /* or NULL */
	struct arena a;
	char **aside; /* trees to be removed in the background */
	size_t n;
	int status;
};

/* One path: set aside, or removed at once. */
static void take_path(struct removing *r, const char *path)
{
	const char *type = NULL;
	struct jval *map = r->log ? destroyed_describe(&r->a, path, &type) : NULL;
	struct err e;

	if (r->defer && (r->aside[r->n] = tree_set_aside(path))) {
		r->n++;
	} else if (tree_remove(path, &e) < 0) {
		msg_err(&e);
		r->status = EXIT_FAILED;
		return;
	}
	if (map)
		destroyed_tell(r->log, type, path, map, &r->a);
}

int cmd_remove(int argc, char **argv)
{
	struct removing r = {.aside = calloc((size_t)argc, sizeof(*r.aside))};
	struct opt_parser p;
	int id;

	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0) {
		if (id == O_DEFER)
			r.defer = true;
		else
			r.log = p.arg;
	}
	if (p.index == argc || !r.aside)
		opt_usage(&spec, "%s", r.aside ? "which directory?" : "out of memory");
	for (int i = p.index; i < argc; i++)
		take_path(&r, argv[i]);
	tree_remove_later(r.aside, r.n);
	free(r.aside);
	arena_free(&r.a);
	return r.status;
}
