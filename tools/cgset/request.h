/*
 * request.h - the command line of cgset: which groups, what to do with them, with which settings.
 */
#ifndef CGSET_REQUEST_H
#define CGSET_REQUEST_H

#include "setting.h"

#include "common/err.h"
#include "common/opt.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define GETS_MAX 64

enum {
	ACT_GET = 1,
	ACT_STAT = 2,
	ACT_EVENTS = 4,
	ACT_PROCS = 8,
	ACT_LIST = 16,
	ACT_TREE = 32,
	ACT_FREEZE = 64,
	ACT_THAW = 128,
	ACT_KILL = 256,
	ACT_WAIT_EMPTY = 512,
	ACT_DELETE = 1024,
	ACT_READ = ACT_GET | ACT_STAT | ACT_EVENTS | ACT_PROCS | ACT_LIST | ACT_TREE,
};

/* What the command line says. */
struct request {
	unsigned int acts; /* ACT_... */
	bool recursive, parents, force, json, dry_run;
	uint64_t timeout; /* 0: each act's own */
	uint64_t watch;   /* nanoseconds between two rounds; 0: one round */
	uint64_t rounds;  /* 0: no end */
	const char *controllers, *copy_from, *chown;
	char *get[GETS_MAX];
	size_t n_get;
	pid_t pid[GETS_MAX];
	size_t n_pid;
	const char **set; /* room for every word of the command line */
	size_t n_set;
	char (*group)[PATH_MAX];
	size_t n_group;
	char **command;
};

/* Parses all of it; what is wrong ends the process. spec is filled in for opt_usage. */
void request_parse(struct request *q, struct opt_spec *spec, int argc, char **argv);

/* Ends the process: our own 125 before a command, else 2 for a bad request and 1 for what the kernel refused. */
_Noreturn void request_fail(const struct request *q, struct err *e);

#endif
