/*
 * own.h - groups below the caller's own: "@/web", and what a machine with a manager of its own asks for.
 */
#ifndef CGSET_OWN_H
#define CGSET_OWN_H

#include "group.h"
#include "plan.h"

#include "common/cgroup.h"
#include "common/err.h"

/* Whether the name begins with "@": our own group. */
bool own_is(const char *group);

/* Puts in place of a leading "@" the group that is given to us: the nearest at or above our own that a manager has
 * delegated (systemd marks it by the attribute user.delegate or trusted.delegate), or else the topmost one that belongs to
 * our user, or else our own group. Of a user's manager, the unit that we are in. */
int own_resolve(const struct cg_map *m, char group[PATH_MAX], struct err *e);

/* For a caller that is about to join the plan's group: where it sits alone in a v2 group above, which could then hand no
 * controllers to its children, it goes down first. What is made is added to undo. */
int own_step_aside(const struct plan *p, struct undo *undo, struct err *e);

/* Whether systemd manages this machine's groups (sd_booted(3)). */
bool own_has_manager(void);

/* Adds the remedy to an error about making a group that systemd, or a missing delegation, may be behind. Returns -1. */
int own_hint(struct err *e);

#endif
