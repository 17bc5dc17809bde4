/*
 * system.c - see system.h
 */
#include "system.h"

#include "kernel.h"

#include "common/cgroup.h"
#include "common/fd.h"
#include "common/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

int system_dir(int dir, const char *name, const char *shown, int *ret_fd, struct err *e)
{
	int fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		if (mkdirat(dir, name, 0755) < 0)
			return err_set(e, errno, "make directory '%s' inside the root", shown);
		fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return err_set(e, 0, "mount on '%s' inside the root: it is not a directory but a link or file", shown);
	if (fd < 0)
		return err_set(e, errno, "open '%s' inside the root", shown);
	*ret_fd = fd;
	return 0;
}

int system_reopen(int dir, const char *name, const char *shown, long magic, int *ret_fd, struct err *e)
{
	AUTO_FD fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;
	int mounted;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || (mounted = is_mount_root(fd, "")) < 0)
		return err_set(e, errno, "open '%s' inside the root", shown);
	if ((long)fs.f_type != magic || !mounted)
		return err_set(e, 0, "'%s' inside the root was exchanged while it was being mounted", shown);
	*ret_fd = fd_take(&fd);
	return 0;
}

/* Lays the caller's own file system at path there instead, with the attributes that the options ask for. */
static int bind_own(const char *path, int target, const char *options, struct err *e)
{
	uint64_t set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	AUTO_FD tree = tree_clone(AT_FDCWD, path, true);

	if (strstr(options, ",ro"))
		set |= MOUNT_ATTR_RDONLY;
	if (tree < 0 || tree_setattr(tree, true, set, 0, MS_PRIVATE) < 0 || tree_attach(tree, target) < 0)
		return err_set(e, errno, "bind '%s' inside the root", path);
	return 0;
}

int system_mount(struct mounter *m, int root, const char *type, const char *path, const char *options, struct err *e)
{
	AUTO_FD target = -1;

	if (system_dir(root, path + 1, path, &target, e) < 0)
		return -1;
	if (mount_fs(m, type, type, options, target, path, e) == 0)
		return 0;
	if (e->code == EPERM && !strcmp(type, "sysfs"))
		return bind_own(path, target, options, e);
	if (e->code == EPERM && !strcmp(type, "proc"))
		err_hint(e, "in a user namespace proc can be mounted only in a PID namespace of its own (nsrun --pid)");
	return -1;
}

/* The hierarchies that the container's /sys/fs/cgroup shall have, out of /proc/1/cgroup (cut up in text). */
struct hierarchies {
	char *text;
	struct cg_membership h[CG_MAX];
	size_t n;
	bool any_v1;
};

/* Mounts one hierarchy on a directory of its own below /sys/fs/cgroup, under the name that is usual for it. */
static int mount_hierarchy(struct mounter *m, int dir, const char *controllers, const char *flags, struct err *e)
{
	char options[256], shown[320];
	const char *name = *controllers ? controllers : "unified";
	AUTO_FD target = -1;

	if (!strncmp(name, "name=", 5))
		name += 5;
	snprintf(shown, sizeof(shown), "/sys/fs/cgroup/%.200s", name);
	snprintf(options, sizeof(options), "%s%s%s", flags, *controllers ? "," : "", controllers);
	if (system_dir(dir, name, shown, &target, e) < 0)
		return -1;
	return mount_fs(m, *controllers ? "cgroup" : "cgroup2", "cgroup", options, target, shown, e);
}

/* A tmpfs with a directory for each hierarchy, read-only in the end. */
static int mount_v1(struct mounter *m, const struct hierarchies *all, int fs_dir, int target, bool read_only,
                    struct err *e)
{
	const char *flags = read_only ? "ro,nosuid,nodev,noexec" : "nosuid,nodev,noexec";
	AUTO_FD dir = -1;

	if (mount_fs(m, "tmpfs", "tmpfs", "nosuid,nodev,noexec,mode=755,size=64k", target, "/sys/fs/cgroup", e) < 0 ||
	    system_reopen(fs_dir, "cgroup", "/sys/fs/cgroup", TMPFS_MAGIC, &dir, e) < 0)
		return -1;
	for (size_t i = 0; i < all->n; i++)
		if (mount_hierarchy(m, dir, all->h[i].controllers, flags, e) < 0)
			return -1;
	if (read_only && tree_setattr(dir, false, MOUNT_ATTR_RDONLY, 0, 0) < 0)
		return err_set(e, errno, "make '/sys/fs/cgroup' read-only");
	return 0;
}

/* Leaves the hierarchies in which there is a group of our own; all of them where there is none at all. Where the init of
 * the caller's /proc is, seen from our control group namespace, tells it: "/" means that the root of our view is the
 * root of its, so that everybody's groups would be seen. */
static void keep_own(struct hierarchies *all)
{
	size_t own = 0;

	for (size_t i = 0; i < all->n; i++)
		own += strcmp(all->h[i].path, "/") != 0;
	if (!own)
		return;
	own = 0;
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->h[i].path, "/") != 0)
			all->h[own++] = all->h[i];
	all->n = own;
}

/* Reads which hierarchies there are: of a process's membership rather than of the mount table, which takes the kernel
 * five times as long to write. */
static int find_hierarchies(struct hierarchies *ret, struct err *e)
{
	char *save = NULL;
	size_t n;

	if (file_read(AT_FDCWD, "/proc/1/cgroup", 1 << 20, &ret->text, &n, e) < 0)
		return -1;
	for (char *line = strtok_r(ret->text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct cg_membership *h = &ret->h[ret->n];

		if (ret->n == CG_MAX || cg_parse_membership(line, h) < 0)
			continue;
		ret->any_v1 |= h->controllers[0] != '\0';
		ret->n++;
	}
	return ret->n ? 0 : err_set(e, ENOENT, "look for control groups in /proc/1/cgroup");
}

/* Lays them on the descriptor target, which is /sys/fs/cgroup below fs_dir. */
static int mount_cgroups(struct mounter *m, int fs_dir, int target, bool read_only, struct err *e)
{
	struct hierarchies all = {0};
	int r = find_hierarchies(&all, e);

	if (r == 0 && !all.any_v1) {
		r = mount_fs(m, "cgroup2", "cgroup", read_only ? "ro,nosuid,nodev,noexec" : "nosuid,nodev,noexec",
		             target, "/sys/fs/cgroup", e);
	} else if (r == 0) {
		keep_own(&all);
		r = mount_v1(m, &all, fs_dir, target, read_only, e);
	}
	free(all.text);
	return r;
}

int system_cgroups(struct mounter *m, int root, bool read_only, struct err *e)
{
	struct statfs fs;
	AUTO_FD fs_dir = -1;
	AUTO_FD target = -1;

	if (inroot_open(root, "/sys/fs", O_PATH | O_DIRECTORY, &fs_dir, e) < 0)
		return err_hint(e, "give --sys before --cgroups");
	if (fstatfs(fs_dir, &fs) < 0 || fs.f_type != SYSFS_MAGIC) {
		err_set(e, 0, "'/sys' inside the root is not a sysfs");
		return err_hint(e, "give --sys before --cgroups");
	}
	target = openat(fs_dir, "cgroup", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0)
		return err_set(e, errno, "open '/sys/fs/cgroup' inside the root");
	return mount_cgroups(m, fs_dir, target, read_only, e);
}
