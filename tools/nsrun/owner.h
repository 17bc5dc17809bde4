/*
 * owner.h - --owner: whose the new user namespace is.
 *
 * The kernel gives it to the effective user of the process that makes it, who has every capability in it and may enter
 * it (user_namespaces(7)). So the supervisor is that user for the moment of the clone. It stays root by its saved user
 * id, to come back; so does the child, whose saved id is overwritten by its exec (credentials(7)).
 */
#ifndef NSRUN_OWNER_H
#define NSRUN_OWNER_H

#include "config.h"

#include "common/err.h"

#include <sys/types.h>

/* Who the supervisor was. */
struct owner_before {
	uid_t uid;
	gid_t gid, *groups;
	int n_groups;
};

/* Becomes the owner, without supplementary groups; nothing without --owner. EPERM when we are not root. */
int owner_become(const struct config *c, struct owner_before *ret, struct err *e);

/* Comes back, also from half-way. In the child it is not called. */
int owner_leave(const struct config *c, struct owner_before *before, struct err *e);

#endif
