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
#include "fstab.h"
#include "kernel.h"
#include "profile.h"
#include "spec.h"
#include "table.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	case OPT_DEVICE:
		need(spec_device(p, arg, e), e);
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

/* --propagation. */
static unsigned long take_propagation(const char *arg)
{
	if (!strcmp(arg, "private"))
		return MS_PRIVATE;
	if (!strcmp(arg, "slave"))
		return MS_SLAVE;
	opt_usage(&pivot_options, "--propagation: '%s': private or slave is expected", arg);
}

/* Options about the mounts as a whole. False when it is none of them. */
static bool take_root(struct plan *p, int id, char *arg, struct err *e)
{
	switch (id) {
	case OPT_OVERLAY:
		p->overlay = arg;
		return true;
	case OPT_OVERLAY_VOLATILE:
		p->overlay_volatile = true;
		return true;
	case OPT_SHM_SIZE:
		if (num_size(arg, &p->shm_size) < 0 || p->shm_size == 0)
			opt_usage(&pivot_options, "--shm-size: '%s': a size such as 64m is expected", arg);
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
	case OPT_OPEN_PATHS:
		p->open_paths = true;
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

/* The second argument of --file, which getopt does not know. */
static const char *second_argument(int argc, char **argv)
{
	if (optind >= argc)
		opt_usage(&pivot_options, "--file needs two arguments, FD and DST");
	return argv[optind++];
}

/* The first time through: descriptors, --unshare and --dry-run. */
static void parse_early(struct plan *p, int argc, char **argv)
{
	struct opt_parser o;
	struct err e = {0};
	int id;

	opt_begin(&o, &pivot_options, argc, argv);
	while ((id = opt_next(&o)) != -1) {
		if (id == OPT_EXEC_FD) {
			need(fd_parse(o.arg, &p->exec_fd, &e), &e);
			msg_report_to(p->exec_fd);
		} else if (id == OPT_CONSOLE_FD) {
			need(fd_parse(o.arg, &p->console_fd, &e), &e);
		} else if (id == OPT_UNSHARE) {
			p->unshare = true;
			p->unshare_index = optind - 1;
		} else if (id == OPT_FILE) {
			second_argument(argc, argv);
		} else if (id == OPT_FSTAB) {
			p->fstab = true;
		} else if (id == OPT_OUTSIDE) {
			p->outside = true;
		} else if (id == OPT_DRY_RUN) {
			p->dry_run = true;
		}
	}
	if (o.index >= argc)
		opt_usage(&pivot_options, "the new root is missing");
	p->newroot = argv[o.index++];
	if (o.index < argc && !strcmp(argv[o.index], "--"))
		o.index++;
	p->command = argv + o.index;
	if (!*p->command)
		opt_usage(&pivot_options, "a command is missing behind the new root");
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
		opt_usage(&pivot_options, "--init needs --dev");
	if (p->overlay_volatile && !p->overlay)
		opt_usage(&pivot_options, "--overlay-volatile needs --overlay");
	if (p->cwd_make && !p->cwd)
		opt_usage(&pivot_options, "--cwd-make needs --cwd");
}

void options_parse(struct plan *p, int argc, char **argv)
{
	struct opt_parser o;
	struct err e = {0};
	int id;

	opt_begin(&o, &pivot_options, argc, argv);
	while ((id = opt_next(&o)) != -1)
		if (id == OPT_FILE)
			need(spec_file(p, o.arg, second_argument(argc, argv), &e), &e);
		else if (!take_step(p, id, o.arg, &e) && !take_root(p, id, o.arg, &e))
			take_landing_option(p, id, o.arg, &e);
	finish(p);
}
