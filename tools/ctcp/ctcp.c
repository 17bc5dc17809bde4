/*
 * ctcp - copies between two roots, or between one and a tar: what docker's cp and export need of a container.
 *
 * Each side is a process of its own, shut into its root (lib/archive/jail.h), and between the two goes a tar. So whatever
 * a path, a link or somebody who swaps the two meanwhile says, it is inside (CVE-2018-15664), and no program and no library
 * of the container is ever loaded (CVE-2019-14271).
 */
#include "archive/jail.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "common/proc.h"
#include "pack.h"
#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { O_ONE_FS = OPT_LONG, O_MEMBERS };

static const struct opt table[] = {
    {'a', "archive", OPT_NO_ARG, NULL, "copy: keep the owners; otherwise what is made is the caller's"},
    {'L', "follow-link", OPT_NO_ARG, NULL, "copy, get: when the source is a symbolic link, what it leads to"},
    {O_ONE_FS, "one-file-system", OPT_NO_ARG, NULL, "get: leave out what is mounted below"},
    {O_MEMBERS, "members", OPT_NO_ARG, NULL, "get: only what the directory contains, without its name"},
};

static const struct opt_spec spec = {
    .tool = "ctcp",
    .synopsis = "copy [-aL] ROOT SOURCE ROOT DESTINATION\n"
                "get [OPTION]... ROOT SOURCE >TAR\n"
                "put ROOT DIRECTORY <TAR",
    .about =
        "Copies files between two roots, or between one and a tar. ROOT is a directory, or pid:FILE: the root of the "
        "process whose identity is in FILE.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_USAGE,
};

struct options {
	bool archive, follow, one_fs, members;
	char **operand;
};

/*
 * A root, and for a process's the namespace that it is mounted in: only from there the kernel refuses to remove what
 * something is mounted on (EBUSY). From any other namespace it would take the container's mount away.
 */
struct root {
	const char *name;
	int dir, mounts; /* mounts: -1 where it is our own namespace */
};

/* The root of a process, if it is still that one. */
static int open_process_root(struct root *r, const char *file, struct err *e)
{
	struct proc_id id;
	char path[40];
	AUTO_FD pidfd = -1;

	if (proc_id_read(AT_FDCWD, file, &id, e) < 0 || proc_open(&id, &pidfd, e) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)id.pid);
	r->mounts = open(path, O_RDONLY | O_CLOEXEC);
	if (r->mounts < 0)
		return err_set(e, errno, "open '%s'", path);
	snprintf(path, sizeof(path), "/proc/%d/root", (int)id.pid);
	r->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir < 0 || !proc_alive(&id))
		return err_set(e, r->dir < 0 ? errno : ESRCH, "open '%s'", path);
	return 0;
}

/* Opens a root. Ends the tool when that cannot be. */
static struct root open_root(const char *text)
{
	struct root r = {.name = text, .dir = -1, .mounts = -1};
	struct err e;

	if (strncmp(text, "pid:", 4) == 0) {
		if (open_process_root(&r, text + 4, &e) < 0)
			die_err(EXIT_FAILED, &e);
		return r;
	}
	r.dir = open(text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r.dir < 0)
		die(EXIT_FAILED, "open the root '%s': %s", text, strerror(errno));
	return r;
}

/* What a path is called at its destination, in new memory; "" for "/", "." and what ends with "/.": only what it contains.
 * ".." takes the name before it away, as docker reads it. */
static char *base_name(const char *path)
{
	size_t end = strlen(path), from, ups = 0;

	for (bool last = true;; last = false, end = from) {
		while (end > 0 && path[end - 1] == '/')
			end--;
		for (from = end; from > 0 && path[from - 1] != '/'; from--)
			;
		if (end == from || (last && end - from == 1 && path[from] == '.'))
			return strdup("");
		if (end - from == 2 && path[from] == '.' && path[from + 1] == '.')
			ups++;
		else if (ups == 0)
			return strndup(path + from, end - from);
		else if (end - from != 1 || path[from] != '.')
			ups--;
	}
}

static void enter(const struct root *r, int keep)
{
	struct err e;

	if (r->mounts >= 0 && setns(r->mounts, CLONE_NEWNS) < 0)
		die(EXIT_FAILED, "enter the mount namespace of '%s': %s", r->name, strerror(errno));
	if (jail_enter(r->dir, r->name, &keep, keep > STDERR_FILENO, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

/* The side that reads: packs, and ends. */
static void get(const struct options *o, const struct root *root, const char *path, const char *name, int fd)
{
	struct pack_options p = {.follow = o->follow, .one_fs = o->one_fs, .name = name};
	struct err e;

	enter(root, fd);
	if (pack(path, &p, fd, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

/* The side that writes. Returns whether there was anything. */
static bool put(const struct root *root, const struct unpack_options *u, int fd)
{
	struct err e;
	bool any;

	enter(root, fd);
	if (unpack(fd, u, &any, &e) < 0)
		die_err(EXIT_FAILED, &e);
	return any;
}

static int run_get(const struct options *o)
{
	const char *path = o->operand[1];
	AUTO_FREE char *name = o->members ? strdup("") : base_name(path);
	struct root root;

	if (isatty(STDOUT_FILENO))
		opt_usage(&spec, "the archive is not for a terminal; redirect standard output");
	if (name && !*name && !o->members) {
		free(name);
		name = strdup(".");
	}
	if (!name)
		die(EXIT_FAILED, "out of memory");
	root = open_root(o->operand[0]);
	get(o, &root, path, name, STDOUT_FILENO);
	return 0;
}

static int run_put(const struct options *o)
{
	struct unpack_options u = {.path = o->operand[1]};
	struct root root = open_root(o->operand[0]);

	put(&root, &u, STDIN_FILENO);
	return 0;
}

static int run_copy(const struct options *o)
{
	struct root from = open_root(o->operand[0]), to = open_root(o->operand[2]);
	AUTO_FREE char *base = base_name(o->operand[1]);
	struct unpack_options u = {.path = o->operand[3], .base = base, .own = !o->archive};
	struct exit_info x;
	int ends[2];
	pid_t pid;
	bool any;

	if (!base || pipe2(ends, O_CLOEXEC) < 0)
		die(EXIT_FAILED, "make a pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die(EXIT_FAILED, "fork: %s", strerror(errno));
	if (pid == 0) {
		get(o, &from, o->operand[1], ".", ends[1]);
		_exit(0);
	}
	close(ends[1]);
	any = put(&to, &u, ends[0]);
	/* What went wrong on the other side was said there. */
	return exit_wait(pid, &x) < 0 || exit_to_status(&x) != 0 || !any ? EXIT_FAILED : 0;
}

static const struct {
	const char *name;
	int n;
	int (*run)(const struct options *o);
} verbs[] = {{"copy", 4, run_copy}, {"get", 2, run_get}, {"put", 2, run_put}};

static void take(struct options *o, int id)
{
	if (id == 'a')
		o->archive = true;
	else if (id == 'L')
		o->follow = true;
	else if (id == O_ONE_FS)
		o->one_fs = true;
	else
		o->members = true;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	int (*run)(const struct options *o) = NULL;
	struct opt_parser p;
	int id, n = 0;

	msg_init("ctcp");
	if (fd_open_stdio() < 0)
		die(EXIT_FAILED, "open '/dev/null': %s", strerror(errno));
	/* Names in pax headers are UTF-8; in this locale libarchive has nothing to convert, and no module to load. */
	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].name) == 0) {
			run = verbs[i].run;
			n = verbs[i].n;
		}
	}
	opt_begin(&p, &spec, argc - (run != NULL), argv + (run != NULL));
	while ((id = opt_next(&p)) >= 0)
		take(&o, id);
	if (!run)
		opt_usage(&spec, "copy, get or put is expected");
	o.operand = argv + 1 + p.index;
	if (argc - 1 - p.index != n)
		opt_usage(&spec, "%s takes %d operands", argv[1], n);
	return run ? run(&o) : EXIT_USAGE;
}
