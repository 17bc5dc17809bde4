/*
 * view_image.h - the parts of inspect that an image and options have a share in: ports that are exposed, volumes, layers.
 */
#ifndef CTSTATE_VIEW_IMAGE_H
#define CTSTATE_VIEW_IMAGE_H

#include "ct.h"

/* The map ExposedPorts, "80/tcp" to an empty struct: of the image, of --expose and of --publish. NEED_IMAGE has been
 * read. */
struct jval *view_exposed(struct arena *a, const struct state_dirs *d, const struct ct *c);

/* The map Volumes, paths to an empty struct: of the image, and those that were given without a name. NULL when there
 * are none. NEED_IMAGE and NEED_MOUNTS have been read. */
struct jval *view_volumes(struct arena *a, const struct state_dirs *d, const struct ct *c);

/* The struct GraphDriver. While it runs, MergedDir is its root as its command sees it: nothing of it is mounted on the host. */
struct jval *view_graph(struct arena *a, const struct state_dirs *d, const struct ct *c, const char *driver);

#endif
