/*
 * options.c - the command line into a plan.
 *
 * It is gone through twice: first for what must be known before anything can go wrong or be read (where to report,
 * --unshare, which starts this program again), then for the rest.
 */
#include "options.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "fstab.h"
#include "kernel.h"
#include "profile.h"
#include "spec.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPT_OVERLAY = OPT_LONG,
	OPT_BIND,
	OPT_TMPFS,
	OPT_FSTAB,
	OPT_PROC,
	OPT_SYS,
	OPT_DEV,
	OPT_MQUEUE,
	OPT_CGROUPS,
	OPT_DIR,
	OPT_SYMLINK,
	OPT_SHM_SIZE,
	OPT_RO,
	OPT_MASK,
	OPT_READ_ONLY_PATH,
	OPT_PROFILE,
	OPT_CAP_ADD,
	OPT_CAP_DROP,
	OPT_NO_NEW_PRIVS,
	OPT_SECCOMP,
	OPT_GROUP_ADD,
	OPT_CWD_MAKE,
	OPT_NEW_SESSION,
	OPT_UMASK,
	OPT_ENV_FILE,
	OPT_CLEAR_ENV,
	OPT_INIT,
	OPT_UNSHARE,
	OPT_OUTSIDE,
	OPT_PROPAGATION,
	OPT_CONSOLE_FD,
	OPT_EXEC_FD,
	OPT_DRY_RUN,
};

static const struct opt table[] = {
    {OPT_OVERLAY, "overlay", OPT_ARG, "LOWER[:LOWER...],UPPER,WORK", "mount an overlay on NEWROOT first"},
    {OPT_BIND, "bind", OPT_ARG, "SRC:DST[:OPTS]", "bind SRC on DST inside the root (ro, noexec, rslave ...)"},
    {OPT_TMPFS, "tmpfs", OPT_ARG, "DST[:OPTS]", "mount a tmpfs (size=, mode=, uid=, gid=, exec ...)"},
    {OPT_FSTAB, "fstab", OPT_ARG, "FILE", "mount the lines of an fstab(5) file; - is standard input"},
    {OPT_PROC, "proc", OPT_NO_ARG, NULL, "mount proc on /proc"},
    {OPT_SYS, "sys", OPT_NO_ARG, NULL, "mount sysfs on /sys, read-only in the default profile"},
    {OPT_DEV, "dev", OPT_NO_ARG, NULL, "make a /dev: tmpfs, nodes, pts, shm, mqueue"},
    {OPT_MQUEUE, "mqueue", OPT_NO_ARG, NULL, "mount mqueue on /dev/mqueue (--dev has it already)"},
    {OPT_CGROUPS, "cgroups", OPT_NO_ARG, NULL, "mount the control groups on /sys/fs/cgroup"},
    {OPT_DIR, "dir", OPT_ARG, "PATH[:MODE]", "make a directory inside the root, and those above it"},
    {OPT_SYMLINK, "symlink", OPT_ARG, "TARGET:LINK", "make a symbolic link inside the root"},
    {OPT_SHM_SIZE, "shm-size", OPT_ARG, "SIZE", "size of /dev/shm (default 64m)"},
    {OPT_RO, "ro", OPT_NO_ARG, NULL, "make the root itself read-only in the end"},
    {OPT_MASK, "mask", OPT_ARG, "PATH", "hide a path inside the root, when it is there"},
    {OPT_READ_ONLY_PATH, "read-only-path", OPT_ARG, "PATH", "make a path inside the root read-only, when it is there"},
    {OPT_PROFILE, "profile", OPT_ARG, "NAME", "default, privileged or none: paths, capabilities, no_new_privs"},
    {OPT_CAP_ADD, "cap-add", OPT_ARG, "CAP", "keep a capability (or ALL)"},
    {OPT_CAP_DROP, "cap-drop", OPT_ARG, "CAP", "give up a capability (or ALL)"},
    {OPT_NO_NEW_PRIVS, "no-new-privs", OPT_MAYBE_LONG, "true|false",
     "no privileges by exec (default: as the profile has it)"},
    {OPT_SECCOMP, "seccomp", OPT_ARG, "default|none|FILE", "filter system calls (FILE: by seccompile; with a slash)"},
    {'u', "user", OPT_ARG, "USER[:GROUP]", "become the user, by the root's own passwd and group"},
    {OPT_GROUP_ADD, "group-add", OPT_ARG, "GROUP", "a supplementary group"},
    {'C', "cwd", OPT_ARG, "DIR", "working directory inside the root (default /)"},
    {OPT_CWD_MAKE, "cwd-make", OPT_NO_ARG, NULL, "make the working directory when it is missing"},
    {OPT_NEW_SESSION, "new-session", OPT_NO_ARG, NULL, "leave the caller's session and its terminal"},
    {OPT_UMASK, "umask", OPT_ARG, "MODE", "file mode creation mask (default 0022)"},
    {'e', "env", OPT_ARG, "KEY[=VALUE]", "set a variable; without a value the caller's is kept"},
    {OPT_ENV_FILE, "env-file", OPT_ARG, "FILE", "set the NUL-ended KEY=VALUE entries of a file; - is standard input"},
    {OPT_CLEAR_ENV, "clear-env", OPT_NO_ARG, NULL, "start from an empty environment"},
    {OPT_INIT, "init", OPT_ARG, "FILE", "lay a program of the host on /dev/init and run the command by it"},
    {OPT_UNSHARE, "unshare", OPT_NO_ARG, NULL, "make a mount namespace first"},
    {OPT_OUTSIDE, "outside", OPT_NO_ARG, NULL,
     "do not pivot: COMMAND stays outside, as it is, with the new root as its working directory"},
    {OPT_PROPAGATION, "propagation", OPT_ARG, "private|slave",
     "of the old tree, before anything is mounted (default private)"},
    {OPT_CONSOLE_FD, "console-fd", OPT_ARG, "N", "make a terminal and send its master over the socket N"},
    {OPT_EXEC_FD, "exec-fd", OPT_ARG, "N", "report on descriptor N whether the command was exec'd"},
    {OPT_DRY_RUN, "dry-run", OPT_NO_ARG, NULL, "print the equivalent commands, do nothing"},
};

static const struct opt_spec spec = {
    .tool = "rootfs-pivot",
    .synopsis = "[OPTIONS] NEWROOT [--] COMMAND [ARG...]",
    .about =
        "Mount what is asked below NEWROOT in the order given, make it the root, give up privileges, become COMMAND.",
    .table = table,
    .n = sizeof(table) / sizeof(*table),
    .usage_status = EXIT_OWN,
};

/* Dies of a usage error that a parser has worded. */
static void need(int r, const struct err *e)
{
	if (r < 0)
		die_err(EXIT_OWN, e);
}

/* Adds a file system that has an option of its own. */
static void add_system(struct plan *p, enum step_kind kind, const char *origin, const char *type, const char *target)
{
	struct step *s = plan_add(p, kind, origin);

	s->type = keep(type);
	s->source = keep(type);
	s->target = keep(target);
	s->options = keep("nosuid,nodev,noexec");
	s->make_target = true;
}

/* Options that add a step. False when it is none of them. */
static bool take_step(struct plan *p, int id, char *arg, struct err *e)
{
	switch (id) {
	case OPT_BIND:
		need(spec_bind(p, arg, e), e);
		return true;
	case OPT_TMPFS:
		need(spec_tmpfs(p, arg, e), e);
		return true;
	case OPT_FSTAB:
		need(fstab_read(p, arg, e), e);
		return true;
	case OPT_DIR:
		need(spec_dir(p, arg, e), e);
		return true;
	case OPT_SYMLINK:
		need(spec_symlink(p, arg, e), e);
		return true;
	case OPT_PROC:
		add_system(p, STEP_SYSTEM, "--proc", "proc", "/proc");
		return true;
	case OPT_SYS:
		add_system(p, STEP_SYSTEM, "--sys", "sysfs", "/sys");
		return true;
	case OPT_MQUEUE:
		if (!plan_has(p, STEP_DEV))
			add_system(p, STEP_FS, "--mqueue", "mqueue", "/dev/mqueue");
		return true;
	case OPT_DEV:
		plan_add(p, STEP_DEV, "--dev");
		return true;
	case OPT_CGROUPS:
		plan_add(p, STEP_CGROUPS, "--cgroups");
		return true;
	default:
		return false;
	}
}

/* A path inside the root that is covered or protected. */
static void take_path(struct list *l, char *path, const char *option, struct err *e)
{
	need(spec_check_target(path, option, e), e);
	list_add(l, path);
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
	opt_usage(&spec, "--no-new-privs: '%s': true or false is expected", arg);
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
		opt_usage(&spec, "--seccomp: '%s': default, none or a file's path with a slash is expected", arg);
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

/* --propagation. */
static unsigned long take_propagation(const char *arg)
{
	if (!strcmp(arg, "private"))
		return MS_PRIVATE;
	if (!strcmp(arg, "slave"))
		return MS_SLAVE;
	opt_usage(&spec, "--propagation: '%s': private or slave is expected", arg);
}

/* Options about the mounts as a whole. False when it is none of them. */
static bool take_root(struct plan *p, int id, char *arg, struct err *e)
{
	switch (id) {
	case OPT_OVERLAY:
		p->overlay = arg;
		return true;
	case OPT_SHM_SIZE:
		if (num_size(arg, &p->shm_size) < 0 || p->shm_size == 0)
			opt_usage(&spec, "--shm-size: '%s': a size such as 64m is expected", arg);
		return true;
	case OPT_RO:
		p->root_read_only = true;
		return true;
	case OPT_MASK:
		take_path(&p->mask, arg, "--mask", e);
		return true;
	case OPT_READ_ONLY_PATH:
		take_path(&p->read_only, arg, "--read-only-path", e);
		return true;
	case OPT_PROFILE:
		need(profile_parse(arg, &p->profile, e), e);
		return true;
	case OPT_PROPAGATION:
		p->propagation = take_propagation(arg);
		return true;
	case OPT_INIT:
		p->init = arg;
		return true;
	default:
		return false;
	}
}

/* Options about what the command runs as. */
static void take_landing(struct plan *p, int id, char *arg, struct err *e)
{
	switch (id) {
	case OPT_CAP_ADD:
		take_cap(p, '+', arg);
		break;
	case OPT_CAP_DROP:
		take_cap(p, '-', arg);
		break;
	case OPT_NO_NEW_PRIVS:
		p->no_new_privs = take_bool(arg);
		break;
	case OPT_SECCOMP:
		take_seccomp(p, arg, e);
		break;
	case 'u':
		p->user = arg;
		break;
	case OPT_GROUP_ADD:
		list_add(&p->groups, arg);
		break;
	case 'C':
		if (*arg != '/')
			opt_usage(&spec, "--cwd: '%s': an absolute path is expected", arg);
		p->cwd = arg;
		break;
	case OPT_CWD_MAKE:
		p->cwd_make = true;
		break;
	case OPT_NEW_SESSION:
		p->new_session = true;
		break;
	case OPT_UMASK:
		if (num_mode(arg, &p->umask) < 0)
			opt_usage(&spec, "--umask: '%s': an octal mode is expected", arg);
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

/* The first time through: descriptors, --unshare and --dry-run. */
static void parse_early(struct plan *p, int argc, char **argv)
{
	struct opt_parser o;
	struct err e = {0};
	int id;

	opt_begin(&o, &spec, argc, argv);
	while ((id = opt_next(&o)) != -1) {
		if (id == OPT_EXEC_FD) {
			need(fd_parse(o.arg, &p->exec_fd, &e), &e);
			msg_report_to(p->exec_fd);
		} else if (id == OPT_CONSOLE_FD) {
			need(fd_parse(o.arg, &p->console_fd, &e), &e);
		} else if (id == OPT_UNSHARE) {
			p->unshare = true;
			p->unshare_index = optind - 1;
		} else if (id == OPT_FSTAB) {
			p->fstab = true;
		} else if (id == OPT_OUTSIDE) {
			p->outside = true;
		} else if (id == OPT_DRY_RUN) {
			p->dry_run = true;
		}
	}
	if (o.index >= argc)
		opt_usage(&spec, "the new root is missing");
	p->newroot = argv[o.index++];
	if (o.index < argc && !strcmp(argv[o.index], "--"))
		o.index++;
	p->command = argv + o.index;
	if (!*p->command)
		opt_usage(&spec, "a command is missing behind the new root");
}

void options_begin(struct plan *p, int argc, char **argv)
{
	*p = (struct plan){
	    .no_new_privs = -1,
	    .seccomp = -1,
	    .propagation = MS_PRIVATE,
	    .shm_size = 64u << 20,
	    .umask = 022,
	    .console_fd = -1,
	    .exec_fd = -1,
	    .guard = -1,
	};
	parse_early(p, argc, argv);
}

/* What can be settled only when all options are known. */
static void finish(struct plan *p)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		struct step *s = &p->step[i];

		if (s->kind == STEP_SYSTEM && !strcmp(s->type, "sysfs") && p->profile == PROFILE_DEFAULT) {
			free(s->options);
			s->options = keep("nosuid,nodev,noexec,ro");
		}
	}
	if (p->init && !plan_has(p, STEP_DEV))
		opt_usage(&spec, "--init needs --dev");
	if (p->cwd_make && !p->cwd)
		opt_usage(&spec, "--cwd-make needs --cwd");
}

void options_parse(struct plan *p, int argc, char **argv)
{
	struct opt_parser o;
	struct err e = {0};
	int id;

	opt_begin(&o, &spec, argc, argv);
	while ((id = opt_next(&o)) != -1)
		if (!take_step(p, id, o.arg, &e) && !take_root(p, id, o.arg, &e))
			take_landing(p, id, o.arg, &e);
	finish(p);
}
