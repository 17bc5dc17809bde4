/* value.c - see value.h */
#include "value.h"
#include "idmap.h"
#include "options.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/num.h"
#include "common/sig.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* A descriptor that the caller has opened for us; never one of the standard three. */
int value_fd(const char *option, const char *arg)
{
	struct err e;
	int fd;

	if (fd_parse(arg, &fd, &e) < 0)
		opt_usage(&nsrun_options, "option --%s: %s%s%s", option, e.text, e.code ? ": " : "",
		          e.code ? strerror(e.code) : "");
	if (fd < 3)
		opt_usage(&nsrun_options, "option --%s: a descriptor above 2, not %d", option, fd);
	return fd;
}

/* A path that still means the same when a detached supervisor has gone to '/'. */
const char *value_path(const char *option, const char *arg)
{
	char cwd[PATH_MAX], *path;

	if (!*arg)
		opt_usage(&nsrun_options, "option --%s: empty path", option);
	if (arg[0] == '/')
		return arg;
	if (!getcwd(cwd, sizeof(cwd)))
		die(EXIT_OWN, "the current directory: %s", strerror(errno));
	if (asprintf(&path, "%s/%s", cwd, arg) < 0)
		die(EXIT_OWN, "out of memory");
	return path;
}

int64_t value_number(const char *option, const char *arg, int64_t min, int64_t max)
{
	int64_t v;

	if (num_i64(arg, min, max, &v) < 0)
		opt_usage(&nsrun_options, "option --%s: not a number from %lld to %lld: '%s'", option, (long long)min,
		          (long long)max, arg);
	return v;
}

uint32_t value_id(const char *option, const char *arg)
{
	uint32_t v;

	if (id_parse(arg, &v) < 0)
		opt_usage(&nsrun_options, "option --%s: not an id from 0 to %u: '%s'", option, ID_MAX, arg);
	return v;
}

unsigned long value_propagation(const char *arg)
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
	opt_usage(&nsrun_options, "option --propagation: private, shared, slave or unchanged, not '%s'", arg);
}

const char *value_host(const char *option, const char *arg)
{
	if (!*arg || strlen(arg) > 64)
		opt_usage(&nsrun_options, "option --%s: 1 to 64 bytes, not %zu", option, strlen(arg));
	return arg;
}

/* A group below every hierarchy's root: relative components only. */
const char *value_group(const char *arg)
{
	const char *group = arg + strspn(arg, "/");

	if (!name_is_group(group))
		opt_usage(&nsrun_options, "option --into-cgroup: not a group path: '%s'", arg);
	return group;
}

int value_signal(const char *arg)
{
	int sig = SIGKILL;

	if (arg && sig_parse(arg, &sig) < 0)
		opt_usage(&nsrun_options, "option --kill-child: unknown signal: '%s'", arg);
	return sig;
}

/* --exec-fd names the descriptor that the command will have: it need not be open. */
int value_exec_fd(const char *arg)
{
	return (int)value_number("exec-fd", arg, 3, 1023);
}
