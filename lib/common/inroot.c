/*
 * inroot.c - opening a path inside a root that may be hostile.
 *
 * Theory. A path is data of the image until the kernel has resolved it, and then it is a descriptor. openat2(2) with
 * RESOLVE_IN_ROOT resolves as if the process had been chroot'ed for the length of that one call: absolute links and
 * ".." cannot leave, whatever is renamed meanwhile (the kernel answers EAGAIN when it cannot be sure, and we ask
 * again); where there is no such call the path is walked by hand (inroot_walk.h). What is made is made by its last component below a directory that is already held (mkdirat, O_CREAT|O_EXCL,
 * never following a link), so there is no moment between check and use.
 */
#include "common/inroot.h"

#include "common/fd.h"
#include "common/inroot_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* A rename or mount anywhere may make one attempt fail with EAGAIN; so many in a row mean that somebody does it on
 * purpose. */
#define RACE_ATTEMPTS 128

/* As many links as the kernel follows in one path. */
#define LINKS_MAX 40

/* openat2(2) inside the root; returns the descriptor, or -1 with errno. */
static int resolve(int rootfd, const char *path, int flags)
{
	struct open_how how = {
	    .flags = (unsigned int)(flags | O_CLOEXEC),
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	for (int i = 0; i < RACE_ATTEMPTS; i++) {
		long fd = syscall(SYS_openat2, rootfd, path, &how, sizeof(how));

		/* EPERM is what a filter of system calls that does not know this one may answer. */
		if (fd < 0 && (errno == ENOSYS || errno == EPERM))
			return inroot_walk(rootfd, path, flags);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			return (int)fd;
	}
	return -1;
}

/* Words a failure to resolve. */
static int fail_open(const char *path, struct err *e)
{
	return err_set(e, errno, "open '%s' inside the root", path);
}

int inroot_open(int rootfd, const char *path, int flags, int *ret_fd, struct err *e)
{
	int fd = resolve(rootfd, path, flags);

	if (fd < 0)
		return fail_open(path, e);
	*ret_fd = fd;
	return 0;
}

/* Gives a directory that was just made its owner and mode, whatever the umask. */
static int dress(int fd, mode_t mode, uid_t uid, gid_t gid)
{
	if ((uid != (uid_t)-1 || gid != (gid_t)-1) && fchown(fd, uid, gid) < 0)
		return -1;
	return fchmod(fd, mode);
}

/* Makes and opens one directory below parent. */
static int make_dir(int parent, const char *name, mode_t mode, uid_t uid, gid_t gid, int *ret_fd)
{
	AUTO_FD fd = -1;

	if (mkdirat(parent, name, mode) < 0)
		return -1;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || dress(fd, mode, uid, gid) < 0)
		return -1;
	*ret_fd = fd_take(&fd);
	return 0;
}

/* Words a failure to make a directory or file. */
static int fail_make(const char *path, const char *what, struct err *e)
{
	return err_set(e, errno, "make %s '%s' inside the root", what, path);
}

/* What could not be made although it could not be found is a link that leads to nothing. Replaces it in path (its name
 * is base, which points into path and ends it; rest follows) by its text, so that path can be tried again. When it is
 * no link any more, somebody was faster, and path stays as it is. */
static int expand_link(int dir, char path[PATH_MAX], const char *base, const char *rest)
{
	char text[PATH_MAX], whole[PATH_MAX];
	ssize_t n = readlinkat(dir, base, text, sizeof(text) - 1);
	int kept = (int)(base - path);

	if (n < 0 && errno != EINVAL && errno != ENOENT)
		return -1;
	if (n < 0)
		n = snprintf(text, sizeof(text), "%s", base);
	text[n] = '\0';
	n = snprintf(whole, sizeof(whole), "%.*s%s/%s", *text == '/' ? 0 : kept, path, text, rest);
	if (n < 0 || (size_t)n >= sizeof(whole)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, whole, (size_t)n + 1);
	return 0;
}

/* Walks the components of path, making the missing ones. *dir is the root at first, and the result. Returns 1 when a
 * link changed path, which is then to be walked from the beginning. */
static int walk(int rootfd, char path[PATH_MAX], mode_t mode, uid_t uid, gid_t gid, int *dir, struct err *e)
{
	char *at = path;

	for (;;) {
		at += strspn(at, "/");
		char *end = at + strcspn(at, "/");
		char kept = *end;

		if (at == end)
			return 0;
		*end = '\0';
		int next = resolve(rootfd, path, O_PATH | O_DIRECTORY);

		if (next < 0 && errno != ENOENT)
			return fail_open(path, e);
		if (next < 0 && make_dir(*dir, at, mode, uid, gid, &next) < 0) {
			if (errno == EEXIST && expand_link(*dir, path, at, kept ? end + 1 : "") == 0)
				return 1;
			return fail_make(path, "directory", e);
		}
		fd_close(dir);
		*dir = next;
		*end = kept;
		at = end;
	}
}

int inroot_mkdir_p(int rootfd, const char *path, mode_t mode, uid_t uid, gid_t gid, int *ret_fd, struct err *e)
{
	char copy[PATH_MAX];
	size_t n = strlen(path);
	AUTO_FD dir = resolve(rootfd, path, O_PATH | O_DIRECTORY);
	int r = dir < 0 ? 1 : 0;

	if (r && (errno != ENOENT || !n))
		return fail_open(path, e);
	if (n >= sizeof(copy))
		return err_set(e, ENAMETOOLONG, "make directory '%.60s...' inside the root", path);
	memcpy(copy, path, n + 1);
	for (int links = 0; r == 1; links++) {
		if (links > LINKS_MAX)
			return err_set(e, ELOOP, "make directory '%s' inside the root", path);
		fd_close(&dir);
		dir = resolve(rootfd, "/", O_PATH | O_DIRECTORY);
		if (dir < 0)
			return fail_open("/", e);
		r = walk(rootfd, copy, mode, uid, gid, &dir, e);
	}
	if (r < 0)
		return -1;
	*ret_fd = fd_take(&dir);
	return 0;
}

/* Opens the directory of path, made when missing, and finds the last component. */
static int parent_of(int rootfd, const char *path, const char **ret_base, int *ret_fd, struct err *e)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t n = (size_t)(base - path);

	if (!*base || !strcmp(base, ".") || !strcmp(base, ".."))
		return err_set(e, 0, "make file '%s' inside the root: the path does not end in a file's name", path);
	if (n + 1 >= sizeof(dir))
		return err_set(e, ENAMETOOLONG, "make file '%.60s...' inside the root", path);
	memcpy(dir, n ? path : "/", n ? n : 1);
	dir[n ? n : 1] = '\0';
	*ret_base = base;
	return inroot_mkdir_p(rootfd, dir, 0755, (uid_t)-1, (gid_t)-1, ret_fd, e);
}

/* One attempt to open or make a file. Returns 1 when a link changed path. */
static int try_file(int rootfd, char path[PATH_MAX], int *ret_fd, struct err *e)
{
	const char *base = path;
	struct stat st;
	AUTO_FD dir = -1;
	AUTO_FD fd = resolve(rootfd, path, O_PATH);

	if (fd >= 0) {
		if (fstat(fd, &st) < 0)
			return fail_open(path, e);
		if (S_ISDIR(st.st_mode))
			return err_set(e, EISDIR, "open '%s' inside the root", path);
	} else {
		if (errno != ENOENT)
			return fail_open(path, e);
		if (parent_of(rootfd, path, &base, &dir, e) < 0)
			return -1;
		fd = openat(dir, base, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (fd < 0 && errno == EEXIST && expand_link(dir, path, base, "") == 0) {
			path[strlen(path) - 1] = '\0';
			return 1;
		}
		if (fd < 0 || fchmod(fd, 0644) < 0)
			return fail_make(path, "file", e);
	}
	*ret_fd = fd_take(&fd);
	return 0;
}

int inroot_file(int rootfd, const char *path, int *ret_fd, struct err *e)
{
	char copy[PATH_MAX];
	int r = 1;

	if (strlen(path) >= sizeof(copy))
		return err_set(e, ENAMETOOLONG, "make file '%.60s...' inside the root", path);
	snprintf(copy, sizeof(copy), "%s", path);
	for (int links = 0; r == 1; links++) {
		if (links > LINKS_MAX)
			return err_set(e, ELOOP, "make file '%s' inside the root", path);
		r = try_file(rootfd, copy, ret_fd, e);
	}
	return r;
}

bool is_kernel_fs(int fd)
{
	static const unsigned int magic[] = {
	    PROC_SUPER_MAGIC, SYSFS_MAGIC,    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,
	    TRACEFS_MAGIC,    BPF_FS_MAGIC,   SECURITYFS_MAGIC,   SELINUX_MAGIC,       SMACK_MAGIC,
	    EFIVARFS_MAGIC,   PSTOREFS_MAGIC, BINFMTFS_MAGIC,
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return true;
	for (size_t i = 0; i < sizeof(magic) / sizeof(*magic); i++)
		if ((unsigned int)fs.f_type == magic[i])
			return true;
	return false;
}

int inroot_read(int rootfd, const char *path, size_t max, char **ret_data, size_t *ret_n, struct err *e)
{
	struct stat seen, st;
	/* Even opening a device has effects, so the first look is by O_PATH. */
	AUTO_FD look = resolve(rootfd, path, O_PATH);
	AUTO_FD fd = -1;

	if (look < 0 || fstat(look, &seen) < 0)
		return fail_open(path, e);
	if (!S_ISREG(seen.st_mode))
		return err_set(e, EINVAL, "read '%s' inside the root: not a regular file", path);
	/* A link leads to /proc/kmsg: what is read there is gone for everybody else. */
	if (is_kernel_fs(look))
		return err_set(e, EINVAL, "read '%s' inside the root: it is a file of the kernel", path);
	fd = resolve(rootfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_open(path, e);
	if (st.st_dev != seen.st_dev || st.st_ino != seen.st_ino)
		return err_set(e, EAGAIN, "read '%s' inside the root: it was replaced meanwhile", path);
	if (fd_read_all(fd, max, ret_data, ret_n) < 0)
		return err_set(e, errno, "read '%s' inside the root", path);
	return 0;
}
