/*
 * pack.h - a directory as a layer's tar on standard output.
 */
#ifndef LAYERTAR_PACK_H
#define LAYERTAR_PACK_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Writes the working directory, which is the root (jail.h), names in the order of their bytes, so that the same tree
 * gives the same archive. With whiteouts overlay's marks become those of a layer; without, they are left out.
 * Sockets are left out, and what other file systems are mounted below. hex gets the archive's SHA-256, *bytes its
 * size. */
int pack(bool whiteouts, char hex[65], uint64_t *bytes, struct err *e);

#endif
