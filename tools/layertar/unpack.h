/*
 * unpack.h - a layer's tar into a directory that overlay can take as a lower one.
 */
#ifndef LAYERTAR_UNPACK_H
#define LAYERTAR_UNPACK_H

#include "stream.h"
#include "whiteout.h"

#include <stdbool.h>
#include <stdint.h>

struct unpack {
	struct stream *stream;
	struct archive *disk;
	bool whiteouts; /* ".wh." names mean removal (OCI image layers); else they are files like others */
	struct whiteouts hidden;
	uint64_t max_entries;                  /* an archive of nothing but names fills a disk too */
	uint64_t entries, devices, incomplete; /* counted: all, devices left out, those that lost an attribute */
};

/* Unpacks everything into the working directory, which is the root (jail.h). Device nodes are left out and counted. */
int unpack(struct unpack *u, struct err *e);

#endif
