/* source.c - see source.h */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Reads of twice zlib's own buffer and more go into ours without a copy, where nothing is to be inflated. */
enum { BLOCK = 1 << 18, ZLIB_BUFFER = BLOCK / 2 };

struct source {
	gzFile gz;
	unsigned char block[BLOCK];
};

/* Fills the block. The number of bytes, or -1 with *ret_text and, where it is the kernel's error, *ret_errno. */
static int fill(struct source *s, const char **ret_text, int *ret_errno)
{
	int n = gzread(s->gz, s->block, BLOCK), code = Z_OK;

	if (n <= 0)
		gzerror(s->gz, &code);
	/* The end in the middle of a stream is an error that comes with 0. */
	if (n > 0 || (n == 0 && code == Z_OK))
		return n;
	*ret_errno = code == Z_ERRNO ? errno : 0;
	*ret_text = code == Z_BUF_ERROR ? "truncated gzip input" : "damaged gzip input";
	return -1;
}

static la_ssize_t next_block(struct archive *reader, void *arg, const void **ret)
{
	struct source *s = arg;
	const char *text;
	int code, n = fill(s, &text, &code);

	*ret = s->block;
	if (n < 0)
		archive_set_error(reader, code, "%s", code ? strerror(code) : text);
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
	if (archive_read_open(reader, s, NULL, next_block, done) == ARCHIVE_OK)
		return 0;
	return err_set(e, 0, "read the archive: %s", archive_error_string(reader));
}

int source_finish(struct source *s, struct err *e)
{
	const char *text;
	int code, n;

	while ((n = fill(s, &text, &code)) > 0)
		;
	if (n == 0)
		return 0;
	return code ? err_set(e, code, "read the archive") : err_set(e, 0, "read the archive: %s", text);
}
