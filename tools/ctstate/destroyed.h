/*
 * destroyed.h - the events of what ctstate remove has removed: containers and volumes.
 */
#ifndef CTSTATE_DESTROYED_H
#define CTSTATE_DESTROYED_H

#include "json.h"

/* What the event of a removal says of the path, to be asked before it goes: of a container that has a name, and of a volume; *ret_type
 * is which. In the arena; NULL for everything else. */
struct jval *destroyed_describe(struct arena *a, const char *path, const char **ret_type);

/* Appends the event to the log; a failure is only told, since what was removed stays removed. */
void destroyed_tell(const char *log, const char *type, const char *path, const struct jval *map, struct arena *a);

#endif
