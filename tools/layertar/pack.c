/* pack.c - see pack.h */
#include "pack.h"

#include "archive/writer.h"
#include "common/fd.h"
#include "common/msg.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

struct pack {
	bool whiteouts;
	struct writer w;
	struct sha256_ctx sum;
	uint64_t bytes;
};

/* Where the archive's bytes go. */
static la_ssize_t emit(struct archive *tar, void *arg, const void *data, size_t n)
{
	struct pack *p = arg;

	if (fd_write_all(STDOUT_FILENO, data, n) < 0) {
		archive_set_error(tar, errno, "write the archive");
		return -1;
	}
	sha256_update(&p->sum, n, data);
	p->bytes += n;
	return (la_ssize_t)n;
}

/* Writes an empty file of that name: a layer's mark. */
static int write_mark(struct pack *p, const char *path, struct err *e)
{
	struct archive_entry *entry = archive_entry_new();
	int r;

	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0);
	archive_entry_set_size(entry, 0);
	r = writer_put(&p->w, entry, -1, path, e);
	archive_entry_free(entry);
	return r;
}

/* "dir/name" becomes "dir/.wh.name". */
static int write_whiteout(struct pack *p, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	size_t dir = slash ? (size_t)(slash - path) + 1 : 0, room = strlen(path) + sizeof(".wh.");
	AUTO_FREE char *mark = malloc(room);

	if (!mark)
		return err_set(e, ENOMEM, "pack '%s'", path);
	snprintf(mark, room, "%.*s.wh.%s", (int)dir, path, path + dir);
	return write_mark(p, mark, e);
}

/* Whether overlay shows nothing of the lower layers in this directory. */
static bool is_opaque(const char *path)
{
	char v;

	return lgetxattr(path, "trusted.overlay.opaque", &v, 1) == 1 && v == 'y';
}

/* The mark behind the directory's own entry. */
static int write_opaque(struct pack *p, const char *path, struct err *e)
{
	size_t room = strlen(path) + sizeof("/.wh..wh..opq");
	AUTO_FREE char *mark = malloc(room);

	if (!mark)
		return err_set(e, ENOMEM, "pack '%s'", path);
	snprintf(mark, room, "%s/.wh..wh..opq", path);
	return write_mark(p, mark, e);
}

/* Whether this is overlay's sign that a name is gone. */
static bool is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == 0;
}

/* One step of the walk. */
static int visit(FTS *tree, FTSENT *f, void *arg, struct err *e)
{
	const char *path = f->fts_path;
	struct pack *p = arg;

	(void)tree;
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	if (is_whiteout(f->fts_statp))
		return p->whiteouts ? write_whiteout(p, path, e) : 0;
	if (writer_add(&p->w, f, path, true, e) < 0)
		return -1;
	return f->fts_info == FTS_D && p->whiteouts && is_opaque(path) ? write_opaque(p, path, e) : 0;
}

int pack(bool whiteouts, char hex[65], uint64_t *bytes, struct err *e)
{
	struct pack p = {.whiteouts = whiteouts};
	unsigned char digest[SHA256_DIGEST_SIZE];
	char dot[] = ".";
	int r;

	sha256_init(&p.sum);
	r = writer_open(&p.w, emit, &p, e);
	if (r == 0)
		r = writer_walk(dot, FTS_XDEV, visit, &p, e);
	r = writer_close(&p.w, r, e);
	if (r == 0 && p.w.shortened)
		msg(WRITER_SHORTENED, p.w.shortened);
	sha256_digest(&p.sum, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	*bytes = p.bytes;
	return r;
}
