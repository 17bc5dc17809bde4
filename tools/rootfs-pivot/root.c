/*
 * root.c - see root.h
 *
 * Theory of the pivot. pivot_root(".", ".") stacks the old root on the new one's own root, so that no directory has to
 * be left for it; umount2(".", MNT_DETACH) then takes it off (pivot_root(2), NOTES). The kernel refuses it where / is
 * the initramfs itself: there the new root is moved over / and entered by chroot(2), as switch_root(8) does. No second
 * chroot leads back: above the new root is the initramfs's root, on which the new root lies, so ".." ends in it again.
 *
 * Theory of the protection. While the command is being exec'd, /proc/PID/exe leads to this program's file on the host.
 * An image whose program is a script with the interpreter /proc/self/exe gets that far. Opening the file for writing is
 * refused when the mount through which it was exec'd is read-only, and that mount is this namespace's own copy. It can
 * become so only at the end, since what is cloned from it would be read-only too. Where it cannot (a file on it is open
 * for writing, or it belongs to another namespace: --unshare), this program is started again from a detached read-only
 * clone of its file; that must be known before there are any effects, hence the trial in the beginning.
 */
#include "root.h"

#include "common/fd.h"
#include "kernel.h"
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

extern char **environ;

/* The parent's pid in the PID namespace that /proc shows (getppid(2) knows only its own); 0 when it has none there. */
static pid_t parent_pid(void)
{
	char stat[512];
	const char *at;
	int pid;

	if (file_read_line(AT_FDCWD, "/proc/self/stat", stat, sizeof(stat)) < 0)
		return 0;
	at = strrchr(stat, ')');
	return at && sscanf(at, ") %*c %d", &pid) == 1 ? pid : 0;
}

/* Whether a process is in this process's mount namespace. What cannot be seen is not. */
static bool shares_mounts(pid_t pid)
{
	char path[40];
	struct stat own, other;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	return stat("/proc/self/ns/mnt", &own) == 0 && stat(path, &other) == 0 && own.st_dev == other.st_dev &&
	       own.st_ino == other.st_ino;
}

int root_check_namespace(struct err *e)
{
	pid_t parent = parent_pid();

	/* The first process of all may; one whose parent is not to be seen is compared with the first one. */
	if (parent == 0 && getpid() == 1)
		return 0;
	if (!shares_mounts(parent ? parent : 1))
		return 0;
	err_set(e, 0, "others live in this mount namespace: pivoting would take the root from under them");
	return err_hint(e, "use --unshare, or run it by 'nsrun --mount'");
}

int root_isolate(unsigned long propagation, struct err *e)
{
	if (mount(NULL, "/", NULL, MS_REC | propagation, NULL) == 0)
		return 0;
	err_set(e, errno, "set the propagation of the old root");
	hint_privilege(e);
	if (e->code == EINVAL)
		err_hint(e, "the current root is not a mount point (a chroot?)");
	return -1;
}

/* The path of this program, for the error and for opening it anew. */
static int self_path(char path[PATH_MAX], struct err *e)
{
	ssize_t n = readlink(SELF, path, PATH_MAX - 1);

	if (n < 0)
		return err_set(e, errno, "read '%s'", SELF);
	path[n] = '\0';
	return 0;
}

/* Starts this program again from a read-only clone of its file. Comes back only on failure. */
static int start_from_clone(char **argv, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD tree = -1;

	if (self_path(path, e) < 0)
		return -1;
	tree = tree_clone(AT_FDCWD, path, false);
	if (tree < 0 || tree_setattr(tree, false, MOUNT_ATTR_RDONLY, 0, MS_PRIVATE) < 0)
		return err_set(e, errno, "make a read-only clone of this program's file '%s'", path);
	syscall(SYS_execveat, tree, "", argv, environ, AT_EMPTY_PATH);
	return err_set(e, errno, "exec a read-only clone of this program's file '%s'", path);
}

int root_unshare(int argc, char **argv, int index, struct err *e)
{
	if (unshare(CLONE_NEWNS) < 0) {
		err_set(e, errno, "--unshare: make a mount namespace");
		hint_privilege(e);
		return -1;
	}
	memmove(argv + index, argv + index + 1, (size_t)(argc - index) * sizeof(*argv));
	return start_from_clone(argv, e);
}

/* Opens NEWROOT and refuses what cannot be a root. */
static int open_newroot(const char *path, int *ret_fd, struct err *e)
{
	AUTO_FD fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD now = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || now < 0)
		return err_set(e, errno, "open the new root '%s'", path);
	if (is_same_place(fd, now))
		return err_set(e, 0, "the new root '%s' is the current root", path);
	*ret_fd = fd_take(&fd);
	return 0;
}

/* Mounts the overlay on NEWROOT and opens it. It is found by the path that the kernel has for the directory: a look-up of
 * "." ends at what lies beneath. */
static int mount_overlay(struct mounter *m, const struct plan *p, int dir, int *ret_fd, struct err *e)
{
	char link[MOUNT_TARGET_MAX], path[PATH_MAX];
	AUTO_FD fd = -1;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return err_set(e, errno, "find the new root '%s'", p->newroot);
	path[n] = '\0';
	if (overlay_mount(m, p->overlay, p->overlay_volatile, dir, p->newroot, e) < 0)
		return -1;
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open the overlay on '%s'", path);
	if (is_same_place(fd, dir))
		return err_set(e, 0, "open the overlay on '%s': something else is mounted above it", path);
	*ret_fd = fd_take(&fd);
	return 0;
}

int root_prepare(struct mounter *m, const struct plan *p, int *ret_fd, struct err *e)
{
	AUTO_FD dir = -1;
	AUTO_FD tree = -1;

	if (open_newroot(p->newroot, &dir, e) < 0)
		return -1;
	if (p->overlay)
		return mount_overlay(m, p, dir, ret_fd, e);
	tree = tree_clone(dir, "", true);
	if (tree < 0 || tree_attach(tree, dir) < 0) {
		err_set(e, errno, "bind the new root '%s' on itself", p->newroot);
		hint_privilege(e);
		return -1;
	}
	*ret_fd = fd_take(&tree);
	return 0;
}

/* Whether this program's file is on a read-only mount. */
static bool self_protected(void)
{
	struct statvfs vfs;

	return statvfs(SELF, &vfs) == 0 && (vfs.f_flag & ST_RDONLY);
}

/* Makes the mount that path lies on read-only and opens its root: only that can be named, so it is looked for upwards.
 */
static int set_read_only(char *path)
{
	AUTO_FD fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char *slash;

	while (fd >= 0 && tree_setattr(fd, false, MOUNT_ATTR_RDONLY, 0, 0) < 0) {
		slash = strrchr(path, '/');
		if (errno != EINVAL || !slash || !path[1])
			return -1;
		slash[slash == path] = '\0';
		fd_close(&fd);
		fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	}
	return fd_take(&fd);
}

int root_guard_begin(char **argv, int *ret_guard, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD mount = -1;
	bool works;

	*ret_guard = -1;
	if (self_protected())
		return 0;
	if (self_path(path, e) < 0)
		return -1;
	mount = set_read_only(path);
	works = mount >= 0 && self_protected();
	if (mount >= 0 && tree_setattr(mount, false, 0, MOUNT_ATTR_RDONLY, 0) < 0)
		return err_set(e, errno, "make the mount of this program's file writable again");
	if (!works)
		return start_from_clone(argv, e);
	*ret_guard = fd_take(&mount);
	return 0;
}

int root_guard(int guard, struct err *e)
{
	if (guard < 0 || tree_setattr(guard, false, MOUNT_ATTR_RDONLY, 0, 0) == 0)
		return 0;
	return err_set(e, errno, "protect this program's own file: make its mount read-only in this namespace");
}

/* Where / is the initramfs: moves the mount over / and makes it the root of this process. */
static int move_root(struct err *e)
{
	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return err_set(e, errno, "move the new root over the initramfs");
	if (chroot(".") < 0)
		return err_set(e, errno, "enter the new root");
	return 0;
}

/* Whether / is a file system of the initramfs's kinds. */
static bool on_initramfs(void)
{
	struct statfs fs;

	return statfs("/", &fs) == 0 && (fs.f_type == RAMFS_MAGIC || fs.f_type == TMPFS_MAGIC);
}

int root_pivot(int fd, struct err *e)
{
	if (fchdir(fd) < 0)
		return err_set(e, errno, "enter the new root");
	if (syscall(SYS_pivot_root, ".", ".") == 0) {
		if (umount2(".", MNT_DETACH) < 0)
			return err_set(e, errno, "detach the old root");
	} else if (errno == EINVAL && on_initramfs()) {
		if (move_root(e) < 0)
			return -1;
	} else {
		return err_set(e, errno, "pivot into the new root");
	}
	return chdir("/") < 0 ? err_set(e, errno, "enter the new root") : 0;
}
