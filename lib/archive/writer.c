/* writer.c - see writer.h */
#include "writer.h"

#include "attributes.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 1 << 18 };

int writer_open(struct writer *w, archive_write_callback *emit, void *arg, struct err *e)
{
	w->disk = archive_read_disk_new();
	w->tar = archive_write_new();
	w->links = archive_entry_linkresolver_new();
	w->shortened = 0;
	if (!w->disk || !w->tar || !w->links)
		return err_set(e, ENOMEM, "write the archive");
	/* Flags of a file system are no part of an archive, and holes are written as zeros: neither is asked for. */
	archive_read_disk_set_behavior(w->disk, ARCHIVE_READDISK_NO_FFLAGS | ARCHIVE_READDISK_NO_SPARSE);
	archive_write_set_format_pax(w->tar);
	archive_write_set_options(w->tar, "xattrheader=SCHILY");
	archive_write_set_bytes_per_block(w->tar, BLOCK);
	archive_write_set_bytes_in_last_block(w->tar, 1);
	archive_entry_linkresolver_set_strategy(w->links, archive_format(w->tar));
	if (archive_write_open(w->tar, arg, NULL, emit, NULL) != ARCHIVE_OK)
		return err_set(e, archive_errno(w->tar), "write the archive");
	return 0;
}

int writer_close(struct writer *w, int r, struct err *e)
{
	if (r == 0 && archive_write_close(w->tar) != ARCHIVE_OK)
		r = err_set(e, archive_errno(w->tar), "write the archive");
	archive_entry_linkresolver_free(w->links);
	archive_write_free(w->tar);
	archive_read_free(w->disk);
	return r;
}

int writer_put(struct writer *w, struct archive_entry *entry, int fd, const char *source, struct err *e)
{
	static char block[BLOCK];
	la_int64_t left = archive_entry_size(entry);

	if (archive_write_header(w->tar, entry) < ARCHIVE_WARN)
		return err_set(e, archive_errno(w->tar), "pack '%s': %s", source, archive_error_string(w->tar));
	while (fd >= 0 && left > 0) {
		ssize_t n = read(fd, block, left < BLOCK ? (size_t)left : BLOCK);

		if (n < 0)
			return err_set(e, errno, "read '%s'", source);
		if (n == 0) {
			/* The size is said already; libarchive fills up with zeros. */
			w->shortened++;
			return 0;
		}
		if (archive_write_data(w->tar, block, (size_t)n) < 0)
			return err_set(e, archive_errno(w->tar), "pack '%s'", source);
		left -= n;
	}
	return 0;
}

/* Opens a regular file that has data; *st is what it is by then. 1 when it is not there any more, or no regular file. */
static int open_data(const FTSENT *f, struct stat *st, int *ret_fd, struct err *e)
{
	*st = *f->fts_statp;
	if (!S_ISREG(st->st_mode) || st->st_size == 0)
		return 0;
	*ret_fd = open(f->fts_accpath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (*ret_fd < 0 && errno != ENOENT && errno != ELOOP && errno != ENXIO)
		return err_set(e, errno, "open '%s'", f->fts_path);
	if (*ret_fd >= 0 && fstat(*ret_fd, st) < 0)
		return err_set(e, errno, "stat '%s'", f->fts_path);
	return *ret_fd < 0 || !S_ISREG(st->st_mode);
}

/* What belongs to the file, and only that, as an entry. 1 when the file is not there any more. */
static int describe(struct writer *w, struct archive_entry *entry, int fd, const FTSENT *f, const struct stat *st,
                    bool settled, struct err *e)
{
	if (archive_read_disk_entry_from_file(w->disk, entry, fd, st) < ARCHIVE_WARN)
		return archive_errno(w->disk) == ENOENT ? 1
		                                        : err_set(e, archive_errno(w->disk), "pack '%s'", f->fts_path);
	if (archive_entry_xattr_count(entry))
		attributes_keep(entry, attribute_is_files);
	if (settled) {
		archive_entry_unset_atime(entry);
		archive_entry_unset_ctime(entry);
		archive_entry_unset_birthtime(entry);
	}
	return 0;
}

int writer_add(struct writer *w, const FTSENT *f, const char *name, bool settled, struct err *e)
{
	struct archive_entry *entry = archive_entry_new(), *later = NULL;
	AUTO_FD fd = -1;
	struct stat st;
	int r;

	archive_entry_copy_pathname(entry, name);
	archive_entry_copy_sourcepath(entry, f->fts_accpath);
	r = open_data(f, &st, &fd, e);
	if (r == 0)
		r = describe(w, entry, fd, f, &st, settled, e);
	if (r == 0) {
		archive_entry_linkify(w->links, &entry, &later);
		r = writer_put(w, entry, fd, f->fts_path, e);
	}
	archive_entry_free(entry);
	return r < 0 ? -1 : 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* One step of the walk. What was removed since its name was read is as if it had been so before. */
static int step(FTS *tree, FTSENT *f, writer_visit visit, void *arg, struct err *e)
{
	if ((f->fts_info == FTS_DNR || f->fts_info == FTS_NS) && f->fts_errno == ENOENT && f->fts_level > 0)
		return 0;
	if (f->fts_info == FTS_DNR || f->fts_info == FTS_ERR || f->fts_info == FTS_NS)
		return err_set(e, f->fts_errno, "pack '%s'", f->fts_path);
	return f->fts_info == FTS_DP || S_ISSOCK(f->fts_statp->st_mode) ? 0 : visit(tree, f, arg, e);
}

int writer_walk(char *path, int options, writer_visit visit, void *arg, struct err *e)
{
	char *roots[] = {path, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | options, by_name);
	FTSENT *f;
	int r = 0;

	if (!tree)
		return err_set(e, errno, "walk '%s'", path);
	errno = 0;
	while (r == 0 && (f = fts_read(tree)))
		r = step(tree, f, visit, arg, e);
	if (r == 0 && errno)
		r = err_set(e, errno, "walk '%s'", path);
	fts_close(tree);
	return r;
}
