/*
 * pack.c - see pack.h
 *
 * The format is pax: it is the one that has names of any length, extended attributes and nanoseconds, and that every
 * reader of OCI layers knows.
 */
#include "pack.h"

#include "archive/attributes.h"
#include "archive/member.h"
#include "common/fd.h"

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
	struct archive *disk, *tar;
	struct archive_entry_linkresolver *links;
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

/* Byte order of names. */
static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
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
	r = member_write(p->tar, entry, path, e);
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

/* Packs a file or directory; the second and further names of a file become hard links to the first. */
static int pack_entry(struct pack *p, const FTSENT *f, const char *path, struct err *e)
{
	struct archive_entry *entry = archive_entry_new(), *later = NULL;
	int r = -1;

	archive_entry_copy_pathname(entry, path);
	archive_entry_copy_sourcepath(entry, f->fts_accpath);
	if (archive_read_disk_entry_from_file(p->disk, entry, -1, f->fts_statp) < ARCHIVE_WARN) {
		err_set(e, archive_errno(p->disk), "pack '%s'", path);
	} else {
		attributes_keep(entry, attribute_is_files);
		archive_entry_sparse_clear(entry);
		/* What changes by itself would make another archive of the same files. */
		archive_entry_unset_atime(entry);
		archive_entry_unset_ctime(entry);
		archive_entry_unset_birthtime(entry);
		archive_entry_linkify(p->links, &entry, &later);
		r = member_write(p->tar, entry, path, e);
	}
	archive_entry_free(entry);
	return r;
}

/* One step of the walk. */
static int visit(struct pack *p, const FTSENT *f, struct err *e)
{
	const char *path = f->fts_path;

	while (path[0] == '.' && path[1] == '/')
		path += 2;
	switch (f->fts_info) {
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return err_set(e, f->fts_errno, "pack '%s'", path);
	case FTS_DP:
		return 0;
	default:
		break;
	}
	if (S_ISSOCK(f->fts_statp->st_mode) || (is_whiteout(f->fts_statp) && !p->whiteouts))
		return 0;
	if (is_whiteout(f->fts_statp))
		return write_whiteout(p, path, e);
	if (pack_entry(p, f, path, e) < 0)
		return -1;
	return f->fts_info == FTS_D && p->whiteouts && is_opaque(path) ? write_opaque(p, path, e) : 0;
}

/* Walks the tree. */
static int walk(struct pack *p, struct err *e)
{
	char dot[] = ".", *roots[] = {dot, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);
	FTSENT *f;
	int r = 0;

	if (!tree)
		return err_set(e, errno, "walk the tree");
	errno = 0;
	while (r == 0 && (f = fts_read(tree)))
		r = visit(p, f, e);
	if (r == 0 && errno)
		r = err_set(e, errno, "walk the tree");
	fts_close(tree);
	return r;
}

/* Makes the writer. */
static int begin(struct pack *p, struct err *e)
{
	p->disk = archive_read_disk_new();
	p->tar = archive_write_new();
	p->links = archive_entry_linkresolver_new();
	if (!p->disk || !p->tar || !p->links)
		return err_set(e, ENOMEM, "pack");
	sha256_init(&p->sum);
	archive_write_set_format_pax(p->tar);
	archive_write_set_options(p->tar, "xattrheader=SCHILY");
	archive_write_set_bytes_in_last_block(p->tar, 1);
	archive_entry_linkresolver_set_strategy(p->links, archive_format(p->tar));
	if (archive_write_open(p->tar, p, NULL, emit, NULL) != ARCHIVE_OK)
		return err_set(e, archive_errno(p->tar), "write the archive");
	return 0;
}

int pack(bool whiteouts, char hex[65], uint64_t *bytes, struct err *e)
{
	struct pack p = {.whiteouts = whiteouts};
	unsigned char digest[SHA256_DIGEST_SIZE];
	int r = begin(&p, e) < 0 || walk(&p, e) < 0 ? -1 : 0;

	if (r == 0 && archive_write_close(p.tar) != ARCHIVE_OK)
		r = err_set(e, archive_errno(p.tar), "write the archive");
	sha256_digest(&p.sum, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	*bytes = p.bytes;
	archive_entry_linkresolver_free(p.links);
	archive_write_free(p.tar);
	archive_read_free(p.disk);
	return r;
}
