/*
 * view.h - a container as the object that docker inspect shows.
 */
#ifndef CTSTATE_VIEW_H
#define CTSTATE_VIEW_H

#include "facts.h"
#include "json.h"

/* The whole object, with its size on the disk if that is asked for, or NULL when there is no such container. */
struct jval *view_make(struct arena *a, const struct state_dirs *d, const char *id, bool size);

#endif
