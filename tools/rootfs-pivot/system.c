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

/* The last component of a path. */
static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Mounts one hierarchy on a directory of its own below /sys/fs/cgroup, under the name that it has in the caller's root.
 */
static int mount_hierarchy(struct mounter *m, int dir, const struct cg_hierarchy *h, const char *flags, struct err *e)
{
	char options[256], shown[320];
	const char *name = base_of(h->mount);
	AUTO_FD target = -1;

	snprintf(shown, sizeof(shown), "/sys/fs/cgroup/%.200s", name);
	snprintf(options, sizeof(options), "%s%s%s", flags, h->v2 ? "" : ",", h->v2 ? "" : h->controllers);
	if (system_dir(dir, name, shown, &target, e) < 0)
		return -1;
	return mount_fs(m, h->v2 ? "cgroup2" : "cgroup", "cgroup", options, target, shown, e);
}

/* A tmpfs with a directory for each hierarchy, read-only in the end. */
static int mount_v1(struct mounter *m, const struct cg_map *map, int fs_dir, int target, bool read_only, struct err *e)
{
	const char *flags = read_only ? "ro,nosuid,nodev,noexec" : "nosuid,nodev,noexec";
	AUTO_FD dir = -1;

	if (mount_fs(m, "tmpfs", "tmpfs", "nosuid,nodev,noexec,mode=755,size=64k", target, "/sys/fs/cgroup", e) < 0 ||
	    system_reopen(fs_dir, "cgroup", "/sys/fs/cgroup", TMPFS_MAGIC, &dir, e) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++)
		if (mount_hierarchy(m, dir, &map->h[i], flags, e) < 0)
			return -1;
	if (read_only && tree_setattr(dir, false, MOUNT_ATTR_RDONLY, 0, 0) < 0)
		return err_set(e, errno, "make '/sys/fs/cgroup' read-only");
	return 0;
}

/* Where the init of the caller's /proc is in a hierarchy, seen from our control group namespace: "/" means that the root
 * of our view is the root of its, so that everybody's groups would be seen. */
static bool is_apart(const struct cg_hierarchy *h, const char *membership)
{
	AUTO_FREE char *text = strdup(membership);
	char *save = NULL;

	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
		struct cg_membership c;

		if (cg_parse_membership(line, &c) < 0 || (*c.controllers == '\0') != h->v2)
			continue;
		if (h->v2 || strcmp(c.controllers, h->controllers) == 0)
			return strcmp(c.path, "/") != 0;
	}
	return true;
}

/* Leaves the hierarchies in which there is a group of our own; all of them where there is none at all. */
static void keep_own(struct cg_map *map)
{
	AUTO_FREE char *membership = NULL;
	struct cg_map own = {0};
	struct err ignored;
	size_t n;

	if (file_read(AT_FDCWD, "/proc/1/cgroup", 65536, &membership, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < map->n; i++)
		if (is_apart(&map->h[i], membership))
			own.h[own.n++] = map->h[i];
	if (own.n)
		*map = own;
}

int system_cgroups(struct mounter *m, int root, bool read_only, struct err *e)
{
	const char *flags = read_only ? "ro,nosuid,nodev,noexec" : "nosuid,nodev,noexec";
	struct cg_map map;
	struct statfs fs;
	AUTO_FD fs_dir = -1;
	AUTO_FD target = -1;

	if (cg_discover(&map, e) < 0)
		return -1;
	if (inroot_open(root, "/sys/fs", O_PATH | O_DIRECTORY, &fs_dir, e) < 0)
		return err_hint(e, "give --sys before --cgroups");
	if (fstatfs(fs_dir, &fs) < 0 || fs.f_type != SYSFS_MAGIC) {
		err_set(e, 0, "'/sys' inside the root is not a sysfs");
		return err_hint(e, "give --sys before --cgroups");
	}
	target = openat(fs_dir, "cgroup", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0)
		return err_set(e, errno, "open '/sys/fs/cgroup' inside the root");
	if (map.n == 1 && map.h[0].v2)
		return mount_fs(m, "cgroup2", "cgroup", flags, target, "/sys/fs/cgroup", e);
	keep_own(&map);
	return mount_v1(m, &map, fs_dir, target, read_only, e);
}
