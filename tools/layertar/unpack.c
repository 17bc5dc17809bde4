/*
 * unpack.c - see unpack.h
 *
 * What becomes of an entry: a mark of what a layer takes away is kept for the end (whiteout.h). Attributes of trusted.* in
 * the archive itself are dropped, since overlay would obey them (a redirect leads to any directory of the lower layers),
 * and so are its marks in user.*. Device nodes are dropped: a container makes its own /dev.
 */
#include "unpack.h"

#include "archive/attributes.h"
#include "archive/disk.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"

#include <archive_entry.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WALK_FDS = 32 };

/* The name inside, in new memory; NULL with *e set when it leads out. */
static char *take_name(const char *name, const char *what, struct err *e)
{
	const char *inside = name ? name_inside(name) : NULL;
	size_t n = inside ? strlen(inside) : 0;
	char *copy;

	/* With a slash at its end a link's name would mean what it leads to. */
	while (n > 1 && inside[n - 1] == '/')
		n--;
	copy = inside ? strndup(inside, n) : NULL;
	if (!inside)
		err_set(e, 0, "unpack '%s': a %s that leads out of the archive", name ? name : "", what);
	else if (!copy)
		err_set(e, ENOMEM, "unpack '%s'", name);
	return copy;
}

/* Puts the names of an entry inside. */
static int take_names(struct archive_entry *entry, struct err *e)
{
	const char *link = archive_entry_hardlink(entry);
	AUTO_FREE char *path = take_name(archive_entry_pathname(entry), "name", e);
	AUTO_FREE char *to = path && link ? take_name(link, "hard link", e) : NULL;

	if (!path || (link && !to))
		return -1;
	archive_entry_copy_pathname(entry, path);
	if (to)
		archive_entry_copy_hardlink(entry, to);
	return 0;
}

/* Copies an entry's data, holes as holes. */
static int copy_data(struct unpack *u, struct archive_entry *entry, struct err *e)
{
	const void *block;
	la_int64_t at;
	size_t n;
	int r;

	while ((r = archive_read_data_block(u->stream->tar, &block, &n, &at)) == ARCHIVE_OK)
		if (archive_write_data_block(u->disk, block, n, at) < ARCHIVE_OK)
			return disk_error(u->disk, entry, "unpack", e);
	return r == ARCHIVE_EOF ? 0 : stream_error(u->stream, e);
}

/* What the writer's result means: an error, or an attribute that this file system does not keep, which is said once. */
static int judge(struct unpack *u, int result, struct archive_entry *entry, struct err *e)
{
	if (result == ARCHIVE_OK)
		return 0;
	if (result < ARCHIVE_WARN)
		return disk_error(u->disk, entry, "unpack", e);
	if (u->incomplete++ == 0)
		msg("unpack '%s': %s", archive_entry_pathname(entry), archive_error_string(u->disk));
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Begins to write an entry. A directory that an earlier one has filled goes where this is something else: the last counts. */
static int write_header(struct unpack *u, struct archive_entry *entry)
{
	int r = archive_write_header(u->disk, entry);

	if (r < ARCHIVE_WARN && archive_errno(u->disk) == ENOTEMPTY &&
	    nftw(archive_entry_pathname(entry), remove_one, WALK_FDS, FTW_DEPTH | FTW_PHYS) == 0)
		r = archive_write_header(u->disk, entry);
	return r;
}

/* Writes one entry that is no whiteout. */
static int write_entry(struct unpack *u, struct archive_entry *entry, struct err *e)
{
	int type = archive_entry_filetype(entry);
	char link[1];

	if (type == AE_IFCHR || type == AE_IFBLK) {
		u->devices++;
		return 0;
	}
	/* libarchive would take a link to a directory for the directory. */
	if (type == AE_IFDIR && readlink(archive_entry_pathname(entry), link, sizeof(link)) >= 0)
		unlink(archive_entry_pathname(entry));
	if (archive_entry_xattr_count(entry))
		attributes_keep(entry, attribute_is_harmless);
	if (judge(u, write_header(u, entry), entry, e) < 0)
		return -1;
	if (archive_entry_size(entry) > 0 && copy_data(u, entry, e) < 0)
		return -1;
	return judge(u, archive_write_finish_entry(u->disk), entry, e);
}

/* One entry, whatever it is. */
static int take_entry(struct unpack *u, struct archive_entry *entry, struct err *e)
{
	enum whiteout kind;
	const char *path, *name = NULL;

	if (++u->entries > u->max_entries)
		return err_set(e, 0, "unpack: more than %" PRIu64 " entries", u->max_entries);
	if (take_names(entry, e) < 0)
		return -1;
	path = archive_entry_pathname(entry);
	kind = u->whiteouts ? whiteout_of(path, &name) : WHITEOUT_NONE;
	if (kind == WHITEOUT_BAD)
		return err_set(e, 0, "unpack '%s': a whiteout of no file", path);
	if (kind == WHITEOUT_FOREIGN)
		return 0;
	return kind == WHITEOUT_NONE ? write_entry(u, entry, e) : whiteouts_add(&u->hidden, kind, path, name, e);
}

int unpack(struct unpack *u, struct err *e)
{
	struct archive_entry *entry;
	int r = ARCHIVE_OK, status = 0;

	u->disk = archive_write_disk_new();
	if (!u->disk)
		return err_set(e, ENOMEM, "unpack");
	/* What is in the way is found when it is: ARCHIVE_EXTRACT_UNLINK would try to remove each name beforehand. */
	archive_write_disk_set_options(u->disk, ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
	                                            ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_XATTR);
	while (status == 0 && (r = archive_read_next_header(u->stream->tar, &entry)) <= ARCHIVE_OK && r >= ARCHIVE_WARN)
		status = take_entry(u, entry, e);
	if (status == 0 && r != ARCHIVE_EOF)
		status = stream_error(u->stream, e);
	if (status == 0)
		status = whiteouts_make(&u->hidden, e);
	whiteouts_free(&u->hidden);
	/* Directories get their modes and times now. */
	if (archive_write_close(u->disk) < ARCHIVE_WARN && status == 0)
		status = err_set(e, archive_errno(u->disk), "unpack: finish the directories");
	archive_write_free(u->disk);
	return status;
}
