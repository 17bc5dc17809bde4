/*
 * pack.c - see pack.h
 *
 * Of what is mounted below the path, volumes belong to the answer; the kernel's file systems and tmpfs do not, unless the
 * path itself lies in one: `cp web:/ .` is no copy of /proc.
 */
#include "pack.h"

#include "archive/writer.h"
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
	struct writer w;
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

/* One step of the walk. */
static int visit(FTS *tree, FTSENT *f, void *arg, struct err *e)
{
	struct packer *p = arg;
	AUTO_FREE char *name = NULL;

	if (f->fts_info == FTS_D && f->fts_level > 0 && f->fts_dev != f->fts_parent->fts_dev &&
	    is_foreign(f->fts_accpath))
		fts_set(tree, f, FTS_SKIP);
	name = member_name(p, f);
	return name ? writer_add(&p->w, f, name, false, e) : 0;
}

/* Whether a path says that it is a directory, not a link to one: "dir/", "dir/.", "dir/..". */
static bool names_directory(const char *path)
{
	const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;

	return !*last || strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

/* The path that is walked, in new memory: without slashes at its end, links resolved where that is asked for. */
static char *find(const char *path, const struct pack_options *o, struct err *e)
{
	bool follow = o->follow || names_directory(path);
	struct stat st;
	char *found = NULL;

	if ((follow ? stat(path, &st) : lstat(path, &st)) == 0)
		found = follow ? realpath(path, NULL) : strdup(path);
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
	r = writer_open(&p.w, emit, &p, e);
	if (r == 0)
		r = writer_walk(found, o->one_fs ? FTS_XDEV : 0, visit, &p, e);
	r = writer_close(&p.w, r, e);
	if (r == 0 && p.w.shortened)
		msg(WRITER_SHORTENED, p.w.shortened);
	return r;
}
