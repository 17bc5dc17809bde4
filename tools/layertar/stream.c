/*
 * stream.c - see stream.h
 */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TAR_BLOCK = 512 };

_Static_assert(TALLY_BLOCK == (int)SOURCE_BLOCK, "blocks go through as they are");

/* The next uncompressed bytes; where the first reader has nothing to do, without it and the copy that it makes. */
static la_ssize_t next(struct stream *s, struct archive *tar, unsigned char *block)
{
	la_ssize_t n;

	if (s->empty)
		return 0;
	if (s->plain)
		return source_read(s->source, tar, block);
	n = archive_read_data(s->raw, block, TALLY_BLOCK);
	if (n < 0)
		archive_set_error(tar, archive_errno(s->raw), "%s", archive_error_string(s->raw));
	return n;
}

/* The second reader's source: the next bytes of the first. */
static la_ssize_t pass(struct archive *tar, void *arg, const void **ret)
{
	struct stream *s = arg;
	unsigned char *block = tally_room(&s->tally);
	la_ssize_t n = next(s, tar, block);

	if (n < 0)
		return -1;
	if (n == 0 && s->lenient && s->bytes % TAR_BLOCK) {
		static const unsigned char zeros[TAR_BLOCK];

		s->lenient = false;
		*ret = zeros;
		return (la_ssize_t)(TAR_BLOCK - s->bytes % TAR_BLOCK);
	}
	s->bytes += (uint64_t)n;
	if (s->bytes > s->max_bytes) {
		s->too_large = true;
		archive_set_error(tar, EFBIG, "too large");
		return -1;
	}
	if (n && tally_give(&s->tally, (size_t)n) < 0) {
		s->copy_errno = errno;
		archive_set_error(tar, errno, "copy");
		return -1;
	}
	*ret = block;
	return n;
}

int stream_error(const struct stream *s, struct err *e)
{
	const char *text = archive_error_string(s->tar);

	if (s->too_large) {
		err_set(e, 0, "read the archive: more than %" PRIu64 " bytes when uncompressed", s->max_bytes);
		return err_hint(e, "--max-size allows more");
	}
	if (s->copy_errno)
		return err_set(e, s->copy_errno, "write the uncompressed copy");
	return err_set(e, 0, "read the archive: %s", text ? text : "damaged");
}

int stream_open(struct stream *s, uint64_t max_bytes, bool lenient, int copy_fd, struct err *e)
{
	struct archive_entry *entry;
	int r;

	*s = (struct stream){
	    .max_bytes = max_bytes, .lenient = lenient, .raw = archive_read_new(), .tar = archive_read_new()};
	if (!s->raw || !s->tar || tally_begin(&s->tally, copy_fd) < 0)
		return err_set(e, ENOMEM, "read the archive");
	archive_read_support_filter_all(s->raw);
	archive_read_support_format_raw(s->raw);
	archive_read_support_format_empty(s->raw);
	archive_read_support_format_tar(s->tar);
	archive_read_support_format_empty(s->tar);
	archive_read_set_options(s->tar, "hdrcharset=BINARY");
	if (source_open(s->raw, STDIN_FILENO, &s->source, e) < 0)
		return -1;
	/* An empty input has no entry to read from. */
	r = archive_read_next_header(s->raw, &entry);
	s->empty = r == ARCHIVE_EOF;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF)
		return err_set(e, 0, "read the archive: %s", archive_error_string(s->raw));
	s->plain = !s->empty && source_is_plain(s->source, s->raw);
	if (archive_read_open(s->tar, s, NULL, pass, NULL) != ARCHIVE_OK)
		return stream_error(s, e);
	return 0;
}

int stream_finish(struct stream *s, char hex[65], struct err *e)
{
	unsigned char digest[SHA256_DIGEST_SIZE];
	const void *rest;
	la_ssize_t n;

	while ((n = pass(s->tar, s, &rest)) > 0)
		;
	if (n < 0)
		return stream_error(s, e);
	if (tally_end(&s->tally, digest) < 0)
		return err_set(e, errno, "write the uncompressed copy");
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return 0;
}

void stream_close(struct stream *s)
{
	archive_read_free(s->tar);
	archive_read_free(s->raw);
}
