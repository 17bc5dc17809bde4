/*
 * rootfs-pivot - build a root file system out of mounts, make it the root, give up privileges, become the command.
 *
 * The order, and why: sources of binds are opened first (what is missing is said before anything is done), then the old
 * tree is cut off from the host's, the new root is made a mount and everything is mounted below it by descriptor, then
 * covered and protected by the profile. Users are looked up by the new root's own files. Only then the pivot, the
 * terminal, the landing (lib/common/land.h) and the exec.
 */
#include "common/chain.h"
#include "common/console.h"
#include "common/fd.h"
#include "common/inroot.h"
#include "common/msg.h"
#include "common/sig.h"
#include "common/stdio.h"
#include "dev.h"
#include "explain.h"
#include "fstab.h"
#include "kernel.h"
#include "options.h"
#include "profile.h"
#include "root.h"
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* What must be right before anything is read or done: a program that reads fstab lines if there are any, a mount
 * namespace of one's own, and a program file that can be protected. Each may start a program anew. */
static int prepare(struct plan *p, int argc, char **argv, struct err *e)
{
	if (p->fstab && fstab_program(argv, e) < 0)
		return -1;
	if (p->dry_run)
		return 0;
	if (p->unshare)
		return root_unshare(argc, argv, p->unshare_index, e);
	return root_check_namespace(e) < 0 ? -1 : root_guard_begin(argv, &p->guard, e);
}

/* The same, and dies when it cannot be had. */
static void begin(struct plan *p, int argc, char **argv)
{
	struct err e = {0};

	/* The descriptor of the exec report must survive that; main takes it over again. */
	if (p->exec_fd >= 0)
		fd_cloexec(p->exec_fd, false);
	if (prepare(p, argc, argv, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (p->exec_fd >= 0)
		fd_cloexec(p->exec_fd, true);
}

/* Makes the working directory while the root can still be written to. */
static int make_cwd(const struct plan *p, int root, struct err *e)
{
	AUTO_FD dir = -1;

	if (!p->cwd_make)
		return 0;
	return inroot_mkdir_p(root, p->cwd, 0755, (uid_t)-1, (gid_t)-1, &dir, e);
}

/* Builds the root: every mount, then what covers and protects. */
static int build(struct mounter *m, struct plan *p, int *ret_root, struct err *e)
{
	if (steps_open_sources(p, e) < 0 || root_isolate(p->propagation, e) < 0 || root_prepare(m, p, ret_root, e) < 0)
		return -1;
	if (steps_apply(m, p, *ret_root, e) < 0 || make_cwd(p, *ret_root, e) < 0 ||
	    profile_shield(m, p, *ret_root, e) < 0)
		return -1;
	if (p->root_read_only && tree_setattr(*ret_root, false, MOUNT_ATTR_RDONLY, 0, 0) < 0)
		return err_set(e, errno, "make the new root read-only");
	return 0;
}

/* What the command may do and who it is. */
static int plan_landing(const struct plan *p, int root, struct landing *l, struct err *e)
{
	bool strict = p->profile == PROFILE_DEFAULT;

	*l = (struct landing){
	    .no_new_privs = p->no_new_privs < 0 ? strict : p->no_new_privs == 1,
	    .filter = p->seccomp < 0 ? strict : p->seccomp == 1,
	    .own_filter = p->filter.data ? &p->filter : NULL,
	    .reset_signals = p->profile != PROFILE_NONE,
	    .new_keyring = p->profile != PROFILE_NONE,
	    .limits = &p->limits,
	    .umask = p->umask,
	    .cwd = p->cwd,
	    .keep_fds = &p->exec_fd,
	    .n_keep_fds = p->exec_fd >= 0,
	};
	if (profile_caps(p, &l->bounding, e) < 0 || profile_ambient(p, l->bounding, &l->ambient, e) < 0)
		return -1;
	return land_lookup(root, p->user, p->groups.v, p->groups.n, &l->ids, e);
}

/* The environment of the command: the caller's unless cleared, then what was given, then HOME. */
static int make_env(struct plan *p, const struct land_ids *ids, struct env *ret, struct err *e)
{
	char home[sizeof(ids->home) + 8];

	if (!p->clear_env && env_add_vector(ret, environ, e) < 0)
		return -1;
	if (env_add_vector(ret, p->env.v, e) < 0)
		return -1;
	if (env_get(ret, "HOME"))
		return 0;
	snprintf(home, sizeof(home), "HOME=%s", ids->home);
	return env_set(ret, home, e);
}

/* Puts the init of /dev/init in front of the command; the exec report is handed on to it. */
static void put_init_first(struct plan *p)
{
	struct list words = {0};
	char *number;

	if (asprintf(&number, "%d", p->exec_fd) < 0)
		die(EXIT_OWN, "out of memory");
	list_add(&words, keep("/dev/init"));
	if (p->exec_fd >= 0) {
		list_add(&words, keep("--exec-fd"));
		list_add(&words, number);
		fd_cloexec(p->exec_fd, false);
	}
	list_add(&words, keep("--"));
	for (char **word = p->command; *word; word++)
		list_add(&words, *word);
	list_add(&words, NULL);
	p->command = words.v;
}

/* A terminal of the container's own, also as /dev/console where /dev is ours. */
static int make_console(const struct plan *p, uid_t uid, struct err *e)
{
	if (console_give(p->console_fd, uid, e) < 0)
		return -1;
	return plan_has(p, STEP_DEV) ? dev_bind_console(e) : 0;
}

/* What stands for a descriptor that the caller had closed is this program's own until now: the one that prepare starts
 * opens its own. It is the host's null device, and whoever is root inside may not change that. */
static int give_null(const struct plan *p, bool guarded, struct err *e)
{
	struct stdio_guard guard;
	int fds[3];

	if (!p->null_fds)
		return 0;
	for (int fd = 0; fd <= 2; fd++)
		fds[fd] = p->null_fds >> fd & 1 ? fd : -1;
	if (guarded) {
		if (stdio_guard(fds, &guard, e) < 0)
			return -1;
		stdio_release(&guard);
	}
	for (int i = 0; i <= 2; i++)
		if (fds[i] >= 0)
			fd_cloexec(fds[i], false);
	return 0;
}

/* From the finished root to the command. Comes back only on failure. */
static int enter(struct plan *p, int root, struct err *e)
{
	struct landing l;
	struct env env = {0};

	if (p->init)
		put_init_first(p);
	if (plan_landing(p, root, &l, e) < 0 || make_env(p, &l.ids, &env, e) < 0)
		return -1;
	/* /proc is the host's still, and the next exec is the command's. */
	if (give_null(p, true, e) < 0 || root_guard(p->guard, e) < 0 || label_take(&p->label, e) < 0 ||
	    root_pivot(root, e) < 0)
		return -1;
	if (p->console_fd >= 0 && make_console(p, l.ids.uid, e) < 0)
		return -1;
	if (p->new_session && land_new_session(e) < 0)
		return -1;
	if (land(&l, e) < 0)
		return -1;
	return chain_exec_env(p->command, env.v, e);
}

/* For a command that is to look at the new root from where it is. */
static int stay_outside(const struct plan *p, int root, struct err *e)
{
	if (fchdir(root) < 0)
		return err_set(e, errno, "enter the new root");
	umask(p->umask);
	if (give_null(p, false, e) < 0)
		return -1;
	return chain_exec_env(p->command, environ, e);
}

/* Makes sure that 0, 1 and 2 are open, those that were not until the next exec. They are returned as bits. */
static unsigned int open_stdio(void)
{
	int r = fd_open_stdio();
	unsigned int opened = (unsigned int)r;

	if (r < 0)
		die(EXIT_OWN, "open '/dev/null': %s", strerror(errno));
	for (int fd = 0; fd <= 2; fd++)
		if (opened >> fd & 1)
			fd_cloexec(fd, true);
	return opened;
}

int main(int argc, char **argv)
{
	struct plan p;
	struct mounter m;
	struct err e = {0};
	unsigned int null_fds;
	int root = -1;

	msg_init("rootfs-pivot");
	null_fds = open_stdio();
	sig_children();
	options_begin(&p, argc, argv);
	p.null_fds = null_fds;
	begin(&p, argc, argv);
	options_parse(&p, argc, argv);
	if (p.dry_run)
		return explain(&p);
	umask(0);
	/* Nobody who shares a namespace or user with the container may look into this process before it is the command.
	 */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (mounter_open(&m, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (build(&m, &p, &root, &e) < 0)
		die_err(EXIT_OWN, &e);
	mounter_close(&m);
	if (p.outside)
		stay_outside(&p, root, &e);
	else
		enter(&p, root, &e);
	die_err(EXIT_OWN, &e);
}
