/*
 * landing_options.c - the options about what the command runs as (table.h).
 */
#include "common/msg.h"
#include "common/num.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Dies of a usage error that a parser has worded. */
void need(int r, const struct err *e)
{
	if (r < 0)
		die_err(EXIT_OWN, e);
}

/* --cap-add and --cap-drop, kept in order. */
static void take_cap(struct plan *p, char sign, const char *name)
{
	char *text;

	if (asprintf(&text, "%c%s", sign, name) < 0)
		die(EXIT_OWN, "out of memory");
	list_add(&p->caps, text);
}

/* --no-new-privs[=true|false]. */
static int take_bool(const char *arg)
{
	if (!arg || !strcmp(arg, "true"))
		return 1;
	if (!strcmp(arg, "false"))
		return 0;
	opt_usage(&pivot_options, "--no-new-privs: '%s': true or false is expected", arg);
}

/* --seccomp. The last one counts. */
static void take_seccomp(struct plan *p, const char *arg, struct err *e)
{
	free(p->filter.data);
	p->filter = (struct seccomp_filter){0};
	p->seccomp = !strcmp(arg, "default");
	if (strchr(arg, '/'))
		need(seccomp_file_read(arg, &p->filter, e), e);
	else if (!p->seccomp && strcmp(arg, "none") != 0)
		opt_usage(&pivot_options, "--seccomp: '%s': default, none or a file's path with a slash is expected",
		          arg);
}

/* --env KEY=VALUE, or KEY for the caller's value. */
static void take_env(struct plan *p, const char *arg, struct err *e)
{
	const char *value;
	char *entry;

	if (strchr(arg, '=')) {
		need(env_set(&p->env, arg, e), e);
		return;
	}
	value = getenv(arg);
	if (!value)
		return;
	if (asprintf(&entry, "%s=%s", arg, value) < 0)
		die(EXIT_OWN, "out of memory");
	need(env_set(&p->env, entry, e), e);
	free(entry);
}

/* Options about what the command may do. False when it is none of them. */
static bool take_privilege(struct plan *p, int id, char *arg, struct err *e)
{
	switch (id) {
	case OPT_CAP_ADD:
		take_cap(p, '+', arg);
		return true;
	case OPT_CAP_DROP:
		take_cap(p, '-', arg);
		return true;
	case OPT_CAP_AMBIENT:
		list_add(&p->ambient, arg);
		return true;
	case OPT_NO_NEW_PRIVS:
		p->no_new_privs = take_bool(arg);
		return true;
	case OPT_SECCOMP:
		take_seccomp(p, arg, e);
		return true;
	case OPT_APPARMOR_PROFILE:
		if (label_profile(arg, &p->label, e) < 0)
			opt_usage(&pivot_options, "--apparmor-profile: '%s' cannot be the name of a profile", arg);
		return true;
	default:
		return false;
	}
}

/* The working directory, as a path inside the root. */
static const char *take_cwd(const char *arg)
{
	if (*arg != '/')
		opt_usage(&pivot_options, "--cwd: '%s': an absolute path is expected", arg);
	return arg;
}

void take_landing_option(struct plan *p, int id, char *arg, struct err *e)
{
	if (take_privilege(p, id, arg, e))
		return;
	switch (id) {
	case 'u':
		p->user = arg;
		break;
	case OPT_GROUP_ADD:
		list_add(&p->groups, arg);
		break;
	case 'C':
		p->cwd = take_cwd(arg);
		break;
	case OPT_CWD_MAKE:
		p->cwd_make = true;
		break;
	case OPT_NEW_SESSION:
		p->new_session = true;
		break;
	case OPT_UMASK:
		if (num_mode(arg, &p->umask) < 0)
			opt_usage(&pivot_options, "--umask: '%s': an octal mode is expected", arg);
		break;
	case OPT_RLIMIT:
		need(limits_add(&p->limits, arg, e), e);
		break;
	case 'e':
		take_env(p, arg, e);
		break;
	case OPT_ENV_FILE:
		need(env_add_file(&p->env, arg, e), e);
		break;
	case OPT_CLEAR_ENV:
		p->clear_env = true;
		break;
	default:
		break;
	}
}
