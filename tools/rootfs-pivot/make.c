/* make.c - see make.h */
#include "make.h"

#include "common/fd.h"
#include "common/inroot.h"
#include "kernel.h"
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the directory that the target is to be in, made when it is missing; *ret_base is the target's name there. */
static int open_parent(const struct step *s, int root, const char **ret_base, int *ret_fd, struct err *e)
{
	char parent[PATH_MAX];

	*ret_base = strrchr(s->target, '/') + 1;
	snprintf(parent, sizeof(parent), "%.*s", (int)(*ret_base - s->target), s->target);
	return inroot_mkdir_p(root, parent, 0755, (uid_t)-1, (gid_t)-1, ret_fd, e);
}

/* The mode is the directory's own; those above it are what mkdir -p makes. */
int make_dir(const struct step *s, int root, struct err *e)
{
	const char *base;
	AUTO_FD parent = -1;
	AUTO_FD dir = -1;

	if (open_parent(s, root, &base, &parent, e) < 0)
		return -1;
	return inroot_mkdir_p(root, s->target, s->mode, (uid_t)-1, (gid_t)-1, &dir, e);
}

/* The same link there already is as good. */
int make_symlink(const struct step *s, int root, struct err *e)
{
	char now[PATH_MAX];
	const char *base;
	AUTO_FD dir = -1;
	ssize_t n;

	if (open_parent(s, root, &base, &dir, e) < 0)
		return -1;
	if (symlinkat(s->source, dir, base) == 0)
		return 0;
	if (errno == EEXIST) {
		n = readlinkat(dir, base, now, sizeof(now));
		if (n == (ssize_t)strlen(s->source) && !strncmp(now, s->source, (size_t)n))
			return 0;
		errno = EEXIST;
	}
	return err_set(e, errno, "--symlink: make '%s' inside the root", s->target);
}

/* Lays the host's node on an empty file, for want of the right to make one. */
static int bind_device(const struct step *s, int dir, const char *base, struct err *e)
{
	AUTO_FD tree = tree_clone(s->tree, "", false);
	AUTO_FD target = openat(dir, base, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (target < 0 || tree < 0 ||
	    tree_setattr(tree, false, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, MS_PRIVATE) < 0 ||
	    tree_attach(tree, target) < 0)
		return err_set(e, errno, "--device: bind '%s' on '%s'", s->source, s->target);
	return 0;
}

/* Whether the entry is the same device already. */
static bool is_device(int dir, const char *base, const struct stat *want)
{
	struct stat st;

	return fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IFMT) == (want->st_mode & S_IFMT) &&
	       st.st_rdev == want->st_rdev;
}

int make_device(struct step *s, int root, struct err *e)
{
	const char *base;
	AUTO_FD dir = -1;

	if (open_parent(s, root, &base, &dir, e) < 0)
		return -1;
	if (mknodat(dir, base, s->st.st_mode, s->st.st_rdev) < 0) {
		if (errno == EPERM)
			return bind_device(s, dir, base, e);
		if (errno == EEXIST && is_device(dir, base, &s->st))
			return 0;
		return err_set(e, errno, "--device: make '%s' inside the root", s->target);
	}
	if (fchownat(dir, base, s->st.st_uid, s->st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "--device: give '%s' its owner", s->target);
	return 0;
}

/* Opens the file that is to be written. What is there must be a regular one: writing to anything else has effects. */
static int open_file(const struct step *s, int root, int *ret_fd, struct err *e)
{
	char path[MOUNT_TARGET_MAX];
	struct stat st;
	AUTO_FD look = -1;

	if (inroot_file(root, s->target, &look, e) < 0)
		return -1;
	if (fstat(look, &st) < 0)
		return err_set(e, errno, "--file: '%s'", s->target);
	if (!S_ISREG(st.st_mode))
		return err_set(e, 0, "--file: '%s' inside the root is not a regular file", s->target);
	/* What is written there is done by this process, with what it may: a link of the image's could have led it. */
	if (is_kernel_fs(look))
		return err_set(e, 0, "--file: '%s' inside the root leads to a file of the kernel", s->target);
	/* The look is a descriptor of our own making: nothing of the image's is followed. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", look);
	*ret_fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return *ret_fd < 0 ? err_set(e, errno, "--file: open '%s' inside the root", s->target) : 0;
}

int make_file(const struct step *s, int root, struct err *e)
{
	char buf[65536];
	AUTO_FD out = -1;
	ssize_t n;

	if (open_file(s, root, &out, e) < 0)
		return -1;
	while ((n = read(s->fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, errno, "--file: read descriptor %d", s->fd);
		if (fd_write_all(out, buf, (size_t)n) < 0)
			return err_set(e, errno, "--file: write '%s' inside the root", s->target);
	}
	return 0;
}
