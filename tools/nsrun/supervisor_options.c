/*
 * supervisor_options.c - see supervisor_options.h.
 */
#include "supervisor_options.h"
#include "options.h"
#include "restart.h"
#include "value.h"

#include "common/nstab.h"
#include "common/opt.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* --on-exit-arg; the command may be named later. */
static void add_on_exit(struct config *c, const char *arg)
{
	if (c->n_on_exit == 0)
		c->n_on_exit = 1;
	if (c->n_on_exit > ON_EXIT_MAX)
		opt_usage(&nsrun_options, "option --on-exit-arg: more than %d", ON_EXIT_MAX);
	c->on_exit[c->n_on_exit++] = (char *)(uintptr_t)arg;
}

/* --on-exit-status: an argument that is filled in at the end. */
static void add_status(struct config *c)
{
	static char word[STATUS_WORD] = "0";

	if (c->on_exit_status)
		opt_usage(&nsrun_options, "option --on-exit-status: once is enough");
	c->on_exit_status = word;
	add_on_exit(c, word);
}

/* --on-exit: a name is looked up in PATH, a relative path must survive the chdir. */
static void read_on_exit(struct config *c, const char *arg)
{
	c->on_exit[0] = (char *)(uintptr_t)(strchr(arg, '/') ? value_path("on-exit", arg) : arg);
	if (!*arg)
		opt_usage(&nsrun_options, "option --on-exit: empty command");
	if (c->n_on_exit == 0)
		c->n_on_exit = 1;
}

/* The options about starting again; false when id is another. */
static bool read_restart_option(struct restart_policy *p, int id, const char *arg)
{
	if (id == O_RESTART && restart_parse(arg, p) < 0)
		opt_usage(&nsrun_options, "option --restart: no, on-failure[:MAX], always or unless-stopped, not '%s'",
		          arg);
	if (id == O_RESTART_COUNT)
		p->count_file = value_path("restart-count", arg);
	if (id == O_RESTART_POLICY_FILE)
		p->policy_file = value_path("restart-policy-file", arg);
	if (id == O_RESTART_WAIT)
		p->wait_file = value_path("restart-wait", arg);
	if (id == O_RESTART_UNLESS)
		p->unless_file = value_path("restart-unless", arg);
	return id == O_RESTART || id == O_RESTART_COUNT || id == O_RESTART_POLICY_FILE || id == O_RESTART_WAIT ||
	       id == O_RESTART_UNLESS;
}

/* Starting again is for what can be done again: a gate opens once, a parent is watched once, a file binds once. */
static void check_restart(const struct config *c)
{
	bool once = config_has_gate(c) || c->die_with_parent;

	for (int i = 0; i < NS_COUNT; i++)
		once |= c->ns[i].how == NS_NEW && c->ns[i].path;
	if (once && c->restart.when != RESTART_NO)
		opt_usage(&nsrun_options,
		          "--restart excludes --status-fd, --block-fd, --die-with-parent and namespaces "
		          "that are kept at files");
}

void supervisor_option(struct config *c, int id, const char *arg)
{
	if (read_restart_option(&c->restart, id, arg))
		return;
	switch (id) {
	case O_DETACH:
		c->detach = true;
		break;
	case O_PID_FILE:
		c->pid_file = value_path("pid-file", arg);
		break;
	case O_SUPERVISOR_FILE:
		c->supervisor_file = value_path("supervisor-file", arg);
		break;
	case O_EXIT_FILE:
		c->exit_file = value_path("exit-file", arg);
		break;
	case O_EVENT_LOG:
		c->event_log = value_path("event-log", arg);
		break;
	case O_EVENT_ID:
		c->event_id = arg;
		break;
	case O_ON_EXIT:
		read_on_exit(c, arg);
		break;
	case O_ON_EXIT_ARG:
		add_on_exit(c, arg);
		break;
	case O_ON_EXIT_STATUS:
		add_status(c);
		break;
	case O_EXEC_FD:
		c->exec_fd = value_exec_fd(arg);
		break;
	case O_STDOUT_FD:
		c->stdout_fd = value_fd("stdout-fd", arg);
		break;
	case O_STDERR_FD:
		c->stderr_fd = value_fd("stderr-fd", arg);
		break;
	case O_DRAIN_FD:
		c->drain_fd = value_fd("drain-fd", arg);
		break;
	case O_STATUS_FD:
		c->status_fd = value_fd("status-fd", arg);
		break;
	case O_BLOCK_FD:
		c->block_fd = value_fd("block-fd", arg);
		break;
	case O_GUARD_STDIO:
		c->guard_stdio = true;
		break;
	case O_KEEP_FD:
		if (c->n_keep_fds == KEEP_FDS_MAX)
			opt_usage(&nsrun_options, "option --keep-fd: more than %d", KEEP_FDS_MAX);
		c->keep_fds[c->n_keep_fds++] = value_fd("keep-fd", arg);
		break;
	default:
		break;
	}
}

/* --exec-fd may be none of the descriptors that have a meaning of their own. */
static void check_fds(const struct config *c)
{
	const int named[] = {c->stdout_fd, c->stderr_fd, c->drain_fd, c->status_fd, c->block_fd};

	if (c->exec_fd < 0)
		return;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i] == c->exec_fd)
			opt_usage(&nsrun_options, "descriptor %d has two meanings", c->exec_fd);
	for (size_t i = 0; i < c->n_keep_fds; i++)
		if (c->keep_fds[i] == c->exec_fd)
			opt_usage(&nsrun_options, "descriptor %d has two meanings", c->exec_fd);
}

void supervisor_check(const struct config *c)
{
	if (c->n_on_exit && !c->on_exit[0])
		opt_usage(&nsrun_options, "--on-exit-arg needs --on-exit");
	check_restart(c);
	check_fds(c);
}
