/*
 * new.c - ctstate new: the directories of a container, with the time it was made; ctstate now: the time alone.
 *
 * mkdir(2) of ROOT/containers/ID is the claim: of two who want the same id one fails and leaves the other's directory
 * alone. What was made before a failure is removed again.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/opt.h"
#include "common/proc.h"
#include "eventlog.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct opt_spec new_spec = {
    .tool = "ctstate new",
    .synopsis = "ROOT RUN ID",
    .about = "Make ROOT/containers/ID with upper, work, merged and created, and RUN/ID; parents too when missing.",
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

static int fill(int dir, const char *id, struct err *e)
{
	char now[TIME_TEXT_LEN + 1], line[TIME_TEXT_LEN + 2];
	AUTO_FD fd = -1;
	int n;

	for (size_t i = 0; i < N_PARTS; i++)
		if (mkdirat(dir, parts[i].name, parts[i].mode) < 0)
			return err_set(e, errno, "make '%s/%s'", id, parts[i].name);
	time_text(now, sizeof(now));
	n = snprintf(line, sizeof(line), "%s\n", now);
	fd = openat(dir, "created", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fd_write_all(fd, line, (size_t)n) < 0)
		return err_set(e, errno, "write '%s/created'", id);
	return 0;
}

static void undo(int containers, int dir, const char *id)
{
	unlinkat(dir, "created", 0);
	for (size_t i = 0; i < N_PARTS; i++)
		unlinkat(dir, parts[i].name, AT_REMOVEDIR);
	unlinkat(containers, id, AT_REMOVEDIR);
}

static int make(int containers, int run, const char *id, struct err *e)
{
	AUTO_FD dir = -1;

	if (mkdirat(containers, id, 0700) < 0)
		return err_set(e, errno, "make the directory of container '%s'", id);
	dir = openat(containers, id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		err_set(e, errno, "open the directory of container '%s'", id);
	} else if (fill(dir, id, e) == 0) {
		if (mkdirat(run, id, 0700) == 0)
			return 0;
		err_set(e, errno, "make the run directory of container '%s'", id);
	}
	undo(containers, dir, id);
	return -1;
}

int cmd_new(int argc, char **argv)
{
	char **op = operands(&new_spec, argc, argv, 3);
	AUTO_FD containers = -1;
	AUTO_FD run = -1;
	struct err e;

	if (!name_is_file(op[2]))
		opt_usage(&new_spec, "not an id: '%s'", op[2]);
	umask(0);
	if (open_parent(op[0], "/containers", &containers, &e) < 0 || open_parent(op[1], "", &run, &e) < 0 ||
	    make(containers, run, op[2], &e) < 0)
		die_err(EXIT_FAILED, &e);
	eventlog_rotate(run);
	return 0;
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
