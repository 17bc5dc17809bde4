/*
 * launch.h - from the configuration to a child that sets itself up: the one clone3(2).
 */
#ifndef NSRUN_LAUNCH_H
#define NSRUN_LAUNCH_H

#include "run.h"

/* Starts the child (r->pid, r->pidfd, r->report[0] are then set), writes its id maps and binds its persistent
 * namespaces. On failure no child is left. What goes wrong in the child comes by the report. */
int launch(struct run *r, struct err *e);

/* Takes back the persistent namespaces of a start that failed. */
void launch_undo(struct run *r);

#endif
