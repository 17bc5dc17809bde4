/*
 * config.c - see config.h
 *
 * The options are unshare(1)'s with their meaning, then our own. A short letter of a namespace takes no argument, so
 * that they can be bundled (-muip).
 */
#include "config.h"
#include "subids.h"

#include "common/err.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/sig.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

extern char **environ;

enum {
	O_MOUNT_PROC = OPT_LONG,
	O_MAP_USER,
	O_MAP_GROUP,
	O_MAP_AUTO,
	O_MAP_SUBIDS,
	O_MAP_USERS,
	O_MAP_GROUPS,
	O_KILL_CHILD,
	O_PROPAGATION,
	O_SETGROUPS,
	O_KEEP_CAPS,
	O_MONOTONIC,
	O_BOOTTIME,
	O_FORWARD_SIGNALS,
	O_HOSTNAME,
	O_DOMAINNAME,
	O_LOOPBACK_UP,
	O_INTO_CGROUP,
	O_INIT,
	O_UMASK,
	O_NICE,
	O_OOM_SCORE_ADJ,
	O_ENV,
	O_ENV_FILE,
	O_CLEAR_ENV,
	O_DETACH,
	O_PID_FILE,
	O_SUPERVISOR_FILE,
	O_EXIT_FILE,
	O_ON_EXIT,
	O_ON_EXIT_ARG,
	O_EXEC_FD,
	O_STDOUT_FD,
	O_STDERR_FD,
	O_DRAIN_FD,
	O_KEEP_FD,
};

#define NS_ARG "FILE|join:WHAT"

static const struct opt table[] = {
    {'m', "mount", OPT_MAYBE_LONG, NS_ARG, "new mount namespace (kept at FILE; or join one: a file, a pid, fd:N)"},
    {'u', "uts", OPT_MAYBE_LONG, NS_ARG, "new UTS namespace (host name)"},
    {'i', "ipc", OPT_MAYBE_LONG, NS_ARG, "new IPC namespace"},
    {'n', "net", OPT_MAYBE_LONG, NS_ARG, "new network namespace"},
    {'p', "pid", OPT_MAYBE_LONG, NS_ARG, "new PID namespace; the command is its PID 1"},
    {'U', "user", OPT_MAYBE_LONG, NS_ARG, "new user namespace"},
    {'C', "cgroup", OPT_MAYBE_LONG, NS_ARG, "new cgroup namespace"},
    {'T', "time", OPT_MAYBE_LONG, NS_ARG, "new time namespace"},
    {'f', "fork", OPT_NO_ARG, NULL, "taken for compatibility: there is always a supervisor"},
    {O_MOUNT_PROC, "mount-proc", OPT_MAYBE_ARG, "DIR", "mount proc at DIR (/proc); implies --mount"},
    {O_MAP_USER, "map-user", OPT_ARG, "UID|NAME", "map the current user to UID; implies --user"},
    {O_MAP_GROUP, "map-group", OPT_ARG, "GID|NAME", "map the current group to GID; implies --user"},
    {'r', "map-root-user", OPT_NO_ARG, NULL, "map the current user and group to 0; implies --user"},
    {'c', "map-current-user", OPT_NO_ARG, NULL, "map the current user and group to themselves; implies --user"},
    {O_MAP_AUTO, "map-auto", OPT_NO_ARG, NULL, "map the first subordinate ids from 0 on; implies --user"},
    {O_MAP_SUBIDS, "map-subids", OPT_NO_ARG, NULL, "map every subordinate id to itself; implies --user"},
    {O_MAP_USERS, "map-users", OPT_ARG, "RANGE",
     "IN:OUT:COUNT, OUT,IN,COUNT, auto, subids or all; repeatable; implies --user"},
    {O_MAP_GROUPS, "map-groups", OPT_ARG, "RANGE", "the same for groups"},
    {O_KILL_CHILD, "kill-child", OPT_MAYBE_ARG, "SIG", "send SIG (KILL) to the command when the supervisor dies"},
    {O_PROPAGATION, "propagation", OPT_ARG, "MODE", "private (default), shared, slave or unchanged, for every mount"},
    {O_SETGROUPS, "setgroups", OPT_ARG, "allow|deny", "whether setgroups(2) works in the new user namespace"},
    {O_KEEP_CAPS, "keep-caps", OPT_NO_ARG, NULL, "keep the capabilities of the new user namespace over the exec"},
    {'R', "root", OPT_ARG, "DIR", "change the root directory"},
    {'w', "wd", OPT_ARG, "DIR", "change the working directory (after --root)"},
    {'S', "setuid", OPT_ARG, "UID", "run the command as this user id"},
    {'G', "setgid", OPT_ARG, "GID", "run the command as this group id, without further groups"},
    {O_MONOTONIC, "monotonic", OPT_ARG, "SECONDS", "offset of CLOCK_MONOTONIC in the new time namespace"},
    {O_BOOTTIME, "boottime", OPT_ARG, "SECONDS", "offset of CLOCK_BOOTTIME in the new time namespace"},
    {O_FORWARD_SIGNALS, "forward-signals", OPT_NO_ARG, NULL, "taken for compatibility: signals are always forwarded"},
    {O_HOSTNAME, "hostname", OPT_ARG, "NAME", "set the host name; implies --uts"},
    {O_DOMAINNAME, "domainname", OPT_ARG, "NAME", "set the NIS domain name; implies --uts"},
    {O_LOOPBACK_UP, "loopback-up", OPT_NO_ARG, NULL, "set lo up; implies --net"},
    {O_INTO_CGROUP, "into-cgroup", OPT_ARG, "GROUP", "start the command in this group in every hierarchy that has it"},
    {O_INIT, "init", OPT_NO_ARG, NULL, "put a reaper in front of the command; implies --pid"},
    {O_UMASK, "umask", OPT_ARG, "MODE", "file mode mask, octal"},
    {O_NICE, "nice", OPT_ARG, "N", "nice value, -20 to 19"},
    {O_OOM_SCORE_ADJ, "oom-score-adj", OPT_ARG, "N", "-1000 to 1000"},
    {O_ENV, "env", OPT_ARG, "KEY=VALUE", "set an environment entry of the command; repeatable"},
    {O_ENV_FILE, "env-file", OPT_ARG, "FILE", "the same from a file of NUL-ended entries"},
    {O_CLEAR_ENV, "clear-env", OPT_NO_ARG, NULL, "leave the caller's environment out"},
    {O_DETACH, "detach", OPT_NO_ARG, NULL, "return when the command has been executed; the supervisor stays"},
    {O_PID_FILE, "pid-file", OPT_ARG, "FILE", "write the command's identity there once it has been executed"},
    {O_SUPERVISOR_FILE, "supervisor-file", OPT_ARG, "FILE", "write the supervisor's identity there first"},
    {O_EXIT_FILE, "exit-file", OPT_ARG, "FILE", "write there how the command ended"},
    {O_ON_EXIT, "on-exit", OPT_ARG, "COMMAND", "run this last, also when the start failed"},
    {O_ON_EXIT_ARG, "on-exit-arg", OPT_ARG, "ARG", "an argument for it; repeatable"},
    {O_EXEC_FD, "exec-fd", OPT_ARG, "N", "give the command the exec report as descriptor N, which it takes over"},
    {O_STDOUT_FD, "stdout-fd", OPT_ARG, "N", "descriptor N is the command's standard output"},
    {O_STDERR_FD, "stderr-fd", OPT_ARG, "N", "descriptor N is the command's standard error"},
    {O_DRAIN_FD, "drain-fd", OPT_ARG, "N", "after the command's end wait for end of file on N (at most 10 s)"},
    {O_KEEP_FD, "keep-fd", OPT_ARG, "N", "leave descriptor N open for the command; repeatable"},
};

static const struct opt_spec spec = {
    .tool = "nsrun",
    .synopsis = "[OPTION]... [--] [COMMAND [ARGUMENT]...]",
    .about = "Create or join namespaces, run a command in them ($SHELL without one) and supervise it.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_OWN,
};

/* What takes several options to decide. */
struct pending {
	const char *map_user, *map_group;
	bool current;
};

struct ns_want *config_ns(struct config *c, int letter)
{
	return &c->ns[ns_by_letter(letter) - ns_table];
}

const struct ns_want *config_ns_const(const struct config *c, int letter)
{
	return &c->ns[ns_by_letter(letter) - ns_table];
}

unsigned long config_new_flags(const struct config *c)
{
	unsigned long flags = 0;

	for (int i = 0; i < NS_COUNT; i++)
		if (c->ns[i].how == NS_NEW)
			flags |= (unsigned long)ns_table[i].flag;
	return flags;
}

/* A descriptor that the caller has opened for us; never one of the standard three. */
static int read_fd(const char *option, const char *arg)
{
	struct err e;
	int fd;

	if (fd_parse(arg, &fd, &e) < 0)
		opt_usage(&spec, "option --%s: %s%s%s", option, e.text, e.code ? ": " : "",
		          e.code ? strerror(e.code) : "");
	if (fd < 3)
		opt_usage(&spec, "option --%s: a descriptor above 2, not %d", option, fd);
	return fd;
}

/* A path that still means the same when a detached supervisor has gone to '/'. */
static const char *read_path(const char *option, const char *arg)
{
	char cwd[PATH_MAX], *path;

	if (!*arg)
		opt_usage(&spec, "option --%s: empty path", option);
	if (arg[0] == '/')
		return arg;
	if (!getcwd(cwd, sizeof(cwd)))
		die(EXIT_OWN, "the current directory: %s", strerror(errno));
	if (asprintf(&path, "%s/%s", cwd, arg) < 0)
		die(EXIT_OWN, "out of memory");
	return path;
}

/* -m, --mount=FILE, --mount=join:WHAT */
static void read_ns(struct config *c, int letter, const char *arg)
{
	struct ns_want *w = config_ns(c, letter);
	const char *name = ns_by_letter(letter)->name;

	if (!arg || strncmp(arg, "join:", 5) != 0) {
		*w = (struct ns_want){NS_NEW, arg ? read_path(name, arg) : NULL, -1};
		return;
	}
	arg += 5;
	if (!*arg)
		opt_usage(&spec, "option --%s: nothing to join", name);
	*w = (struct ns_want){NS_JOIN, arg, strncmp(arg, "fd:", 3) == 0 ? read_fd(name, arg + 3) : -1};
}

/* An option that needs a namespace creates it unless it is given. */
static void imply(struct config *c, int letter)
{
	struct ns_want *w = config_ns(c, letter);

	if (w->how == NS_KEEP)
		w->how = NS_NEW;
}

static int64_t read_number(const char *option, const char *arg, int64_t min, int64_t max)
{
	int64_t v;

	if (num_i64(arg, min, max, &v) < 0)
		opt_usage(&spec, "option --%s: not a number from %lld to %lld: '%s'", option, (long long)min,
		          (long long)max, arg);
	return v;
}

static uint32_t read_id(const char *option, const char *arg)
{
	uint32_t v;

	if (id_parse(arg, &v) < 0)
		opt_usage(&spec, "option --%s: not an id from 0 to %u: '%s'", option, ID_MAX, arg);
	return v;
}

static unsigned long read_propagation(const char *arg)
{
	static const struct {
		const char *name;
		unsigned long flags;
	} modes[] = {
	    {"private", MS_REC | MS_PRIVATE},
	    {"shared", MS_REC | MS_SHARED},
	    {"slave", MS_REC | MS_SLAVE},
	    {"unchanged", 0},
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(arg, modes[i].name) == 0)
			return modes[i].flags;
	opt_usage(&spec, "option --propagation: private, shared, slave or unchanged, not '%s'", arg);
}

static const char *read_host(const char *option, const char *arg)
{
	if (!*arg || strlen(arg) > 64)
		opt_usage(&spec, "option --%s: 1 to 64 bytes, not %zu", option, strlen(arg));
	return arg;
}

/* --map-users and --map-groups. */
static void read_range(struct idmap *m, enum subid_kind kind, const char *arg)
{
	const char *option = kind == SUBID_USER ? "map-users" : "map-groups";
	struct id_range r;
	struct err e;

	if (strcmp(arg, "auto") == 0 || strcmp(arg, "subids") == 0 || strcmp(arg, "all") == 0) {
		if (subids_add(m, kind, arg, &e) < 0)
			die_err(EXIT_OWN, &e);
		return;
	}
	if (idmap_parse(arg, &r) < 0)
		opt_usage(&spec, "option --%s: %s: '%s'", option,
		          errno == ERANGE ? "id or count out of range" : "not INNER:OUTER:COUNT or OUTER,INNER,COUNT",
		          arg);
	if (idmap_add(m, &r, &e) < 0)
		die_err(EXIT_OWN, &e);
}

/* A group below every hierarchy's root: relative components only. */
static const char *read_group(const char *arg)
{
	const char *group = arg + strspn(arg, "/");

	if (!name_is_group(group))
		opt_usage(&spec, "option --into-cgroup: not a group path: '%s'", arg);
	return group;
}

static int read_signal(const char *arg)
{
	int sig = SIGKILL;

	if (arg && sig_parse(arg, &sig) < 0)
		opt_usage(&spec, "option --kill-child: unknown signal: '%s'", arg);
	return sig;
}

/* The options about ids and the user namespace; false when id is another. */
static bool read_user_option(struct config *c, struct pending *p, int id, const char *arg)
{
	switch (id) {
	case O_MAP_USER:
		p->map_user = arg;
		break;
	case O_MAP_GROUP:
		p->map_group = arg;
		break;
	case 'r':
		p->map_user = p->map_group = "0";
		break;
	case 'c':
		p->current = true;
		break;
	case O_MAP_AUTO:
	case O_MAP_SUBIDS:
		read_range(&c->uids, SUBID_USER, id == O_MAP_AUTO ? "auto" : "subids");
		read_range(&c->gids, SUBID_GROUP, id == O_MAP_AUTO ? "auto" : "subids");
		break;
	case O_MAP_USERS:
		read_range(&c->uids, SUBID_USER, arg);
		break;
	case O_MAP_GROUPS:
		read_range(&c->gids, SUBID_GROUP, arg);
		break;
	default:
		return false;
	}
	imply(c, 'U');
	return true;
}

/* The options about the command's surroundings; false when id is another. */
static bool read_view_option(struct config *c, int id, const char *arg)
{
	switch (id) {
	case O_MOUNT_PROC:
		c->mount_proc = arg ? arg : "/proc";
		imply(c, 'm');
		return true;
	case O_PROPAGATION:
		c->propagation = read_propagation(arg);
		return true;
	case 'R':
		c->root = arg;
		return true;
	case 'w':
		c->wd = arg;
		return true;
	case O_HOSTNAME:
		c->hostname = read_host("hostname", arg);
		imply(c, 'u');
		return true;
	case O_DOMAINNAME:
		c->domainname = read_host("domainname", arg);
		imply(c, 'u');
		return true;
	case O_LOOPBACK_UP:
		c->loopback_up = true;
		imply(c, 'n');
		return true;
	case O_MONOTONIC:
		c->has_monotonic = true;
		c->monotonic = read_number("monotonic", arg, -INT64_MAX / 1000000000, INT64_MAX / 1000000000);
		return true;
	case O_BOOTTIME:
		c->has_boottime = true;
		c->boottime = read_number("boottime", arg, -INT64_MAX / 1000000000, INT64_MAX / 1000000000);
		return true;
	default:
		return false;
	}
}

/* The options about the command's own attributes; false when id is another. */
static bool read_process_option(struct config *c, int id, const char *arg)
{
	switch (id) {
	case 'f':
	case O_FORWARD_SIGNALS:
		return true;
	case 'S':
		c->set_uid = true;
		c->uid = read_id("setuid", arg);
		return true;
	case 'G':
		c->set_gid = true;
		c->gid = read_id("setgid", arg);
		return true;
	case O_SETGROUPS:
		if (strcmp(arg, "allow") != 0 && strcmp(arg, "deny") != 0)
			opt_usage(&spec, "option --setgroups: allow or deny, not '%s'", arg);
		c->setgroups = arg[0] == 'a' ? SETGROUPS_ALLOW : SETGROUPS_DENY;
		return true;
	case O_KEEP_CAPS:
		c->keep_caps = true;
		return true;
	case O_KILL_CHILD:
		c->kill_child = read_signal(arg);
		return true;
	case O_INTO_CGROUP:
		c->group = read_group(arg);
		return true;
	case O_INIT:
		c->init = true;
		imply(c, 'p');
		return true;
	case O_UMASK:
		c->set_umask = true;
		if (num_mode(arg, &c->umask) < 0 || c->umask > 0777)
			opt_usage(&spec, "option --umask: not an octal mask: '%s'", arg);
		return true;
	case O_NICE:
		c->set_nice = true;
		c->nice = (int)read_number("nice", arg, -20, 19);
		return true;
	case O_OOM_SCORE_ADJ:
		c->set_oom_score = true;
		c->oom_score = (int)read_number("oom-score-adj", arg, -1000, 1000);
		return true;
	default:
		return false;
	}
}

/* The options about the environment; false when id is another. */
static bool read_env_option(struct config *c, int id, const char *arg)
{
	struct err e;
	int r = 0;

	if (id == O_CLEAR_ENV)
		c->clear_env = true;
	else if (id == O_ENV)
		r = env_set(&c->env, arg, &e);
	else if (id == O_ENV_FILE)
		r = env_add_file(&c->env, arg, &e);
	else
		return false;
	if (r < 0)
		die_err(EXIT_OWN, &e);
	c->set_env = true;
	return true;
}

/* What was set goes over what the caller has. */
static void finish_env(struct config *c)
{
	struct env set = c->env;
	struct err e;

	if (!c->set_env)
		return;
	c->env = (struct env){0};
	if ((!c->clear_env && env_add_vector(&c->env, environ, &e) < 0) ||
	    (set.v && env_add_vector(&c->env, set.v, &e) < 0))
		die_err(EXIT_OWN, &e);
	env_free(&set);
}

/* --exec-fd names the descriptor that the command will have: it need not be open. */
static int read_exec_fd(const char *arg)
{
	return (int)read_number("exec-fd", arg, 3, 1023);
}

static void add_on_exit(struct config *c, const char *arg)
{
	if (c->n_on_exit > ON_EXIT_MAX)
		opt_usage(&spec, "option --on-exit-arg: more than %d", ON_EXIT_MAX);
	c->on_exit[c->n_on_exit++] = (char *)(uintptr_t)arg;
}

/* --on-exit: a name is looked up in PATH, a relative path must survive the chdir. */
static void read_on_exit(struct config *c, const char *arg)
{
	c->on_exit[0] = (char *)(uintptr_t)(strchr(arg, '/') ? read_path("on-exit", arg) : arg);
	if (!*arg)
		opt_usage(&spec, "option --on-exit: empty command");
	if (c->n_on_exit == 0)
		c->n_on_exit = 1;
}

/* The options about the supervisor and descriptors. */
static void read_supervisor_option(struct config *c, int id, const char *arg)
{
	switch (id) {
	case O_DETACH:
		c->detach = true;
		break;
	case O_PID_FILE:
		c->pid_file = read_path("pid-file", arg);
		break;
	case O_SUPERVISOR_FILE:
		c->supervisor_file = read_path("supervisor-file", arg);
		break;
	case O_EXIT_FILE:
		c->exit_file = read_path("exit-file", arg);
		break;
	case O_ON_EXIT:
		read_on_exit(c, arg);
		break;
	case O_ON_EXIT_ARG:
		if (c->n_on_exit == 0)
			c->n_on_exit = 1; /* the command may be named later */
		add_on_exit(c, arg);
		break;
	case O_EXEC_FD:
		c->exec_fd = read_exec_fd(arg);
		break;
	case O_STDOUT_FD:
		c->stdout_fd = read_fd("stdout-fd", arg);
		break;
	case O_STDERR_FD:
		c->stderr_fd = read_fd("stderr-fd", arg);
		break;
	case O_DRAIN_FD:
		c->drain_fd = read_fd("drain-fd", arg);
		break;
	case O_KEEP_FD:
		if (c->n_keep_fds == KEEP_FDS_MAX)
			opt_usage(&spec, "option --keep-fd: more than %d", KEEP_FDS_MAX);
		c->keep_fds[c->n_keep_fds++] = read_fd("keep-fd", arg);
		break;
	default:
		break;
	}
}

/* The current user or group mapped to what was asked for; 'nobody asked' leaves the map as it is. */
static void place(struct idmap *m, enum subid_kind kind, const char *inner, bool current)
{
	uint32_t outer = kind == SUBID_USER ? geteuid() : getegid(), id = outer;
	struct err e;

	if (!inner && !current)
		return;
	if (inner && id_parse(inner, &id) < 0 && subids_account(kind, inner, &id, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (idmap_place(m, id, outer, &e) < 0)
		die_err(EXIT_OWN, &e);
}

/* One group alone is mapped only with setgroups(2) denied, as an ordinary user must (user_namespaces(7)). */
static void finish_maps(struct config *c, const struct pending *p)
{
	bool one_group = (p->map_group || p->current) && c->gids.n == 0;

	place(&c->uids, SUBID_USER, p->map_user, p->current);
	place(&c->gids, SUBID_GROUP, p->map_group, p->current);
	if (one_group) {
		if (c->setgroups == SETGROUPS_ALLOW)
			opt_usage(&spec, "--setgroups=allow and a map of one group exclude each other");
		c->setgroups = SETGROUPS_DENY;
	}
	if ((c->uids.n || c->gids.n) && config_ns(c, 'U')->how == NS_JOIN)
		opt_usage(&spec, "id maps are for a new user namespace, not for one that is joined");
	if (c->setgroups && config_ns(c, 'U')->how != NS_NEW)
		opt_usage(&spec, "--setgroups needs --user");
}

/* --exec-fd may be none of the descriptors that have a meaning of their own. */
static void check_fds(const struct config *c)
{
	const int named[] = {c->stdout_fd, c->stderr_fd, c->drain_fd};

	if (c->exec_fd < 0)
		return;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i] == c->exec_fd)
			opt_usage(&spec, "descriptor %d has two meanings", c->exec_fd);
	for (size_t i = 0; i < c->n_keep_fds; i++)
		if (c->keep_fds[i] == c->exec_fd)
			opt_usage(&spec, "descriptor %d has two meanings", c->exec_fd);
}

static void check_rest(const struct config *c)
{
	if ((c->has_monotonic || c->has_boottime) && config_ns_const(c, 'T')->how != NS_NEW)
		opt_usage(&spec, "--monotonic and --boottime need --time");
	if (c->n_on_exit && !c->on_exit[0])
		opt_usage(&spec, "--on-exit-arg needs --on-exit");
	if (config_ns_const(c, 'U')->how == NS_JOIN && config_ns_const(c, 'p')->how == NS_NEW && geteuid() != 0)
		opt_usage(
		    &spec,
		    "--pid with --user=join needs root; enter the user namespace first: nsenter-lite -U -- nsrun -p");
	check_fds(c);
}

/* What unshare starts when it is told nothing. */
static char **default_command(void)
{
	static char sh[] = "/bin/sh", *argv[2];
	char *shell = getenv("SHELL");

	argv[0] = shell && *shell ? shell : sh;
	return argv;
}

void config_read(struct config *c, int argc, char **argv)
{
	struct pending p = {0};
	struct opt_parser o;
	int id;

	c->propagation = MS_REC | MS_PRIVATE;
	c->exec_fd = c->stdout_fd = c->stderr_fd = c->drain_fd = -1;
	opt_begin(&o, &spec, argc, argv);
	while ((id = opt_next(&o)) != -1) {
		if (id < OPT_LONG && ns_by_letter(id))
			read_ns(c, id, o.arg);
		else if (!read_user_option(c, &p, id, o.arg) && !read_view_option(c, id, o.arg) &&
		         !read_process_option(c, id, o.arg) && !read_env_option(c, id, o.arg))
			read_supervisor_option(c, id, o.arg);
	}
	finish_maps(c, &p);
	finish_env(c);
	check_rest(c);
	c->command = argv[o.index] ? argv + o.index : default_command();
}
