/*
 * reap.c - ctstate reap: what nsrun's supervisor becomes when a container's command has ended, or could not be started.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/opt.h"
#include "ending.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct opt_spec spec = {
    .tool = "ctstate reap",
    .synopsis = "[OPTION]... ROOT RUN ID",
    .about =
        "Clean up behind a container whose command has ended or could not be started: keep how it ended, give back "
        "its control group and networks, and remove it if it was run with --rm or has never run.",
    .table = cmd_options + REAP_AT,
    .n = REAP_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct waiting {
	struct ending *x;
	const char *id, *line;
};

/* RUN/waiting/ID.PID is of a "wait" that wants to know how the container has ended. */
static void tell_waiter(void *arg, const char *name)
{
	const struct waiting *w = arg;
	size_t n = strlen(w->id);
	AUTO_FD fd = -1;

	if (strncmp(name, w->id, n) != 0 || name[n] != '.')
		return;
	fd = openat(w->x->d.run, arena_printf(&w->x->a, "waiting/%s", name),
	            O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fd_write_all(fd, w->line, strlen(w->line)) < 0 || fd_write_all(fd, "\n", 1) < 0)
		msg("write 'waiting/%s': %s", name, strerror(errno));
}

static void tell_waiters(struct ending *x, const char *id, const char *line)
{
	struct waiting w = {x, id, line};
	struct err e;

	if (state_each(x->d.run, "waiting", tell_waiter, &w, &e) < 0)
		msg_err(&e);
}

/* Writes a line as a fact of a container, if that is there. */
static void write_fact(struct ending *x, int dirfd, const char *id, const char *name, const char *line)
{
	const char *text = arena_printf(&x->a, "%s\n", line);
	struct err e;

	if (file_write_atomic(dirfd, arena_printf(&x->a, "%s/%s", id, name), text, strlen(text), 0600, &e) < 0 &&
	    e.code != ENOENT)
		msg_err(&e);
}

/* An empty fact, of which only counts that it is there. */
static void set_mark(struct ending *x, int dirfd, const char *id, const char *name)
{
	const char *path = arena_printf(&x->a, "%s/%s", id, name);
	AUTO_FD fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 && errno != ENOENT)
		msg("write '%s': %s", path, strerror(errno));
}

/* Whether the start was one of a container that was whole before (scripts/lib/recall.sh). Another who cleans up may just
 * have taken the marker away: then there is what that start had put aside. */
static bool was_whole(struct ending *x, const char *id)
{
	struct fact marker = fact_line(&x->a, x->d.run, "starting", id);
	const char *word = marker.p ? strchr(marker.p, '\n') : NULL;

	return (word && strcmp(word, "\nagain") == 0) || fact_exists(x->d.run, id, "before") ||
	       fact_exists(x->d.containers, id, "exit");
}

/* The command did not run: what the container was before, it is again. */
static void restore(struct ending *x, const char *id)
{
	struct fact before = fact_line(&x->a, x->d.run, id, "before");

	if (!before.p || fact_exists(x->d.containers, id, "exit"))
		return;
	if (before.n)
		write_fact(x, x->d.containers, id, "exit", before.p);
	else
		set_mark(x, x->d.containers, id, "unstarted");
}

static bool has_run(struct ending *x, const char *id)
{
	return fact_exists(x->d.run, id, "pid") || fact_exists(x->d.run, id, "exit") ||
	       fact_exists(x->d.run, id, "released");
}

int ending_reap(struct ending *x, const char *id)
{
	bool remove = life_removes_itself(&x->a, &x->d, id);
	struct fact line;

	if (!has_run(x, id)) {
		if (!was_whole(x, id))
			remove = true;
		else if (!remove)
			restore(x, id);
	}
	line = fact_line(&x->a, x->d.run, id, "exit");
	if (remove) {
		tell_waiters(x, id, line.p ? line.p : "");
		return ending_remove(x, id, ENDING_VOLUMES | ENDING_DEFER);
	}
	if (line.n)
		write_fact(x, x->d.containers, id, "exit", line.p);
	ending_release(x, id);
	set_mark(x, x->d.run, id, "released");
	unlinkat(x->d.run, arena_printf(&x->a, "starting/%s", id), 0);
	return 0;
}

/* Nobody's signal ends it, those of a terminal that it may still be at included. */
static void ignore_signals(void)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
}

int cmd_reap(int argc, char **argv)
{
	struct ending x = {.netns_veth = "netns-veth"};
	struct opt_parser p;
	struct err e;
	int r;

	ignore_signals();
	opt_begin(&p, &spec, argc, argv);
	while (opt_next(&p) >= 0)
		x.netns_veth = p.arg;
	if (argc - p.index != 3 || !name_is_file(argv[p.index + 2]))
		opt_usage(&spec, "three operands are needed: ROOT, RUN and an id");
	umask(077);
	if (ending_open(&x, argv[p.index], argv[p.index + 1], &e) < 0)
		die_err(EXIT_FAILED, &e);
	r = ending_reap(&x, argv[p.index + 2]);
	ending_close(&x);
	return r < 0 ? EXIT_FAILED : 0;
}
