/*
 * pack.c - see pack.h
 *
 * Of what is mounted below the path, volumes belong to the answer; the kernel's file systems and tmpfs do not, unless the
 * path itself lies in one: `cp web:/ .` is no copy of /proc.
 */
#include "pack.h"

#include "archive/attributes.h"
#include "archive/member.h"
#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <fts.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef MQUEUE_MAGIC
#define MQUEUE_MAGIC 0x19800202 /* ipc/mqueue.c; in no header */
#endif

struct packer {
	const struct pack_options *o;
	struct archive *disk, *tar;
	struct archive_entry_linkresolver *links;
	int fd;
	size_t root_n; /* length of the path of the root in fts's paths */
};

/* Where the archive's bytes go. */
static la_ssize_t emit(struct archive *tar, void *arg, const void *data, size_t n)
{
	const struct packer *p = arg;

	if (fd_write_all(p->fd, data, n) == 0)
		return (la_ssize_t)n;
	archive_set_error(tar, errno, "write the archive");
	return -1;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Whether a directory is the root of a file system that is the kernel's or in memory. */
static bool is_foreign(const char *path)
{
	static const unsigned long magic[] = {PROC_SUPER_MAGIC,    SYSFS_MAGIC,        CGROUP_SUPER_MAGIC,
	                                      CGROUP2_SUPER_MAGIC, DEVPTS_SUPER_MAGIC, MQUEUE_MAGIC,
	                                      TMPFS_MAGIC,         SECURITYFS_MAGIC,   DEBUGFS_MAGIC,
	                                      TRACEFS_MAGIC,       BPF_FS_MAGIC};
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return true;
	for (size_t i = 0; i < sizeof(magic) / sizeof(*magic); i++)
		if ((unsigned long)fs.f_type == magic[i])
			return true;
	return false;
}

/* Its name in the archive, in new memory; NULL for what has none. */
static char *member_name(const struct packer *p, const FTSENT *f)
{
	const char *rest = f->fts_path + p->root_n, *name = p->o->name;
	char *full;

	if (!*name)
		rest += strspn(rest, "/");
	if (!*name && !*rest)
		return NULL;
	return asprintf(&full, "%s%s%s", name, *name && *rest && *rest != '/' ? "/" : "", rest) < 0 ? NULL : full;
}

static int pack_entry(struct packer *p, const FTSENT *f, const char *name, struct err *e)
{
	struct archive_entry *entry = archive_entry_new(), *later = NULL;
	int r = -1;

	archive_entry_copy_pathname(entry, name);
	archive_entry_copy_sourcepath(entry, f->fts_accpath);
	if (archive_read_disk_entry_from_file(p->disk, entry, -1, f->fts_statp) < ARCHIVE_WARN) {
		err_set(e, archive_errno(p->disk), "copy '%s'", f->fts_path);
	} else {
		attributes_keep(entry, attribute_is_files);
		archive_entry_sparse_clear(entry);
		archive_entry_linkify(p->links, &entry, &later);
		r = member_write(p->tar, entry, f->fts_accpath, e);
	}
	archive_entry_free(entry);
	return r;
}

/* One step of the walk. */
static int visit(struct packer *p, FTS *tree, FTSENT *f, struct err *e)
{
	AUTO_FREE char *name = NULL;

	if (f->fts_info == FTS_DNR || f->fts_info == FTS_ERR || f->fts_info == FTS_NS)
		return err_set(e, f->fts_errno, "copy '%s'", f->fts_path);
	if (f->fts_info == FTS_DP || S_ISSOCK(f->fts_statp->st_mode))
		return 0;
	if (f->fts_info == FTS_D && f->fts_level > 0 && f->fts_dev != f->fts_parent->fts_dev &&
	    is_foreign(f->fts_accpath))
		fts_set(tree, f, FTS_SKIP);
	name = member_name(p, f);
	return name ? pack_entry(p, f, name, e) : 0;
}

static int walk(struct packer *p, char *path, struct err *e)
{
	char *roots[] = {path, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | (p->o->one_fs ? FTS_XDEV : 0), by_name);
	FTSENT *f;
	int r = 0;

	if (!tree)
		return err_set(e, errno, "walk '%s'", path);
	errno = 0;
	while (r == 0 && (f = fts_read(tree)))
		r = visit(p, tree, f, e);
	if (r == 0 && errno)
		r = err_set(e, errno, "walk '%s'", path);
	fts_close(tree);
	return r;
}

/* Makes the writer. */
static int begin(struct packer *p, struct err *e)
{
	p->disk = archive_read_disk_new();
	p->tar = archive_write_new();
	p->links = archive_entry_linkresolver_new();
	if (!p->disk || !p->tar || !p->links)
		return err_set(e, ENOMEM, "copy");
	archive_write_set_format_pax(p->tar);
	archive_write_set_options(p->tar, "xattrheader=SCHILY");
	archive_write_set_bytes_in_last_block(p->tar, 1);
	archive_entry_linkresolver_set_strategy(p->links, archive_format(p->tar));
	if (archive_write_open(p->tar, p, NULL, emit, NULL) != ARCHIVE_OK)
		return err_set(e, archive_errno(p->tar), "write the archive");
	return 0;
}

/* The path that is walked, in new memory: without slashes at its end, links resolved where that is asked for. */
static char *find(const char *path, const struct pack_options *o, struct err *e)
{
	size_t n = strlen(path);
	bool slash = n > 1 && path[n - 1] == '/';
	struct stat st;
	char *found;

	/* "dir/" and "dir/." mean the directory, not a link to it. */
	if (lstat(path, &st) < 0 || ((o->follow || slash) && stat(path, &st) < 0)) {
		err_set(e, errno, "find '%s'", path);
		return NULL;
	}
	found = o->follow || slash || (n > 1 && path[n - 1] == '.') ? realpath(path, NULL) : strdup(path);
	if (!found)
		err_set(e, errno, "find '%s'", path);
	return found;
}

int pack(const char *path, const struct pack_options *o, int fd, struct err *e)
{
	struct packer p = {.o = o, .fd = fd};
	AUTO_FREE char *found = find(path, o, e);
	int r;

	if (!found)
		return -1;
	p.root_n = strcmp(found, "/") == 0 ? 0 : strlen(found);
	r = begin(&p, e) < 0 || walk(&p, found, e) < 0 ? -1 : 0;
	if (r == 0 && archive_write_close(p.tar) != ARCHIVE_OK)
		r = err_set(e, archive_errno(p.tar), "write the archive");
	archive_entry_linkresolver_free(p.links);
	archive_write_free(p.tar);
	archive_read_free(p.disk);
	return r;
}
