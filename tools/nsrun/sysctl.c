/*
 * sysctl.c - see sysctl.h
 *
 * /proc/sys shows every reader the parameters of its own namespaces, so that the host's /proc does for a child that
 * has not changed its view yet.
 */
#include "sysctl.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Which parameters belong to a namespace: a whole tree (with '/' at the end) or one of them. The lists are those of
 * ipc/ipc_sysctl.c and kernel/utsname_sysctl.c. */
static const struct {
	const char *path;
	char letter;
} owners[] = {
    {"net/", 'n'},
    {"fs/mqueue/", 'i'},
    {"user/", 'U'},
    {"kernel/hostname", 'u'},
    {"kernel/domainname", 'u'},
    {"kernel/msgmax", 'i'},
    {"kernel/msgmnb", 'i'},
    {"kernel/msgmni", 'i'},
    {"kernel/msg_next_id", 'i'},
    {"kernel/sem", 'i'},
    {"kernel/sem_next_id", 'i'},
    {"kernel/shmall", 'i'},
    {"kernel/shmmax", 'i'},
    {"kernel/shmmni", 'i'},
    {"kernel/shm_next_id", 'i'},
    {"kernel/shm_rmid_forced", 'i'},
};

/* The key's path below /proc/sys. As in sysctl(8) the first separator decides which of '.' and '/' parts the
 * components, and the other one then stands for itself. Empty components, "." and ".." are refused. */
static int key_path(const char *arg, char path[PATH_MAX])
{
	size_t n = strcspn(arg, "="), from = 0;
	char separator = arg[strcspn(arg, "./")];

	if (arg[n] != '=' || n == 0 || n >= 512)
		return -1;
	for (size_t i = 0; i < n; i++)
		path[i] = separator != '.' || (arg[i] != '.' && arg[i] != '/') ? arg[i] : arg[i] == '.' ? '/' : '.';
	path[n] = '\0';
	for (size_t i = 0; i <= n; i++) {
		size_t length = i - from;

		if (path[i] != '/' && path[i] != '\0')
			continue;
		if (length == 0 || (length <= 2 && strncmp(path + from, "..", length) == 0))
			return -1;
		from = i + 1;
	}
	return 0;
}

int sysctl_check(const char *arg, struct err *e)
{
	char path[PATH_MAX];

	if (key_path(arg, path) < 0)
		return err_set(e, 0, "not KEY=VALUE: '%s'", arg);
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		size_t n = strlen(owners[i].path);

		if (owners[i].path[n - 1] == '/' ? strncmp(path, owners[i].path, n) == 0
		                                 : strcmp(path, owners[i].path) == 0)
			return owners[i].letter;
	}
	return err_set(e, 0, "'%s' belongs to no namespace but to the whole machine", path);
}

/* What is written is the kernel's: another file system in its place would take any value and do nothing
 * (CVE-2025-52881). */
static int write_proc(const char *path, const char *value, struct err *e)
{
	AUTO_FD fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t n = strlen(value);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return err_set(e, errno, "open '%s'", path);
	if (fs.f_type != PROC_SUPER_MAGIC)
		return err_set(e, 0, "'%s' does not lie on a proc file system", path);
	return write(fd, value, n) == (ssize_t)n ? 0 : err_set(e, errno, "write '%s' to '%s'", value, path);
}

int sysctl_write(const char *arg, struct err *e)
{
	char path[PATH_MAX], full[PATH_MAX + 16];

	if (key_path(arg, path) < 0)
		return err_set(e, 0, "not KEY=VALUE: '%s'", arg);
	snprintf(full, sizeof(full), "/proc/sys/%s", path);
	if (write_proc(full, strchr(arg, '=') + 1, e) == 0)
		return 0;
	if (e->code == ENOENT)
		return err_hint(e, "this kernel does not have it, or not in every namespace");
	return e->code == EINVAL ? err_hint(e, "the kernel does not take this value") : -1;
}
