/*
 * apply.h - carrying out a plan, or printing it.
 */
#ifndef CGSET_APPLY_H
#define CGSET_APPLY_H

#include "group.h"
#include "plan.h"

#include <sys/types.h>

/* Makes the group wherever the plan needs it and writes its settings; each is read back. What was made is added to undo,
 * for the caller to take back on failure. */
int plan_apply(const struct plan *p, struct undo *undo, struct err *e);

/* Prints what plan_apply would do as mkdir and echo lines. */
void plan_print(const struct plan *p);

/* Prints one word as a shell would read it back. */
void print_quoted(const char *s);

#endif
