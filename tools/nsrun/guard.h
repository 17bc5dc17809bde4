/*
 * guard.h - --die-with-parent: nothing outlives the process that started us.
 */
#ifndef NSRUN_GUARD_H
#define NSRUN_GUARD_H

#include "common/err.h"

#include <sys/types.h>

/* A pidfd of the parent, which is proved to be expected (0: whoever it is). */
int guard_parent(pid_t expected, int *ret_fd, struct err *e);

/* Starts the guard: a process that kills the child when the parent or the caller has ended, and ends with the child.
 * It needs no memory of ours and holds nothing but three pidfds. */
int guard_start(int parent_fd, int child_fd, struct err *e);

#endif
