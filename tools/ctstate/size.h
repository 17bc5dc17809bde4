/*
 * size.h - how much a container takes on the disk.
 */
#ifndef CTSTATE_SIZE_H
#define CTSTATE_SIZE_H

#include "ct.h"

/* Bytes of the files of its writable layer (NEED_IMAGE has been read); of the image below with *ret_image, 0 when that is not known any more. */
int64_t size_of(struct arena *a, const struct state_dirs *d, const struct ct *c, int64_t *ret_image);

/* Bytes of the files below a directory; a file of several names counts once. */
int64_t tree_bytes(struct arena *a, int dirfd, const char *path);

/* The same of the image in ROOT/images/NAME, -1 when there is none. */
int64_t image_size(struct arena *a, const struct state_dirs *d, const char *name);

/* As docker prints sizes: "1.09kB", at most four digits, powers of 1000. Returns buf. */
#define SIZE_TEXT 24
const char *size_human(int64_t bytes, char buf[SIZE_TEXT]);

#endif
