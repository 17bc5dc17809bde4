/*
 * enter.h - setns(2) in the right order.
 */
#ifndef NSENTER_LITE_ENTER_H
#define NSENTER_LITE_ENTER_H

#include "request.h"

/* Which namespaces of the target will be entered: --all without the user namespace when that is ours already. */
int enter_plan(struct request *r, struct err *e);

/* Whether this kind of namespace is entered, from the target or from a file. */
bool enter_wants(const struct request *r, int flag);

/* Enters those of the wanted namespaces whose flags are in mask. */
int enter(const struct request *r, int mask, struct err *e);

#endif
