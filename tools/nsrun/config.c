/*
 * config.c - see config.h
 *
 * The options are unshare(1)'s with their meaning, then our own. A short letter of a namespace takes no argument, so
 * that they can be bundled (-muip).
 */
#include "config.h"
#include "args.h"
#include "maps.h"
#include "options.h"
#include "supervisor_options.h"
#include "sysctl.h"
#include "value.h"

#include "common/chain.h"
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

#define DEFAULT_BINFMT "/proc/sys/fs/binfmt_misc"

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

bool config_has_gate(const struct config *c)
{
	return c->status_fd >= 0 || c->block_fd >= 0;
}

/* -m, --mount=FILE, --mount=join:WHAT */
static void read_ns(struct config *c, int letter, const char *arg)
{
	struct ns_want *w = config_ns(c, letter);
	const char *name = ns_by_letter(letter)->name;

	if (!arg || strncmp(arg, "join:", 5) != 0) {
		*w = (struct ns_want){NS_NEW, arg ? value_path(name, arg) : NULL, -1};
		return;
	}
	arg += 5;
	if (!*arg)
		opt_usage(&nsrun_options, "option --%s: nothing to join", name);
	*w = (struct ns_want){NS_JOIN, arg, strncmp(arg, "fd:", 3) == 0 ? value_fd(name, arg + 3) : -1};
}

void config_imply(struct config *c, int letter)
{
	struct ns_want *w = config_ns(c, letter);

	if (w->how == NS_KEEP)
		w->how = NS_NEW;
}

/* A parameter of a namespace needs that namespace. */
static void add_sysctl(struct config *c, const char *arg)
{
	struct err e;
	int letter = sysctl_check(arg, &e);

	if (letter < 0)
		opt_usage(&nsrun_options, "option --sysctl: %s", e.text);
	if (c->n_sysctls == SYSCTLS_MAX)
		opt_usage(&nsrun_options, "option --sysctl: more than %d", SYSCTLS_MAX);
	c->sysctls[c->n_sysctls++] = arg;
	config_imply(c, letter);
}

/* The options about the command's surroundings; false when id is another. */
static bool read_view_option(struct config *c, int id, const char *arg)
{
	switch (id) {
	case O_MOUNT_PROC:
		c->mount_proc = arg ? arg : "/proc";
		config_imply(c, 'm');
		return true;
	case O_MOUNT_BINFMT:
		c->mount_binfmt = arg ? arg : DEFAULT_BINFMT;
		config_imply(c, 'm');
		config_imply(c, 'U');
		return true;
	case 'l':
		c->load_interp = arg;
		c->mount_binfmt = c->mount_binfmt ? c->mount_binfmt : DEFAULT_BINFMT;
		config_imply(c, 'm');
		config_imply(c, 'U');
		return true;
	case O_PROPAGATION:
		c->propagation = value_propagation(arg);
		return true;
	case 'R':
		c->root = arg;
		return true;
	case 'w':
		c->wd = arg;
		return true;
	case O_HOSTNAME:
		c->hostname = value_host("hostname", arg);
		config_imply(c, 'u');
		return true;
	case O_DOMAINNAME:
		c->domainname = value_host("domainname", arg);
		config_imply(c, 'u');
		return true;
	case O_LOOPBACK_UP:
		c->loopback_up = true;
		config_imply(c, 'n');
		return true;
	case O_SYSCTL:
		add_sysctl(c, arg);
		return true;
	case O_MONOTONIC:
		c->has_monotonic = true;
		c->monotonic = value_number("monotonic", arg, -INT64_MAX / 1000000000, INT64_MAX / 1000000000);
		return true;
	case O_BOOTTIME:
		c->has_boottime = true;
		c->boottime = value_number("boottime", arg, -INT64_MAX / 1000000000, INT64_MAX / 1000000000);
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
		c->uid = value_id("setuid", arg);
		return true;
	case 'G':
		c->set_gid = true;
		c->gid = value_id("setgid", arg);
		return true;
	case O_SETGROUPS:
		if (strcmp(arg, "allow") != 0 && strcmp(arg, "deny") != 0)
			opt_usage(&nsrun_options, "option --setgroups: allow or deny, not '%s'", arg);
		c->setgroups = arg[0] == 'a' ? SETGROUPS_ALLOW : SETGROUPS_DENY;
		return true;
	case O_KEEP_CAPS:
		c->keep_caps = true;
		return true;
	case O_KILL_CHILD:
		c->kill_child = value_signal(arg);
		return true;
	case O_DIE_WITH_PARENT:
		c->die_with_parent = true;
		c->parent = arg ? (pid_t)value_number("die-with-parent", arg, 1, 4194304) : 0;
		return true;
	case O_INTO_CGROUP:
		c->group = value_group(arg);
		return true;
	case O_INIT:
		c->init = true;
		config_imply(c, 'p');
		return true;
	case O_UMASK:
		c->set_umask = true;
		if (num_mode(arg, &c->umask) < 0 || c->umask > 0777)
			opt_usage(&nsrun_options, "option --umask: not an octal mask: '%s'", arg);
		return true;
	case O_OOM_SCORE_ADJ:
		c->set_oom_score = true;
		c->oom_score = (int)value_number("oom-score-adj", arg, -1000, 1000);
		return true;
	default:
		return false;
	}
}

/* The options about capabilities, which are setpriv(1)'s; false when id is another. */
static bool read_caps_option(struct config *c, int id, const char *arg)
{
	struct caps_change *change = id == O_BOUNDING_SET   ? &c->caps.bounding
	                             : id == O_INH_CAPS     ? &c->caps.inheritable
	                             : id == O_AMBIENT_CAPS ? &c->caps.ambient
	                                                    : NULL;
	struct err e;

	if (id == O_NO_NEW_PRIVS)
		c->no_new_privs = true;
	else if (!change)
		return false;
	else if (caps_parse(change, arg, &e) < 0)
		die_err(EXIT_OWN, &e);
	return true;
}

/* The options about what a process has of its own; false when id is another. */
static bool read_attribute_option(struct attributes *a, int id, const char *arg)
{
	struct err e;

	switch (id) {
	case O_NICE:
		a->set_nice = true;
		a->nice = (int)value_number("nice", arg, -20, 19);
		return true;
	case O_RLIMIT:
		if (limits_add(&a->limits, arg, &e) < 0)
			opt_usage(&nsrun_options, "option --rlimit: %s", e.text);
		return true;
	case O_SCHED:
		if (attribute_sched(a, arg, &e) < 0)
			opt_usage(&nsrun_options, "option --sched: %s", e.text);
		return true;
	default:
		return false;
	}
}

/* --whitelist-env: takes over those of the caller's entries that the list names. */
static int keep_listed(struct env *kept, const char *list, struct err *e)
{
	for (char **entry = environ; *entry; entry++) {
		size_t n = strcspn(*entry, "=");

		for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
			if (strcspn(at, ",") == n && strncmp(at, *entry, n) == 0 && env_set(kept, *entry, e) < 0)
				return -1;
	}
	return 0;
}

/* The options about the environment; false when id is another. */
static bool read_env_option(struct config *c, int id, const char *arg)
{
	struct err e;
	int r = 0;

	if (id == O_CLEAR_ENV)
		c->clear_env = true;
	else if (id == O_WHITELIST_ENV)
		r = keep_listed(&c->kept, arg, &e), c->clear_env = true;
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
	c->env = c->kept;
	if ((!c->clear_env && env_add_vector(&c->env, environ, &e) < 0) ||
	    (set.v && env_add_vector(&c->env, set.v, &e) < 0))
		die_err(EXIT_OWN, &e);
	env_free(&set);
}

static void check_rest(const struct config *c)
{
	if ((c->has_monotonic || c->has_boottime) && config_ns_const(c, 'T')->how != NS_NEW)
		opt_usage(&nsrun_options, "--monotonic and --boottime need --time");
	if (config_ns_const(c, 'U')->how == NS_JOIN && config_ns_const(c, 'p')->how == NS_NEW && geteuid() != 0)
		opt_usage(
		    &nsrun_options,
		    "--pid with --user=join needs root; enter the user namespace first: nsenter-lite -U -- nsrun -p");
	supervisor_check(c);
}

/* --args: goes on with the words of a file. */
static void read_args(struct opt_parser *o)
{
	struct err e;

	if (args_load(o, o->arg, &e) < 0)
		die_err(EXIT_OWN, &e);
}

void config_read(struct config *c, int argc, char **argv)
{
	struct maps_pending p = {0};
	struct opt_parser o;
	int id;

	c->propagation = MS_REC | MS_PRIVATE;
	c->exec_fd = c->stdout_fd = c->stderr_fd = c->drain_fd = c->status_fd = c->block_fd = -1;
	opt_begin(&o, &nsrun_options, argc, argv);
	while ((id = opt_next(&o)) != -1) {
		if (id < OPT_LONG && ns_by_letter(id))
			read_ns(c, id, o.arg);
		else if (id == O_ARGS)
			read_args(&o);
		else if (!maps_option(c, &p, id, o.arg) && !read_view_option(c, id, o.arg) &&
		         !read_process_option(c, id, o.arg) && !read_attribute_option(&c->attributes, id, o.arg) &&
		         !read_caps_option(c, id, o.arg) && !read_env_option(c, id, o.arg))
			supervisor_option(c, id, o.arg);
	}
	maps_finish(c, &p);
	finish_env(c);
	check_rest(c);
	c->command = o.argv[o.index] ? o.argv + o.index : chain_shell();
}
