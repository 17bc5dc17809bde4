/*
 * arrive.c - see arrive.h.
 *
 * Order: what is written to the host's files (groups, oom_score_adj) first, then the namespaces, then the root, the
 * terminal of the devpts inside, and last the privileges, because each step needs what the next takes away.
 */
#include "arrive.h"

#include "enter.h"

#include "common/chain.h"
#include "common/console.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

/* Joins the target's groups and takes its label and its badness. */
static int join_outside(const struct request *r, const struct facts *f, bool v2_done, struct err *e)
{
	char own[sizeof(f->oom_score_adj)];

	if (f->cgroups.n && cg_join_like(&f->cgroups, r->target.pid, !v2_done, e) < 0)
		return -1;
	if (label_take(&f->label, e) < 0)
		return -1;
	if (!r->like_target || (file_read_line(AT_FDCWD, "/proc/self/oom_score_adj", own, sizeof(own)) >= 0 &&
	                        strcmp(own, f->oom_score_adj) == 0))
		return 0;
	return file_write_kernel(AT_FDCWD, "/proc/self/oom_score_adj", f->oom_score_adj, e);
}

/* Takes the target's resource limits. */
static int take_limits(const struct facts *f, struct err *e)
{
	struct rlimit own;

	for (int i = 0; i < RLIM_NLIMITS; i++) {
		const struct rlimit *want = &f->limits[i];

		if (getrlimit(i, &own) == 0 && own.rlim_cur == want->rlim_cur && own.rlim_max == want->rlim_max)
			continue;
		if (setrlimit(i, want) < 0)
			return err_set(e, errno, "take resource limit %d of the target", i);
	}
	return 0;
}

/* Sets the root and the working directory. */
static int set_places(const struct request *r, struct err *e)
{
	if (r->root.fd >= 0 && (fchdir(r->root.fd) < 0 || chroot(".") < 0))
		return err_set(e, errno, "change the root to '%s'", r->root_path ? r->root_path : "the target's");
	if (r->wd.fd >= 0 && fchdir(r->wd.fd) < 0)
		return err_set(e, errno, "change the working directory to '%s'",
		               r->wd_path ? r->wd_path : "the target's");
	if (r->wdns && chdir(r->wdns) < 0)
		return err_set(e, errno, "change the working directory to '%s'", r->wdns);
	return 0;
}

/* Whether the command's environment is ours, untouched. */
static bool keeps_env(const struct request *r, const struct facts *f)
{
	return !r->clear_env && !f->environ && !r->run_as && r->console_fd < 0 && !r->env.v;
}

/* The environment of the command. */
static int make_env(const struct request *r, const struct facts *f, const struct land_ids *ids, struct env *env,
                    struct err *e)
{
	const char *term = getenv("TERM");
	char entry[300] = "HOME=";
	int n = 0;

	if (!r->clear_env && f->environ)
		n = env_add_block(env, f->environ, f->environ_n, e);
	else if (!r->clear_env)
		n = env_add_vector(env, environ, e);
	if (n == 0 && r->run_as) {
		strncat(entry, ids->home, sizeof(entry) - 6);
		n = env_set(env, entry, e);
	}
	if (n == 0 && r->console_fd >= 0 && !env_get(env, "TERM")) {
		strcpy(entry, "TERM=");
		strncat(entry, term && *term ? term : "xterm", sizeof(entry) - 6);
		n = env_set(env, entry, e);
	}
	return n < 0 ? -1 : env_add_vector(env, r->env.v, e);
}

/* nsenter(1)'s change of ids: those that were given, and 0 when a user namespace was entered. */
static int set_ids(const struct request *r, const struct land_ids *ids, struct err *e)
{
	bool user = enter_wants(r, CLONE_NEWUSER) && !r->preserve;

	if (user || r->set_gid) {
		/* Where setgroups is denied there may be nothing to drop. */
		if (setgroups(0, NULL) < 0 && getgroups(0, NULL) != 0) {
			err_set(e, errno, "drop the supplementary groups");
			return err_hint(e, "--preserve-credentials keeps them");
		}
		if (setgid(ids->gid) < 0)
			return err_set(e, errno, "become group %u", (unsigned int)ids->gid);
	}
	if (r->keep_caps)
		prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	if ((user || r->set_uid) && setuid(ids->uid) < 0)
		return err_set(e, errno, "become user %u", (unsigned int)ids->uid);
	if (r->keep_caps && enter_wants(r, CLONE_NEWUSER))
		return land_caps_keep(e);
	return 0;
}

/* The path of the working directory, which land() enters again and proves; the root when it is not inside. */
static const char *cwd_inside(const struct request *r, char buf[PATH_MAX])
{
	if (r->cwd)
		return r->cwd;
	return getcwd(buf, PATH_MAX) && *buf == '/' ? buf : "/";
}

/* The descriptors that stay: the exec report, which the exec closes, and the command's. Returns how many. */
static size_t kept(const struct request *r, int keep[1 + REQUEST_KEEP_MAX])
{
	keep[0] = r->exec_fd;
	memcpy(keep + 1, r->keep_fd, r->n_keep * sizeof(*keep));
	return 1 + r->n_keep;
}

/* Lands as the target is. */
static int land_like(const struct request *r, const struct facts *f, const struct land_ids *ids, struct err *e)
{
	int keep[1 + REQUEST_KEEP_MAX];
	char buf[PATH_MAX];
	struct landing l = {
	    .ids = *ids,
	    .bounding = (f->status.bounding | r->cap_add) & ~r->cap_drop,
	    .no_new_privs = f->status.no_new_privs,
	    .filter = f->status.seccomp == 2,
	    .own_filter = r->filter.data ? &r->filter : NULL,
	    .reset_signals = true,
	    .new_keyring = true,
	    .umask = f->status.umask,
	    .cwd = cwd_inside(r, buf),
	    .keep_fds = keep,
	    .n_keep_fds = kept(r, keep),
	};

	return take_limits(f, e) < 0 ? -1 : land(&l, e);
}

/* Closes what the command is not to have. */
static void close_rest(const struct request *r)
{
	int keep[1 + REQUEST_KEEP_MAX];

	fd_close_from(STDERR_FILENO + 1, keep, kept(r, keep));
}

/* Who the command runs as, with --like-target. */
static int find_ids(const struct request *r, const struct facts *f, struct land_ids *ret, struct err *e)
{
	AUTO_FD root = -1;

	*ret = f->status.ids;
	if (!r->run_as && !r->n_group)
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return err_set(e, errno, "open the root");
	return land_lookup(root, r->run_as, r->group, r->n_group, ret, e);
}

int arrive(const struct request *r, const struct facts *f, int mask, bool cgroup_v2_done, struct err *e)
{
	struct env env = {0};
	struct land_ids ids = {0};

	if (join_outside(r, f, cgroup_v2_done, e) < 0 || enter(r, mask, e) < 0 || set_places(r, e) < 0)
		return -1;
	if (r->like_target && find_ids(r, f, &ids, e) < 0)
		return -1;
	if (!r->like_target) {
		ids.uid = r->follow_uid ? f->status.ids.uid : r->uid;
		ids.gid = r->follow_gid ? f->status.ids.gid : r->gid;
	}
	if (!keeps_env(r, f) && make_env(r, f, &ids, &env, e) < 0)
		return -1;
	if (r->console_fd >= 0 && console_give(r->console_fd, ids.uid, e) < 0)
		return -1;
	if (r->new_session && land_new_session(e) < 0)
		return -1;
	if (r->like_target ? land_like(r, f, &ids, e) < 0 : set_ids(r, &ids, e) < 0)
		return -1;
	if (!r->like_target)
		close_rest(r);
	if (keeps_env(r, f))
		return chain_exec(r->command, e);
	return chain_exec_env(r->command, env.v ? env.v : (char *[]){NULL}, e);
}
