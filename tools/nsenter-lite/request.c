/*
 * request.c - see request.h.
 */
#include "request.h"

#include "named.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum {
	O_TARGET_FILE = OPT_LONG,
	O_USER_PARENT,
	O_PRESERVE,
	O_KEEP_CAPS,
	O_LIKE_TARGET,
	O_RUN_AS,
	O_GROUP_ADD,
	O_CWD,
	O_SETENV,
	O_ENV_FILE,
	O_CLEAR_ENV,
	O_CAP_ADD,
	O_CAP_DROP,
	O_PRIVILEGED,
	O_SECCOMP,
	O_GUARD_STDIO,
	O_NEW_SESSION,
	O_CONSOLE_FD,
	O_EXEC_FD,
	O_KEEP_FD,
	O_PTY,
	O_PID_FILE,
	O_DETACH,
};

static const struct opt table[] = {
    {'t', "target", OPT_ARG, "PID", "the process, as PID, PID:INODE (of its pidfd) or PID@STARTTIME"},
    {O_TARGET_FILE, "target-file", OPT_ARG, "FILE", "the process that a pid file names (PID STARTTIME BOOT-ID)"},
    {'a', "all", OPT_NO_ARG, NULL, "enter all namespaces of the target"},
    {'m', "mount", OPT_MAYBE_ARG, "FILE", "enter the mount namespace"},
    {'u', "uts", OPT_MAYBE_ARG, "FILE", "enter the UTS namespace (host name)"},
    {'i', "ipc", OPT_MAYBE_ARG, "FILE", "enter the IPC namespace"},
    {'n', "net", OPT_MAYBE_ARG, "FILE", "enter the network namespace"},
    {'N', "net-socket", OPT_ARG, "FD", "enter the network namespace of a socket that the target has as descriptor FD"},
    {'p', "pid", OPT_MAYBE_ARG, "FILE", "enter the PID namespace"},
    {'C', "cgroup", OPT_MAYBE_ARG, "FILE", "enter the cgroup namespace"},
    {'U', "user", OPT_MAYBE_ARG, "FILE", "enter the user namespace"},
    {O_USER_PARENT, "user-parent", OPT_NO_ARG, NULL, "enter the user namespace that owns the one that is named"},
    {'T', "time", OPT_MAYBE_ARG, "FILE", "enter the time namespace"},
    {'r', "root", OPT_MAYBE_ARG, "DIR", "set the root to DIR, opened before entering, or to the target's"},
    {'w', "wd", OPT_MAYBE_ARG, "DIR", "set the working directory to DIR, opened before entering, or to the target's"},
    {'W', "wdns", OPT_ARG, "DIR", "set the working directory to DIR, opened inside"},
    {'S', "setuid", OPT_ARG, "UID", "set the user id; follow: the target's"},
    {'G', "setgid", OPT_ARG, "GID", "set the group id and drop supplementary groups; follow: the target's"},
    {O_PRESERVE, "preserve-credentials", OPT_NO_ARG, NULL, "keep the ids when entering a user namespace"},
    {O_KEEP_CAPS, "keep-caps", OPT_NO_ARG, NULL, "keep the capabilities in a user namespace over the exec"},
    {'e', "env", OPT_NO_ARG, NULL, "take the environment of the target"},
    {'F', "no-fork", OPT_NO_ARG, NULL, "do not fork when entering a PID namespace"},
    {'c', "join-cgroup", OPT_NO_ARG, NULL, "join the control groups of the target"},
    {'Z', "follow-context", OPT_NO_ARG, NULL, "take the target's label of SELinux or AppArmor"},
    {O_LIKE_TARGET, "like-target", OPT_NO_ARG, NULL,
     "land as the target is: root, groups, environment, ids, privileges"},
    {O_RUN_AS, "run-as", OPT_ARG, "USER[:GROUP]", "another user, by the passwd file inside (with --like-target)"},
    {O_GROUP_ADD, "group-add", OPT_ARG, "GROUP", "one more group for --run-as"},
    {O_CWD, "cwd", OPT_ARG, "DIR", "the working directory inside, proved to be inside"},
    {O_SETENV, "setenv", OPT_ARG, "NAME=VALUE", "set a variable of the command's environment"},
    {O_ENV_FILE, "env-file", OPT_ARG, "FILE", "set the NUL-ended entries of FILE"},
    {O_CLEAR_ENV, "clear-env", OPT_NO_ARG, NULL, "begin with an empty environment"},
    {O_CAP_ADD, "cap-add", OPT_ARG, "CAP", "one capability more than the target's bounding set, or ALL"},
    {O_CAP_DROP, "cap-drop", OPT_ARG, "CAP", "one less, or ALL"},
    {O_PRIVILEGED, "privileged", OPT_NO_ARG, NULL, "the same as --cap-add ALL"},
    {O_SECCOMP, "seccomp", OPT_ARG, "FILE",
     "a filter by seccompile(1) instead of the default one (with --like-target)"},
    {O_PTY, "pty", OPT_NO_ARG, NULL, "give the command a terminal of its own, relayed to this one by ptyrun(1)"},
    {O_GUARD_STDIO, "guard-stdio", OPT_NO_ARG, NULL,
     "standard input and output do not lend the command their files' owner and mode"},
    {O_NEW_SESSION, "new-session", OPT_NO_ARG, NULL, "leave the caller's session and its terminal"},
    {O_CONSOLE_FD, "console-fd", OPT_ARG, "N", "open a terminal inside and hand it out over descriptor N (ptyrun(1))"},
    {O_EXEC_FD, "exec-fd", OPT_ARG, "N", "report on descriptor N whether the command was executed"},
    {O_KEEP_FD, "keep-fd", OPT_ARG, "N", "leave descriptor N open for the command; repeatable"},
    {O_PID_FILE, "pid-file", OPT_ARG, "FILE", "write the command's identity to FILE once it is executed"},
    {O_DETACH, "detach", OPT_NO_ARG, NULL, "exit as soon as the command is executed"},
};

static const struct opt_spec spec = {
    .tool = "nsenter-lite",
    .synopsis = "[OPTION]... [--] [COMMAND [ARGUMENT]...]",
    .about = "Runs COMMAND (default: $SHELL, or /bin/sh) in namespaces of another process.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_OWN,
};

/* Notes one namespace: the target's, or that of a file. */
static void want_namespace(struct request *r, const struct ns_kind *kind, const char *file)
{
	struct err e;

	if (!file)
		r->flags |= kind->flag;
	else if (named_file(r, kind, file, &e) < 0)
		die_err(EXIT_OWN, &e);
}

/* The number of a descriptor of the target's. */
static int parse_socket(const char *arg)
{
	uint64_t v;

	if (num_u64(arg, 0, INT_MAX, &v) < 0)
		opt_usage(&spec, "--net-socket: not a descriptor: '%s'", arg);
	return (int)v;
}

/* A user or group id, or the word that says that it is the target's. */
static unsigned int parse_id(const char *option, const char *arg, bool *ret_follow)
{
	uint64_t v;

	*ret_follow = strcmp(arg, "follow") == 0;
	if (*ret_follow)
		return 0;
	if (num_u64(arg, 0, 4294967294U, &v) < 0)
		opt_usage(&spec, "--%s: not an id of 0 to 4294967294, or follow: '%s'", option, arg);
	return (unsigned int)v;
}

/* A descriptor that stays open until the end. */
static int parse_fd(const char *arg)
{
	struct err e;
	int fd;

	if (fd_parse(arg, &fd, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (fd <= 2)
		opt_usage(&spec, "descriptor %d cannot be used for that", fd);
	return fd;
}

/* One more descriptor for the command. */
static void keep_fd(struct request *r, const char *arg)
{
	if (r->n_keep == REQUEST_KEEP_MAX)
		opt_usage(&spec, "--keep-fd: more than %d", REQUEST_KEEP_MAX);
	r->keep_fd[r->n_keep++] = parse_fd(arg);
}

/* The target. */
static void parse_target(struct request *r, int id, const char *arg)
{
	struct err e;
	int n;

	if (r->target.pid)
		opt_usage(&spec, "more than one target");
	n = id == 't' ? target_open(arg, &r->target, &e) : target_open_file(arg, &r->target, &e);
	if (n < 0)
		die_err(EXIT_OWN, &e);
}

/* Options that nsenter(1) has as well. */
static bool parse_classic(struct request *r, int id, const char *arg)
{
	if (id == 't' || id == O_TARGET_FILE)
		parse_target(r, id, arg);
	else if (id == 'a')
		r->all = true;
	else if (id < OPT_LONG && ns_by_letter(id))
		want_namespace(r, ns_by_letter(id), arg);
	else if (id == 'r')
		r->root = (struct place){.wanted = true, .fd = -1}, r->root_path = arg;
	else if (id == 'w')
		r->wd = (struct place){.wanted = true, .fd = -1}, r->wd_path = arg;
	else if (id == 'W')
		r->wdns = arg;
	else if (id == 'N')
		r->socket = parse_socket(arg);
	else if (id == O_USER_PARENT)
		r->user_parent = true;
	else if (id == O_KEEP_CAPS)
		r->keep_caps = true;
	else if (id == 'S')
		r->set_uid = true, r->uid = parse_id("setuid", arg, &r->follow_uid);
	else if (id == 'G')
		r->set_gid = true, r->gid = parse_id("setgid", arg, &r->follow_gid);
	else if (id == O_PRESERVE)
		r->preserve = true;
	else if (id == 'e')
		r->target_env = true;
	else if (id == 'F')
		r->no_fork = true;
	else if (id == 'c')
		r->join_cgroup = true;
	else if (id == 'Z')
		r->follow_context = true;
	else
		return false;
	return true;
}

/* Options about the landing. */
static void parse_landing(struct request *r, int id, const char *arg)
{
	struct err e;
	int n = 0;

	if (id == O_LIKE_TARGET)
		r->like_target = true;
	else if (id == O_RUN_AS)
		r->run_as = arg;
	else if (id == O_CWD)
		r->cwd = arg;
	else if (id == O_CLEAR_ENV)
		r->clear_env = true;
	else if (id == O_SETENV)
		n = env_set(&r->env, arg, &e);
	else if (id == O_ENV_FILE)
		n = env_add_file(&r->env, arg, &e);
	else if (id == O_CAP_ADD || id == O_PRIVILEGED)
		n = land_caps_change(&r->cap_add, id == O_PRIVILEGED ? "ALL" : arg, true, &e);
	else if (id == O_CAP_DROP)
		n = land_caps_change(&r->cap_drop, arg, true, &e);
	else if (id == O_SECCOMP)
		n = seccomp_file_read(arg, &r->filter, &e);
	else if (id == O_GROUP_ADD && r->n_group == REQUEST_GROUPS_MAX)
		opt_usage(&spec, "more than %d groups", REQUEST_GROUPS_MAX);
	if (n < 0)
		die_err(EXIT_OWN, &e);
}

/* Opens a directory that is to become the root or the working directory. */
static void open_place(const struct request *r, struct place *p, const char *path, const char *link)
{
	if (!p->wanted)
		return;
	if (path)
		p->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	else
		p->fd = openat(r->target.dir, link, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* A process that has ended and was not waited for yet has neither. */
	if (p->fd < 0)
		die(EXIT_OWN, "open '%s' of process %ld: %s", path ? path : link, (long)r->target.pid,
		    strerror(errno == ENOENT && !path ? ESRCH : errno));
}

/* Refuses what does not go together, and fills in what follows from the rest. */
static void complete(struct request *r)
{
	bool needs_target = r->all || r->flags || r->like_target || r->target_env || r->join_cgroup || r->socket >= 0 ||
	                    r->follow_uid || r->follow_gid || r->follow_context || (r->root.wanted && !r->root_path) ||
	                    (r->wd.wanted && !r->wd_path);
	struct err e;

	if (needs_target && !r->target.pid)
		opt_usage(&spec, "no target: give --target or --target-file");
	if (r->wd.wanted && r->wdns)
		opt_usage(&spec, "--wd and --wdns do not go together");
	if (r->like_target && (r->set_uid || r->set_gid || r->preserve || r->keep_caps))
		opt_usage(&spec, "--like-target takes the user from the target or --run-as, not from -S, -G, "
		                 "--preserve-credentials or --keep-caps");
	if (!r->like_target && (r->run_as || r->n_group || r->cwd || r->cap_add || r->cap_drop || r->filter.data))
		opt_usage(&spec, "--run-as, --group-add, --cwd, --cap-add, --cap-drop, --privileged and --seccomp need "
		                 "--like-target");
	if (r->no_fork && (r->detach || r->pid_file))
		opt_usage(&spec, "--no-fork does not go with --detach or --pid-file");
	if (r->like_target && !r->root.wanted)
		r->root.wanted = true;
	if (r->like_target && !r->wd.wanted && !r->cwd && !r->wdns)
		r->wd.wanted = true;
	if ((r->socket >= 0 && named_socket(r, r->socket, &e) < 0) || (r->user_parent && named_parent(r, &e) < 0))
		die_err(EXIT_OWN, &e);
	open_place(r, &r->root, r->root_path, "root");
	open_place(r, &r->wd, r->wd_path, "cwd");
}

void request_scan(struct outline *ret, int argc, char **argv)
{
	bool console = false, detach = false;
	struct opt_parser p;
	int id;

	*ret = (struct outline){.free_fd = STDERR_FILENO + 1};
	for (opt_begin(&p, &spec, argc, argv); (id = opt_next(&p)) >= 0;) {
		int fd = id == O_KEEP_FD || id == O_EXEC_FD ? parse_fd(p.arg) : -1;

		ret->free_fd = fd >= ret->free_fd ? fd + 1 : ret->free_fd;
		ret->pty = ret->pty || id == O_PTY;
		ret->shield = ret->shield || id == 'a' || id == 'm' || id == 'r' || id == O_LIKE_TARGET;
		console = console || id == O_CONSOLE_FD;
		detach = detach || id == O_DETACH;
	}
	if (ret->pty && detach)
		opt_usage(&spec, "--pty does not go with --detach");
	ret->pty = ret->pty && !console;
}

void request_parse(struct request *r, int argc, char **argv)
{
	struct opt_parser p;
	int id;

	for (opt_begin(&p, &spec, argc, argv); (id = opt_next(&p)) >= 0;) {
		if (id == O_CONSOLE_FD)
			r->console_fd = parse_fd(p.arg);
		else if (id == O_EXEC_FD)
			r->exec_fd = parse_fd(p.arg);
		else if (id == O_KEEP_FD)
			keep_fd(r, p.arg);
		else if (id == O_PID_FILE)
			r->pid_file = p.arg;
		else if (id == O_DETACH)
			r->detach = true;
		else if (id == O_GUARD_STDIO)
			r->guard_stdio = true;
		else if (id == O_NEW_SESSION)
			r->new_session = true;
		else if (!parse_classic(r, id, p.arg))
			parse_landing(r, id, p.arg);
		if (id == O_GROUP_ADD)
			r->group[r->n_group++] = p.arg;
	}
	complete(r);
	r->command = p.index < argc ? argv + p.index : chain_shell();
}
