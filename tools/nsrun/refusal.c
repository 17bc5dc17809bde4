/* refusal.c - see refusal.h */
#include "refusal.h"

#include "common/fd.h"
#include "common/land.h"
#include "common/proc.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The errno of unshare(2) with one flag (after a new user namespace when that is wanted too), found out in a process
 * of its own; 0: it works. */
static int probe(unsigned long flag, unsigned long user)
{
	struct exit_info x;
	pid_t pid = fork();

	if (pid == 0) {
		if (user && flag != user && unshare((int)user) < 0)
			_exit(0);
		_exit(unshare((int)flag) < 0 ? errno : 0);
	}
	if (pid < 0 || exit_wait(pid, &x) < 0 || x.signaled)
		return 0;
	return x.value;
}

/* A one-line file that holds a number; -1 when there is none. */
static long read_number(const char *path)
{
	char buf[32];

	return file_read_line(AT_FDCWD, path, buf, sizeof(buf)) > 0 ? strtol(buf, NULL, 10) : -1;
}

/* Whether / is not the root that init has; as far as we may look. */
static bool is_chrooted(void)
{
	struct stat a, b;

	return stat("/", &a) == 0 && stat("/proc/1/root/.", &b) == 0 && (a.st_dev != b.st_dev || a.st_ino != b.st_ino);
}

/* What forbids it when everything else allows it. */
static int hint_filter(struct err *e)
{
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2)
		return err_hint(
		    e, "a seccomp filter is at work here (Seccomp in /proc/self/status) and seems to forbid it");
	return err_hint(e, "a security module seems to forbid it");
}

/* Whether this process has the capability that all namespaces but the user's ask for. */
static bool has_sys_admin(void)
{
	struct land_caps_now now;

	land_caps_now(&now);
	return now.permitted >> CAP_SYS_ADMIN & 1;
}

/* Why a user namespace was refused to somebody who needs no privilege for it. */
static int hint_user(struct err *e)
{
	if (read_number("/proc/sys/kernel/unprivileged_userns_clone") == 0)
		return err_hint(e,
		                "kernel.unprivileged_userns_clone is 0: sysctl -w kernel.unprivileged_userns_clone=1");
	if (read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
		return err_hint(e, "kernel.apparmor_restrict_unprivileged_userns is 1: set it to 0 or add a profile");
	if (is_chrooted())
		return err_hint(e, "the kernel makes no user namespace inside a chroot");
	return hint_filter(e);
}

/* The kernel option that brings a kind of namespaces; mount namespaces are always there. */
static const char *kernel_option(const struct ns_kind *k, char buf[32])
{
	if (k->letter == 'C')
		return "CONFIG_CGROUPS";
	snprintf(buf, 32, "CONFIG_%s_NS", k->name);
	for (char *c = buf; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return buf;
}

/* The remedy, by errno and kind. */
static int hint(const struct config *c, const struct ns_kind *k, int code, struct err *e)
{
	char path[64], option[32];
	long limit;

	if (code == ENOSPC || code == EUSERS) {
		snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", k->proc_name);
		limit = read_number(path);
		return err_hint(e, "%s is %ld: raise it, or end some; nesting ends at 32 levels", path, limit);
	}
	snprintf(path, sizeof(path), "/proc/self/ns/%s", k->proc_name);
	if (access(path, F_OK) != 0)
		return err_hint(e, "this kernel was built without them (%s), or /proc is not mounted",
		                kernel_option(k, option));
	if (code != EPERM)
		return -1;
	if (k->letter == 'U')
		return hint_user(e);
	if (config_ns_const(c, 'U')->how == NS_KEEP && geteuid() != 0)
		return err_hint(e, "be root, or make a user namespace with it: --user --map-root-user");
	if (config_ns_const(c, 'U')->how == NS_KEEP && !has_sys_admin())
		return err_hint(e, "CAP_SYS_ADMIN is missing");
	return hint_filter(e);
}

int refusal(const struct config *c, unsigned long flags, int code, struct err *e)
{
	unsigned long user = flags & (unsigned long)ns_by_letter('U')->flag;

	for (int i = 0; i < NS_COUNT; i++) {
		int why = flags & (unsigned long)ns_table[i].flag ? probe((unsigned long)ns_table[i].flag, user) : 0;

		if (why) {
			err_set(e, why, "make a new %s namespace", ns_table[i].name);
			return hint(c, &ns_table[i], why, e);
		}
	}
	err_set(e, code, "start the child");
	if (code == EAGAIN)
		err_hint(e, "the limit of processes: ulimit -u, pids.max, kernel.pid_max");
	return -1;
}
