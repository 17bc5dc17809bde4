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
	if (!w->disk || !w->tar || !w->links)
		return err_set(e, ENOMEM, "write the archive");
	archive_write_set_format_pax(w->tar);
	archive_write_set_options(w->tar, "xattrheader=SCHILY");
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

int writer_put(struct writer *w, struct archive_entry *entry, const char *source, struct err *e)
{
	static char block[BLOCK];
	AUTO_FD fd = -1;
	la_int64_t left = archive_entry_size(entry);

	if (archive_write_header(w->tar, entry) < ARCHIVE_WARN)
		return err_set(e, archive_errno(w->tar), "pack '%s': %s", source, archive_error_string(w->tar));
	if (archive_entry_filetype(entry) != AE_IFREG || left <= 0)
		return 0;
	fd = open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open '%s'", source);
	while (left > 0) {
		ssize_t n = read(fd, block, left < BLOCK ? (size_t)left : BLOCK);

		if (n < 0)
			return err_set(e, errno, "read '%s'", source);
		if (n == 0)
			return err_set(e, 0, "read '%s': it became shorter meanwhile", source);
		if (archive_write_data(w->tar, block, (size_t)n) < 0)
			return err_set(e, archive_errno(w->tar), "pack '%s'", source);
		left -= n;
	}
	return 0;
}

int writer_add(struct writer *w, const FTSENT *f, const char *name, bool settled, struct err *e)
{
	struct archive_entry *entry = archive_entry_new(), *later = NULL;
	int r = -1;

	archive_entry_copy_pathname(entry, name);
	archive_entry_copy_sourcepath(entry, f->fts_accpath);
	if (archive_read_disk_entry_from_file(w->disk, entry, -1, f->fts_statp) < ARCHIVE_WARN) {
		err_set(e, archive_errno(w->disk), "pack '%s'", f->fts_path);
	} else {
		attributes_keep(entry, attribute_is_files);
		archive_entry_sparse_clear(entry);
		if (settled) {
			archive_entry_unset_atime(entry);
			archive_entry_unset_ctime(entry);
			archive_entry_unset_birthtime(entry);
		}
		archive_entry_linkify(w->links, &entry, &later);
		r = writer_put(w, entry, f->fts_accpath, e);
	}
	archive_entry_free(entry);
	return r;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* One step of the walk. */
static int step(FTS *tree, FTSENT *f, writer_visit visit, void *arg, struct err *e)
{
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
