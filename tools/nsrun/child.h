/*
 * child.h - the child's side of a start, from the clone to the exec.
 */
#ifndef NSRUN_CHILD_H
#define NSRUN_CHILD_H

#include "run.h"

/* Sets up everything and becomes the command. What fails is told by the exec report. */
_Noreturn void child_run(struct run *r);

/* The CLONE_NEW... flags that the child unshares itself, because they depend on what it does before: the cgroup
 * namespace after the groups, a time namespace with offsets inside a user namespace, everything when the user
 * namespace is one that is joined. */
unsigned long child_unshares(const struct config *c);

/* Writes the offsets of the caller's time namespace for children. */
int child_time_offsets(const struct config *c, struct err *e);

#endif
