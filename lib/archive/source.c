/* source.c - see source.h */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Reads of twice zlib's own buffer and more go into ours without a copy, where nothing is to be inflated. */
enum { ZLIB_BUFFER = SOURCE_BLOCK / 2 };

struct source {
	gzFile gz;
	unsigned long given; /* blocks that the reader has got */
	la_ssize_t held;     /* bytes of the last one, until source_read takes them */
	unsigned char block[SOURCE_BLOCK];
};

/* The next block, less only at the end. */
static la_ssize_t inflate_block(struct source *s, struct archive *reader, void *data)
{
	int n = gzread(s->gz, data, SOURCE_BLOCK), code = Z_OK;

	if (n <= 0)
		gzerror(s->gz, &code);
	/* The end in the middle of a stream is an error that comes with 0. */
	if (n > 0 || (n == 0 && code == Z_OK))
		return n;
	if (code == Z_ERRNO)
		archive_set_error(reader, errno, "%s", strerror(errno));
	else
		archive_set_error(reader, 0, "%s gzip input", code == Z_BUF_ERROR ? "truncated" : "damaged");
	return -1;
}

static la_ssize_t give(struct archive *reader, void *arg, const void **ret)
{
	struct source *s = arg;
	la_ssize_t n = inflate_block(s, reader, s->block);

	if (n > 0) {
		s->given++;
		s->held = n;
	}
	*ret = s->block;
	return n;
}

static int done(struct archive *reader, void *arg)
{
	struct source *s = arg;

	(void)reader;
	gzclose_r(s->gz);
	free(s);
	return ARCHIVE_OK;
}

int source_open(struct archive *reader, int fd, struct source **ret, struct err *e)
{
	struct source *s = calloc(1, sizeof(*s));

	if (s)
		s->gz = gzdopen(fd, "r");
	if (!s || !s->gz) {
		free(s);
		return err_set(e, ENOMEM, "read the archive");
	}
	gzbuffer(s->gz, ZLIB_BUFFER);
	*ret = s;
	if (archive_read_open(reader, s, NULL, give, done) == ARCHIVE_OK)
		return 0;
	return err_set(e, 0, "read the archive: %s", archive_error_string(reader));
}

bool source_is_plain(const struct source *s, struct archive *reader)
{
	return s->given == 1 && archive_filter_count(reader) == 1;
}

la_ssize_t source_read(struct source *s, struct archive *reader, void *data)
{
	la_ssize_t n = s->held;

	if (n == 0)
		return inflate_block(s, reader, data);
	memcpy(data, s->block, (size_t)n);
	s->held = 0;
	return n;
}

int source_finish(struct source *s, struct archive *reader, struct err *e)
{
	la_ssize_t n;

	while ((n = inflate_block(s, reader, s->block)) > 0)
		;
	return n < 0 ? err_set(e, 0, "read the archive: %s", archive_error_string(reader)) : 0;
}
