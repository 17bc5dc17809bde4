/*
 * new.c - ctstate new: the directories of a container, with the time it was made; ctstate now: the time alone.
 *
 * mkdir(2) of ROOT/containers/ID is the claim: of two who want the same id one fails and leaves the other's directory
 * alone. What was made before a failure is removed again; once the command behind -- has begun, the caller is who undoes.
 */
#include "claim.h"
#include "commands.h"
#include "common/chain.h"
#include "common/event.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/proc.h"
#include "eventlog.h"
#include "given.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct opt_spec new_spec = {
    .tool = "ctstate new",
    .synopsis = "[OPTION]... ROOT RUN ID [FACT]... [-- COMMAND [ARGUMENT]...]",
    .about = "Make ROOT/containers/ID with upper, work, merged, created and the facts that are given "
             "(NAME=TEXT, NAME+TEXT, NAME:N WORD..., NAME@FILE), and RUN/ID; parents too when missing. "
             "Then become the command.",
    .table = cmd_options + NEW_AT,
    .n = NEW_OPTIONS,
    .usage_status = EXIT_USAGE,
};

static const struct opt_spec now_spec = {
    .tool = "ctstate now",
    .synopsis = "",
    .about = "Print the time as RFC 3339 with nanoseconds, UTC.",
    .usage_status = EXIT_USAGE,
};

/* Below ROOT/containers/ID. The overlay shows upper's mode as that of its root. */
static const struct {
	const char *name;
	mode_t mode;
} parts[] = {{"upper", 0755}, {"work", 0700}, {"merged", 0700}};

#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

/* Parses no options and the number of operands; returns where they begin. */
static char **operands(const struct opt_spec *spec, int argc, char **argv, int n)
{
	struct opt_parser p;

	opt_begin(&p, spec, argc, argv);
	while (opt_next(&p) >= 0)
		;
	if (argc - p.index != n)
		opt_usage(spec, "%d operands are needed", n);
	return argv + p.index;
}

/* mkdir -p of a path whose directories are private, unless they are there. */
static int make_parents(const char *path, struct err *e)
{
	char buf[PATH_MAX];
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? 0 : err_set(e, ENOTDIR, "make '%s'", path);
	if (snprintf(buf, sizeof(buf), "%s", path) >= (int)sizeof(buf))
		return err_set(e, ENAMETOOLONG, "make '%s'", path);
	for (char *p = buf + 1;; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(buf, 0700) < 0 && errno != EEXIST)
			return err_set(e, errno, "make '%s'", buf);
		if (!c)
			return 0;
		*p = c;
	}
}

/* ROOT/containers, or RUN. */
static int open_parent(const char *dir, const char *below, int *ret, struct err *e)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s", dir, below) >= (int)sizeof(path))
		return err_set(e, ENAMETOOLONG, "make '%s'", dir);
	if (make_parents(path, e) < 0)
		return -1;
	*ret = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? err_set(e, errno, "open '%s'", path) : 0;
}

/* What is to be made, and what of it has been made so far. */
struct making {
	const char *root_path, *run_path, *id;
	const char *name;  /* to be claimed, "" for any; or NULL */
	const char *group; /* or NULL */
	const char *log;   /* or NULL */
	pid_t maker;       /* or 0 */
	bool summary;
	struct given facts;
	char **command; /* or NULL */
	int containers, root, run, dir;
	bool marked;
	char claimed[CLAIM_NAME_LEN];
};

/* One line as the file NAME of a directory. */
static int write_line(int dirfd, const char *name, const char *text, struct err *e)
{
	char line[PATH_MAX];
	int n = snprintf(line, sizeof(line), "%s\n", text);
	AUTO_FD fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || n >= (int)sizeof(line) || fd_write_all(fd, line, (size_t)n) < 0)
		return err_set(e, fd < 0 ? errno : ENAMETOOLONG, "write '%s'", name);
	return 0;
}

/* What lies in ROOT/containers/ID. */
static int fill(struct making *m, struct err *e)
{
	char now[TIME_TEXT_LEN + 1];

	for (size_t i = 0; i < N_PARTS; i++)
		if (mkdirat(m->dir, parts[i].name, parts[i].mode) < 0)
			return err_set(e, errno, "make '%s/%s'", m->id, parts[i].name);
	time_text(now, sizeof(now));
	if (write_line(m->dir, "created", now, e) < 0)
		return -1;
	if (*m->claimed && write_line(m->dir, "name", m->claimed, e) < 0)
		return -1;
	if (given_write(m->dir, &m->facts, e) < 0)
		return -1;
	return m->summary ? given_summarize(m->dir, &m->facts, now, m->claimed, e) : 0;
}

/* RUN/ID. */
static int make_run(const struct making *m, struct err *e)
{
	char path[NAME_MAX + 16];

	if (mkdirat(m->run, m->id, 0700) < 0)
		return err_set(e, errno, "make the run directory of container '%s'", m->id);
	snprintf(path, sizeof(path), "%s/cgroup", m->id);
	return m->group ? write_line(m->run, path, m->group, e) : 0;
}

static void undo_run(const struct making *m)
{
	char path[NAME_MAX + 16];

	snprintf(path, sizeof(path), "%s/cgroup", m->id);
	unlinkat(m->run, path, 0);
	unlinkat(m->run, m->id, AT_REMOVEDIR);
}

static void undo(const struct making *m)
{
	if (m->dir >= 0) {
		given_remove(m->dir, &m->facts);
		unlinkat(m->dir, "name", 0);
		unlinkat(m->dir, "created", 0);
		for (size_t i = 0; i < N_PARTS; i++)
			unlinkat(m->dir, parts[i].name, AT_REMOVEDIR);
	}
	unlinkat(m->containers, m->id, AT_REMOVEDIR);
}

/* Both directories; what was made before a failure is gone again. */
static int make_directories(struct making *m, struct err *e)
{
	if (mkdirat(m->containers, m->id, 0700) < 0)
		return err_set(e, errno, "make the directory of container '%s'", m->id);
	m->dir = openat(m->containers, m->id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->dir < 0)
		err_set(e, errno, "open the directory of container '%s'", m->id);
	else if (fill(m, e) == 0) {
		if (make_run(m, e) == 0)
			return 0;
		if (e->code != EEXIST)
			undo_run(m);
	}
	undo(m);
	return -1;
}

/* The marker first and the name next: whoever meets either of them finds out from the marker that its maker lives. */
static int make(struct making *m, struct err *e)
{
	if (m->maker && claim_maker(m->run, m->id, m->maker, e) < 0)
		return -1;
	if (!m->name || claim_name(m->root, m->name, m->id, m->claimed, e) == 0) {
		if (make_directories(m, e) == 0)
			return 0;
		if (m->name)
			claim_name_undo(m->root, m->claimed);
	}
	if (m->maker)
		claim_maker_undo(m->run, m->id);
	return -1;
}

static void take_option(struct making *m, int id, const char *arg)
{
	switch (id) {
	case O_NEW_MAKER:
		if (num_pid(arg, &m->maker) < 0)
			opt_usage(&new_spec, "not a process: '%s'", arg);
		break;
	case O_NEW_NAME:
		m->name = arg;
		break;
	case O_NEW_SUMMARY:
		m->summary = true;
		break;
	case O_NEW_GROUP:
		m->group = arg;
		break;
	default:
		m->log = arg;
	}
}

/* The whole command line. */
static void parse(struct making *m, int argc, char **argv)
{
	struct opt_parser p;
	struct err e;
	int id, left;

	opt_begin(&p, &new_spec, argc, argv);
	while ((id = opt_next(&p)) >= 0)
		take_option(m, id, p.arg);
	left = argc - p.index - 3;
	argv += p.index;
	if (left < 0)
		opt_usage(&new_spec, "3 operands are needed");
	m->root_path = argv[0];
	m->run_path = argv[1];
	m->id = argv[2];
	if (!name_is_file(m->id))
		opt_usage(&new_spec, "not an id: '%s'", m->id);
	m->facts.words = argv + 3;
	m->facts.n = given_count(m->facts.words, left, &e);
	if (m->facts.n < 0)
		opt_usage(&new_spec, "%s", e.text);
	if (m->facts.n < left) {
		m->command = argv + 3 + m->facts.n + 1;
		if (!*m->command)
			opt_usage(&new_spec, "a command is missing behind '--'");
	}
}

/* The directories that all containers lie in. */
static int open_parents(struct making *m, struct err *e)
{
	if (open_parent(m->root_path, "/containers", &m->containers, e) < 0 ||
	    open_parent(m->run_path, "", &m->run, e) < 0)
		return -1;
	return m->name ? open_parent(m->root_path, "", &m->root, e) : 0;
}

int cmd_new(int argc, char **argv)
{
	struct making m = {.containers = -1, .root = -1, .run = -1, .dir = -1};
	mode_t mask;
	struct err e;

	parse(&m, argc, argv);
	mask = umask(0);
	if (open_parents(&m, &e) < 0 || make(&m, &e) < 0)
		die_err(m.command ? EXIT_OWN : EXIT_FAILED, &e);
	if (m.log && event_append(m.log, "container", "create", m.id, NULL, &e) < 0)
		msg_err(&e);
	eventlog_rotate(m.run);
	umask(mask);
	if (!m.command)
		return 0;
	chain_exec(m.command, &e);
	die_err(EXIT_OWN, &e);
}

int cmd_now(int argc, char **argv)
{
	char now[TIME_TEXT_LEN + 1];

	operands(&now_spec, argc, argv, 0);
	time_text(now, sizeof(now));
	if (puts(now) < 0 || fflush(stdout) != 0)
		die(EXIT_FAILED, "write to standard output: %s", strerror(errno));
	return 0;
}
