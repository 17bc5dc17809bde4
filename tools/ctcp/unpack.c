/*
 * unpack.c - see unpack.h
 *
 * The process works in the directory that it was told or that docker's rules come to; below it no symbolic link is gone
 * through (one in the way of a directory is replaced), so that neither the archive nor who swaps things meanwhile leads it
 * elsewhere. Device nodes are left out: a container makes its own /dev, and the host needs none of a container's.
 */
#include "unpack.h"

#include "archive/attributes.h"
#include "archive/disk.h"
#include "archive/source.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel has it */
#define DISK_FLAGS                                                                                   \
	(ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_ACL | \
	 ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_UNLINK | ARCHIVE_EXTRACT_SECURE_SYMLINKS |          \
	 ARCHIVE_EXTRACT_SECURE_NODOTDOT)

struct unpacker {
	const struct unpack_options *o;
	struct archive *tar, *disk;
	struct source *source;
	char *prefix; /* with base: what "." becomes; decided at the first member */
};

static int enter(const char *dir, struct err *e)
{
	return chdir(dir) < 0 ? err_set(e, errno, "enter '%s'", dir) : 0;
}

/* Enters the directory of a path; its last part is the prefix. */
static int enter_parent(struct unpacker *u, const char *path, struct err *e)
{
	AUTO_FREE char *copy = strdup(path);
	size_t n = copy ? strlen(copy) : 0;
	char *slash;

	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	slash = copy ? strrchr(copy, '/') : NULL;
	free(u->prefix);
	u->prefix = copy ? strdup(slash ? slash + 1 : copy) : NULL;
	if (!u->prefix) {
		err_set(e, ENOMEM, "copy to '%s'", path);
		return -1;
	}
	if (!slash)
		return 0;
	slash[slash == copy] = '\0';
	return enter(copy, e);
}

/* The same for a path that is not there. A link that leads to nothing stands for what it leads to, as docker has it. */
static int enter_missing(struct unpacker *u, const char *path, struct err *e)
{
	char to[PATH_MAX];
	ssize_t n;

	if (enter_parent(u, path, e) < 0)
		return -1;
	for (int links = 0; (n = readlink(u->prefix, to, sizeof(to) - 1)) > 0; links++) {
		to[n] = '\0';
		if (links == LINKS_MAX)
			return err_set(e, ELOOP, "copy to '%s'", path);
		if (enter_parent(u, to, e) < 0)
			return -1;
	}
	return 0;
}

/* docker's rules: what is there at the destination and what comes decide where it goes. */
static int choose_place(struct unpacker *u, bool is_dir, struct err *e)
{
	const char *path = u->o->path, *base = u->o->base;
	size_t n = strlen(path);
	AUTO_FREE char *real = NULL;
	struct stat st;

	if (stat(path, &st) < 0) {
		if (!is_dir && n && path[n - 1] == '/')
			return err_set(e, 0, "copy to '%s': the destination directory does not exist", path);
		return errno == ENOENT ? enter_missing(u, path, e) : err_set(e, errno, "copy to '%s'", path);
	}
	if (S_ISDIR(st.st_mode)) {
		u->prefix = strdup(*base ? base : ".");
		return u->prefix ? enter(path, e) : err_set(e, ENOMEM, "copy to '%s'", path);
	}
	if (is_dir)
		return err_set(e, 0, "copy to '%s': a directory cannot become a file", path);
	real = realpath(path, NULL);
	return real ? enter_parent(u, real, e) : err_set(e, errno, "copy to '%s'", path);
}

/* The name that a member gets, in new memory. */
static char *place(const struct unpacker *u, const char *name, struct err *e)
{
	const char *inside = name ? name_inside(name) : NULL;
	char *to = NULL;

	if (!inside) {
		err_set(e, 0, "copy '%s': a name that leads out of the archive", name ? name : "");
		return NULL;
	}
	if (!u->prefix || strcmp(u->prefix, ".") == 0)
		to = strdup(inside);
	else if (asprintf(&to, "%s%s%s", u->prefix, strcmp(inside, ".") ? "/" : "", strcmp(inside, ".") ? inside : "") <
	         0)
		to = NULL;
	if (!to)
		err_set(e, ENOMEM, "copy '%s'", name);
	return to;
}

static int set_names(const struct unpacker *u, struct archive_entry *entry, struct err *e)
{
	const char *link = archive_entry_hardlink(entry);
	AUTO_FREE char *to = place(u, archive_entry_pathname(entry), e);
	AUTO_FREE char *link_to = to && link ? place(u, link, e) : NULL;

	if (!to || (link && !link_to))
		return -1;
	archive_entry_copy_pathname(entry, to);
	if (link_to)
		archive_entry_copy_hardlink(entry, link_to);
	return 0;
}

static int read_error(const struct unpacker *u, struct err *e)
{
	const char *text = archive_error_string(u->tar);

	return err_set(e, 0, "read the archive: %s", text ? text : "damaged");
}

/* Copies a member's data, holes as holes. */
static int copy_data(struct unpacker *u, struct archive_entry *entry, struct err *e)
{
	const void *block;
	la_int64_t at;
	size_t n;
	int r;

	while ((r = archive_read_data_block(u->tar, &block, &n, &at)) == ARCHIVE_OK)
		if (archive_write_data_block(u->disk, block, n, at) < ARCHIVE_OK)
			return disk_error(u->disk, entry, "write", e);
	return r == ARCHIVE_EOF ? 0 : read_error(u, e);
}

/* A failed write; an attribute that this file system does not keep is none. */
static int judge(struct unpacker *u, int result, struct archive_entry *entry, struct err *e)
{
	return result < ARCHIVE_WARN ? disk_error(u->disk, entry, "write", e) : 0;
}

static int take_member(struct unpacker *u, struct archive_entry *entry, struct err *e)
{
	int type = archive_entry_filetype(entry);

	if (u->o->base && !u->prefix && choose_place(u, type == AE_IFDIR, e) < 0)
		return -1;
	if (set_names(u, entry, e) < 0)
		return -1;
	if (type == AE_IFCHR || type == AE_IFBLK) {
		msg("left out '%s': a device node", archive_entry_pathname(entry));
		return 0;
	}
	if (u->o->own) {
		archive_entry_set_uid(entry, getuid());
		archive_entry_set_gid(entry, getgid());
	}
	attributes_keep(entry, attribute_is_harmless);
	if (judge(u, archive_write_header(u->disk, entry), entry, e) < 0)
		return -1;
	if (archive_entry_size(entry) > 0 && copy_data(u, entry, e) < 0)
		return -1;
	return judge(u, archive_write_finish_entry(u->disk), entry, e);
}

/* Opens both ends. */
static int begin(struct unpacker *u, int fd, struct err *e)
{
	u->tar = archive_read_new();
	u->disk = archive_write_disk_new();
	if (!u->tar || !u->disk)
		return err_set(e, ENOMEM, "copy");
	archive_read_support_filter_all(u->tar);
	archive_read_support_format_tar(u->tar);
	archive_read_support_format_empty(u->tar);
	archive_read_set_options(u->tar, "hdrcharset=BINARY");
	archive_write_disk_set_options(u->disk, DISK_FLAGS);
	return source_open(u->tar, fd, &u->source, e);
}

int unpack(int fd, const struct unpack_options *o, bool *ret_any, struct err *e)
{
	struct unpacker u = {.o = o};
	struct archive_entry *entry;
	int r = ARCHIVE_OK, status = begin(&u, fd, e);

	*ret_any = false;
	if (status == 0 && !o->base)
		status = enter(o->path, e);
	while (status == 0 && (r = archive_read_next_header(u.tar, &entry)) <= ARCHIVE_OK && r >= ARCHIVE_WARN) {
		*ret_any = true;
		status = take_member(&u, entry, e);
	}
	if (status == 0 && r != ARCHIVE_EOF)
		status = read_error(&u, e);
	if (status == 0)
		status = source_finish(u.source, u.tar, e);
	/* Directories get their modes and times now. */
	if (archive_write_close(u.disk) < ARCHIVE_WARN && status == 0)
		status = err_set(e, archive_errno(u.disk), "finish the directories");
	archive_write_free(u.disk);
	archive_read_free(u.tar);
	free(u.prefix);
	return status;
}
