/*
 * refusal.h - which namespace the kernel refused, and the likely reason.
 */
#ifndef NSRUN_REFUSAL_H
#define NSRUN_REFUSAL_H

#include "config.h"

/* Words a refused clone3(2) or unshare(2) of these CLONE_NEW... flags: each is tried alone in a process of its own,
 * because the kernel does not say which it was. Returns -1. */
int refusal(const struct config *c, unsigned long flags, int code, struct err *e);

#endif
