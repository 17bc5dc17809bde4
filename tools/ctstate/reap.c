/*
 * reap.c - ctstate reap: what nsrun's supervisor becomes when a container's command has ended, or could not be started.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "ending.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
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
		ending_write(x, x->d.containers, id, "exit", before.p);
	else
		ending_mark(x, x->d.containers, id, "unstarted");
}

/* One that is being started again has neither of the first two in that moment, but has been counted. */
static bool has_run(struct ending *x, const char *id)
{
	return fact_exists(x->d.run, id, "pid") || fact_exists(x->d.run, id, "exit") ||
	       fact_exists(x->d.run, id, "released") || fact_exists(x->d.run, id, "restarts");
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
		ending_write(x, x->d.containers, id, "exit", line.p);
	ending_release(x, id);
	ending_mark(x, x->d.run, id, "released");
	unlinkat(x->d.run, arena_printf(&x->a, "starting/%s", id), 0);
	return 0;
}

/* Nobody's signal ends it, those of a terminal that it may still be at included. nsrun has left them blocked. */
static void ignore_signals(void)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int cmd_reap(int argc, char **argv)
{
	struct ending x;
	char **id;
	int r;

	ignore_signals();
	id = ending_begin(&x, &spec, argc, argv, NULL);
	if (!id[0] || id[1])
		opt_usage(&spec, "one id is needed");
	r = ending_reap(&x, id[0]);
	ending_close(&x);
	if (x.status >= 0)
		return x.status;
	return r < 0 ? EXIT_FAILED : 0;
}
