/* salvage.c - see salvage.h */
#include "salvage.h"
#include "common/fd.h"
#include "common/name.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An address of the lease, of either family. */
static void take_address(const char *text, struct lease *l)
{
	struct err ignored;

	if (strchr(text, ':'))
		(void)ip6_parse(text, &l->ip6, &ignored);
	else
		(void)ip_parse(text, &l->ip, &ignored);
}

static void take_name(const char *text, struct lease *l)
{
	if (strlen(text) <= LEASE_NAME_MAX && name_is_object(text))
		snprintf(l->name, sizeof(l->name), "%s", text);
}

/* Calls take for each entry of a directory that is that file. */
static void each_link(const struct network *n, const char *name, const struct stat *file,
                      void (*take)(const char *text, struct lease *l), struct lease *l)
{
	int fd = openat(n->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *x;
	struct stat st;

	if (!d) {
		fd_close(&fd);
		return;
	}
	while ((x = readdir(d)))
		if (x->d_ino == file->st_ino && fstatat(fd, x->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_ino == file->st_ino && st.st_dev == file->st_dev)
			take(x->d_name, l);
	closedir(d);
}

void salvage(const struct network *n, const char *path, struct lease *l)
{
	struct stat st;

	if (fstatat(n->dir, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return;
	each_link(n, "leases", &st, take_address, l);
	each_link(n, "names", &st, take_name, l);
}
