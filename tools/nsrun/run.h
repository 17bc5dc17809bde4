/*
 * run.h - one run, as the steps share it: what was asked for and the kernel objects that came of it.
 */
#ifndef NSRUN_RUN_H
#define NSRUN_RUN_H

#include "config.h"

#include "common/cgroup.h"
#include "common/err.h"
#include "common/stdio.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct run {
	const struct config *c;
	sigset_t mask;              /* the caller's signal mask, which the command gets back */
	struct cg_map *groups;      /* mapped by run_find_groups; NULL without --into-cgroup */
	struct cg_hierarchy memory; /* the one of them that counts OOM kills; its mount is "" where none does */
	int group_fd;               /* its directory in v2, -1 where there is none */
	int join[NS_COUNT];         /* what is joined, -1 */
	int report[2];              /* the exec report: the supervisor reads [0], the chain writes [1] */
	int sync[2];   /* the child asks on [1] and waits for an answer; -1 when nothing is to be done from outside */
	bool at_gate;  /* it has asked a second time, and is let go on when --block-fd says so */
	int parent_fd; /* the pidfd for the guard, or -1 */
	pid_t pid;
	int pidfd;
	int pid_held; /* the pid file, locked while the command lives, or -1 */
	struct restart_state restart;
	struct stdio_guard guard;
	bool made[NS_COUNT], bound[NS_COUNT]; /* persistent namespaces: file made, mount made */
};

/* Maps the memory for the control group map and fills it in; remembers r->memory. */
int run_find_groups(struct run *r, struct err *e);

/* Gives that memory back. */
void run_drop_groups(struct run *r);

#endif
