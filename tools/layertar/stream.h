/*
 * stream.h - standard input as a tar: uncompressed on the way, its SHA-256 taken (OCI's diff id), its size bounded.
 *
 * Two libarchive readers in a row: the first knows the compressions and delivers bytes, the second knows tar. What passes
 * between them is what is summed and counted, so a decompression bomb ends at the limit, not with a full disk. Where there
 * is nothing to undo the first one is passed by, which saves a copy of all bytes.
 */
#ifndef LAYERTAR_STREAM_H
#define LAYERTAR_STREAM_H

#include "archive/source.h"
#include "common/err.h"
#include "tally.h"

#include <archive.h>
#include <stdbool.h>
#include <stdint.h>

struct stream {
	struct archive *raw, *tar;
	struct source *source;
	struct tally tally; /* sums the uncompressed bytes, and copies them */
	uint64_t bytes, max_bytes;
	bool lenient; /* the last block may be cut short: some writers of layers (umoci 0.4) do so, and the sum that the
	                 caller compares tells a truncated archive anyway */
	bool empty, plain, too_large; /* plain: nothing is compressed but by gzip, which the source undoes */
	int copy_errno;
};

/* Begins to read descriptor 0. max_bytes bounds the uncompressed size. */
int stream_open(struct stream *s, uint64_t max_bytes, bool lenient, int copy_fd, struct err *e);

/* Reads what follows the end of the tar, so that the sum is over all of it, and writes the sum as 64 hex digits. */
int stream_finish(struct stream *s, char hex[65], struct err *e);

/* Fills *e with the reader's error, or with why the stream was ended by us. Returns -1. */
int stream_error(const struct stream *s, struct err *e);

void stream_close(struct stream *s);

#endif
