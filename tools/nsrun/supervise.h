/*
 * supervise.h - the parent's side: from before the clone until after the command's end.
 */
#ifndef NSRUN_SUPERVISE_H
#define NSRUN_SUPERVISE_H

#include "config.h"

/* Runs the command and returns its status. tell: where a detached supervisor says that the command has been executed,
 * or why not (see detach.h); -1 in the foreground. parent_fd: the pidfd of --die-with-parent, or -1. */
int supervise(const struct config *c, int tell, int parent_fd);

#endif
