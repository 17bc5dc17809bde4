/*
 * whiteout.h - what a layer takes away from those below it: what its marks mean, and overlay's form of them.
 *
 * A mark is about lower layers only (image-spec, layer.md, "Whiteouts"): what the same layer has under that name stays,
 * before or behind the mark. A directory that it has there hides all of the lower ones', so that it is made opaque. Hence
 * the marks are kept until the layer is unpacked.
 */
#ifndef LAYERTAR_WHITEOUT_H
#define LAYERTAR_WHITEOUT_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

/* What a name means in a layer. Those of aufs itself (WHITEOUT_FOREIGN) mean nothing in one. */
enum whiteout { WHITEOUT_NONE, WHITEOUT_FILE, WHITEOUT_OPAQUE, WHITEOUT_FOREIGN, WHITEOUT_BAD };

/* Judges a path; for WHITEOUT_FILE *ret_name is where the hidden name begins in it. */
enum whiteout whiteout_of(const char *path, const char **ret_name);

struct whiteouts {
	struct whiteout_mark {
		char *path; /* what is hidden, or the directory whose lower ones are */
		bool opaque;
	} * marks;
	size_t n, room;
};

/* Keeps a mark, WHITEOUT_FILE or WHITEOUT_OPAQUE as whiteout_of has said. */
int whiteouts_add(struct whiteouts *w, enum whiteout kind, const char *path, const char *name, struct err *e);

/* Makes overlay's marks in the working directory. */
int whiteouts_make(struct whiteouts *w, struct err *e);

void whiteouts_free(struct whiteouts *w);

#endif
