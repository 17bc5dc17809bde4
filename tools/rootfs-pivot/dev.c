/*
 * dev.c - the container's /dev: a small tmpfs with the usual nodes, links, and the mounts that belong there.
 *
 * The nodes are the container's own inodes, not binds of the host's, so that a chown or chmod inside changes nothing
 * outside. Where mknod(2) is not allowed (a user namespace) the host's nodes are bound instead; there the kernel
 * refuses the change of owner by itself. Everything is made below a descriptor of the new tmpfs.
 */
#include "dev.h"

#include "common/fd.h"
#include "kernel.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Numbers of Documentation/admin-guide/devices.txt. */
static const struct {
	const char *name;
	unsigned int major, minor;
} nodes[] = {
    {"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0},
};

static const struct {
	const char *name, *text;
} links[] = {
    {"ptmx", "pts/ptmx"},          {"fd", "/proc/self/fd"},       {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"}, {"stderr", "/proc/self/fd/2"},
};

/* Lays the host's node on an empty file; it must be the device that its name promises. */
static int bind_node(int dev, const char *name, dev_t number, struct err *e)
{
	char path[32];
	struct stat st;
	AUTO_FD target = -1;
	AUTO_FD tree = -1;

	snprintf(path, sizeof(path), "/dev/%s", name);
	tree = tree_clone(AT_FDCWD, path, false);
	if (tree < 0 || fstat(tree, &st) < 0)
		return err_set(e, errno, "open the host's '%s'", path);
	if (!S_ISCHR(st.st_mode) || st.st_rdev != number)
		return err_set(e, 0, "the host's '%s' is another device than its name says", path);
	target = openat(dev, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (target < 0 || tree_setattr(tree, false, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, MS_PRIVATE) < 0 ||
	    tree_attach(tree, target) < 0)
		return err_set(e, errno, "bind the host's '%s'", path);
	return 0;
}

/* Makes the device nodes. */
static int make_nodes(int dev, struct err *e)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		dev_t number = makedev(nodes[i].major, nodes[i].minor);

		if (mknodat(dev, nodes[i].name, S_IFCHR | 0666, number) == 0)
			continue;
		if (errno != EPERM)
			return err_set(e, errno, "make the device '/dev/%s'", nodes[i].name);
		if (bind_node(dev, nodes[i].name, number, e) < 0)
			return -1;
	}
	return 0;
}

/* Makes the links. */
static int make_links(int dev, struct err *e)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlinkat(links[i].text, dev, links[i].name) < 0)
			return err_set(e, errno, "make the link '/dev/%s'", links[i].name);
	return 0;
}

/* Makes a directory in /dev and mounts a file system on it. */
static int mount_below(struct mounter *m, int dev, const char *name, const char *type, const char *options,
                       struct err *e)
{
	char shown[32];
	AUTO_FD target = -1;

	snprintf(shown, sizeof(shown), "/dev/%s", name);
	if (system_dir(dev, name, shown, &target, e) < 0)
		return -1;
	return mount_fs(m, type, type, options, target, shown, e);
}

/* A devpts of the container's own. Group 5 is tty by convention; a user namespace may have no such group. */
static int mount_pts(struct mounter *m, int dev, struct err *e)
{
	if (mount_below(m, dev, "pts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5", e) == 0)
		return 0;
	if (e->code != EINVAL)
		return -1;
	return mount_below(m, dev, "pts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0600", e);
}

/* Message queues belong to an IPC namespace. */
static int mount_mqueue(struct mounter *m, int dev, struct err *e)
{
	if (mount_below(m, dev, "mqueue", "mqueue", "nosuid,nodev,noexec", e) == 0)
		return 0;
	if (e->code == EPERM)
		err_hint(e, "an IPC namespace of one's own is needed ('nsrun --ipc')");
	return -1;
}

/* Lays a program of the host on /dev/init, read-only. */
static int bind_init(int dev, const char *init, struct err *e)
{
	AUTO_FD tree = tree_clone(AT_FDCWD, init, false);
	AUTO_FD target = -1;
	struct stat st;

	if (tree < 0 || fstat(tree, &st) < 0)
		return err_set(e, errno, "--init: open '%s'", init);
	if (!S_ISREG(st.st_mode))
		return err_set(e, 0, "--init: '%s': not a regular file", init);
	target = openat(dev, "init", O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0755);
	if (target < 0 ||
	    tree_setattr(tree, false, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC,
	                 MS_PRIVATE) < 0 ||
	    tree_attach(tree, target) < 0)
		return err_set(e, errno, "--init: bind '%s' on '/dev/init'", init);
	return 0;
}

int dev_mount(struct mounter *m, int root, uint64_t shm_size, const char *init, struct err *e)
{
	char shm[80];
	AUTO_FD target = -1;
	AUTO_FD dev = -1;

	snprintf(shm, sizeof(shm), "nosuid,nodev,noexec,mode=1777,size=%" PRIu64, shm_size);
	if (system_dir(root, "dev", "/dev", &target, e) < 0 ||
	    mount_fs(m, "tmpfs", "tmpfs", "nosuid,noexec,strictatime,mode=755,size=65536k", target, "/dev", e) < 0 ||
	    system_reopen(root, "dev", "/dev", TMPFS_MAGIC, &dev, e) < 0)
		return -1;
	if (make_nodes(dev, e) < 0 || make_links(dev, e) < 0 || mount_pts(m, dev, e) < 0 ||
	    mount_below(m, dev, "shm", "tmpfs", shm, e) < 0 || mount_mqueue(m, dev, e) < 0)
		return -1;
	return init ? bind_init(dev, init, e) : 0;
}

int dev_bind_console(struct err *e)
{
	AUTO_FD dev = -1;
	AUTO_FD target = -1;
	AUTO_FD tree = -1;

	if (system_reopen(AT_FDCWD, "/dev", "/dev", TMPFS_MAGIC, &dev, e) < 0)
		return -1;
	target = openat(dev, "console", O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (target < 0 && errno == EEXIST)
		return 0;
	tree = tree_clone(STDIN_FILENO, "", false);
	if (target < 0 || tree < 0 ||
	    tree_setattr(tree, false, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, MS_PRIVATE) < 0 ||
	    tree_attach(tree, target) < 0)
		return err_set(e, errno, "bind the terminal on '/dev/console'");
	return 0;
}
