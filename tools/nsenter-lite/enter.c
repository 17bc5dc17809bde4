/*
 * enter.c - see enter.h.
 *
 * One setns(2) with the target's pidfd enters all of its namespaces at once (Linux 5.8): the kernel checks
 * everything before it changes anything, and orders it. Where it cannot, and for namespaces named by file, the order
 * is ns_table's: the user namespace first, because it gives the privileges for the others; when that is refused,
 * last, because for a caller who is privileged already it takes them away.
 */
#include "enter.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* Whether the target is in the same namespace as we are. */
static bool is_ours(const struct request *r, const char *proc_name)
{
	struct stat ours, theirs;
	char path[32], self[48];

	snprintf(path, sizeof(path), "ns/%s", proc_name);
	snprintf(self, sizeof(self), "/proc/self/%s", path);
	return stat(self, &ours) == 0 && fstatat(r->target.dir, path, &theirs, 0) == 0 &&
	       ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

/* What --all leaves out of those that we are in already: the user namespace, which cannot be entered again, and for an
 * ordinary user all others, over which he has no rights. Root enters them for the root and working directory. */
static bool passes_over(const struct request *r, const struct ns_kind *k)
{
	return (k->flag == CLONE_NEWUSER || geteuid() != 0) && is_ours(r, k->proc_name);
}

int enter_plan(struct request *r, struct err *e)
{
	for (int i = 0; i < NS_COUNT; i++)
		if (r->ns_file[i] >= 0)
			r->flags &= ~ns_table[i].flag;
	if (!r->all)
		return 0;
	if (target_check(&r->target, e) < 0)
		return -1;
	for (int i = 0; i < NS_COUNT; i++)
		if (r->ns_file[i] < 0 && !passes_over(r, &ns_table[i]))
			r->flags |= ns_table[i].flag;
	return 0;
}

bool enter_wants(const struct request *r, int flag)
{
	for (int i = 0; i < NS_COUNT; i++)
		if (ns_table[i].flag == flag)
			return (r->flags & flag) || r->ns_file[i] >= 0;
	return false;
}

/* Whether this kernel has namespaces of a kind; not asked before one of --all is refused. */
static bool is_known(const struct ns_kind *k)
{
	struct stat st;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", k->proc_name);
	return lstat(path, &st) == 0;
}

/* Enters one namespace by its file. */
static int enter_one(const struct request *r, int i, struct err *e)
{
	const struct ns_kind *k = &ns_table[i];
	AUTO_FD own = -1;
	char path[32];
	int fd = r->ns_file[i];

	if (fd < 0) {
		snprintf(path, sizeof(path), "ns/%s", k->proc_name);
		own = openat(r->target.dir, path, O_RDONLY | O_CLOEXEC);
		fd = own;
		if (fd < 0 && errno == ENOENT && r->all && !is_known(k))
			return 0;
	}
	if (fd < 0 || setns(fd, k->flag) < 0) {
		err_set(e, errno, "enter the %s namespace", k->name);
		if (e->code == EINVAL && k->flag == CLONE_NEWUSER)
			err_hint(e, "it is the one that this process is in already");
		else if (e->code == EPERM || e->code == EACCES)
			err_hint(e, "be root, or enter the user namespace that owns it as well (--user)");
		return -1;
	}
	return 0;
}

/* Enters one after the other; the file descriptors of all must be had before the mount namespace, the table's last.
 * */
static int enter_in_order(const struct request *r, int mask, struct err *e)
{
	bool user_last = false;

	for (int i = 0; i < NS_COUNT; i++) {
		if (!(mask & ns_table[i].flag) || (!(r->flags & ns_table[i].flag) && r->ns_file[i] < 0))
			continue;
		if (enter_one(r, i, e) == 0)
			continue;
		if (ns_table[i].flag != CLONE_NEWUSER || e->code != EPERM)
			return -1;
		user_last = true;
	}
	return user_last ? enter_one(r, 0, e) : 0;
}

int enter(const struct request *r, int mask, struct err *e)
{
	bool files = false;

	for (int i = 0; i < NS_COUNT; i++)
		files = files || (r->ns_file[i] >= 0 && (mask & ns_table[i].flag));
	if (!files && !(r->flags & mask))
		return 0;
	if (!files && setns(r->target.pidfd, r->flags & mask) == 0)
		return 0;
	if (!files && errno == ESRCH)
		return err_set(e, errno, "enter the namespaces of process %ld", (long)r->target.pid);
	return enter_in_order(r, mask, e);
}
