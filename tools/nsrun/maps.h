/*
 * maps.h - the options about a new user namespace: whose it is, and which ids are which in it.
 */
#ifndef NSRUN_MAPS_H
#define NSRUN_MAPS_H

#include "config.h"

/* What takes several options to decide. */
struct maps_pending {
	const char *map_user, *map_group;
	bool current;
};

/* Takes an option; false when id is another. Ends the process with 125 and a line on bad usage. */
bool maps_option(struct config *c, struct maps_pending *p, int id, const char *arg);

/* When all options are known: the current user in the maps, and what does not go together. */
void maps_finish(struct config *c, const struct maps_pending *p);

#endif
