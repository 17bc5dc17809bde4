/*
 * remove.c - ctstate remove: directory trees and files go.
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
	const char *log; /* or NULL */
	struct arena a;
	int status;
};

/* One path. */
static void take_path(struct removing *r, const char *path)
{
	const char *type = NULL;
	struct jval *map = r->log ? destroyed_describe(&r->a, path, &type) : NULL;
	struct err e;

	if (tree_remove(path, &e) < 0) {
		msg_err(&e);
		r->status = EXIT_FAILED;
		return;
	}
	if (map)
		destroyed_tell(r->log, type, path, map, &r->a);
}

int cmd_remove(int argc, char **argv)
{
	struct removing r = {0};
	struct opt_parser p;

	opt_begin(&p, &spec, argc, argv);
	while (opt_next(&p) >= 0)
		r.log = p.arg;
	if (p.index == argc)
		opt_usage(&spec, "which directory?");
	for (int i = p.index; i < argc; i++)
		take_path(&r, argv[i]);
	arena_free(&r.a);
	return r.status;
}
