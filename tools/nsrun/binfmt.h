/*
 * binfmt.h - a user namespace's own binary formats (binfmt_misc; Linux 6.7).
 */
#ifndef NSRUN_BINFMT_H
#define NSRUN_BINFMT_H

#include "config.h"

/* Before the root is changed: registers the format there, so that its flag F takes the interpreter from the caller's
 * files. Nothing when the root stays. */
int binfmt_outside(const struct config *c, struct err *e);

/* Afterwards: mounts binfmt_misc for the command, and registers the format if that has not been done. */
int binfmt_inside(const struct config *c, struct err *e);

#endif
