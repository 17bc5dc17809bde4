/*
 * events.c - ctstate events: what has happened and what happens, from the event log, in docker's words.
 *
 * A line of the log names a container by its id. Its name, image and labels come from its facts while it is there, and
 * from the line that says that it was removed afterwards: therefore what is there is looked through for such lines first.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/timepoint.h"
#include "ct.h"
#include "eventfilter.h"
#include "eventlog.h"
#include "output.h"
#include "rows.h"
#include "when.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static const struct opt_spec spec = {
    .tool = "ctstate events",
    .synopsis = "[OPTION]... ROOT RUN",
    .about = "Print what happens to containers, images, networks and volumes; with --since what has happened before as "
             "well.",
    .table = cmd_options + EVENTS_AT,
    .n = EVENTS_OPTIONS,
    .usage_status = EXIT_USAGE,
};

struct events {
	struct arena a;     /* for the whole run */
	struct arena batch; /* for the lines that are being printed */
	struct state_dirs dirs;
	struct event_filters filters;
	const char *format;
	struct rows rows;
	int64_t since, until, boot;
	uint64_t left;        /* so many more are printed */
	struct jval *removed; /* attributes of removed containers, by id */
	int fd;
	off_t offset;
};

/* Takes the options; returns the operands. */
static char **parse(struct events *ev, int argc, char **argv)
{
	struct opt_parser p;
	struct err e;
	int id;

	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0) {
		if (id == O_EVENTS_FORMAT)
			ev->format = p.arg;
		else if (id == O_EVENTS_COUNT && num_u64(p.arg, 1, UINT64_MAX, &ev->left) < 0)
			opt_usage(&spec, "--count: not a number from 1 on: '%s'", p.arg);
		else if (id == 'f' && event_filter_add(&ev->filters, p.arg, &e) < 0)
			die_err(EXIT_FAILED, &e);
		else if (id != 'f' && id != O_EVENTS_COUNT &&
		         timepoint_arg(p.arg, id == O_EVENTS_SINCE ? &ev->since : &ev->until) < 0)
			die(EXIT_FAILED,
			    "not a time (2026-11-25T21:00:00Z), seconds since 1970 or a duration (10m): '%s'", p.arg);
	}
	if (argc - p.index != 2)
		opt_usage(&spec, "two operands are needed, ROOT and RUN");
	return argv + p.index;
}

/* Adds to the line's own attributes what is known of the container. */
static void complete(struct events *ev, struct event *e)
{
	struct jval *base;

	if (strcmp(e->type, "container") != 0)
		return;
	base = j_get(ev->removed, e->id);
	if (!base)
		base = ct_attributes(&ev->batch, &ev->dirs, e->id);
	for (size_t i = 0; base && i < base->n; i++)
		if (!j_get(e->attributes, base->members[i].key))
			j_set(&ev->batch, e->attributes, base->members[i].key, base->members[i].val);
}

/* A member that only templates see: docker's names differ from those in its JSON. */
static void set_hidden(struct arena *a, struct jval *o, const char *key, struct jval *v)
{
	j_set(a, o, key, v);
	o->members[o->n - 1].hidden = true;
}

/* As docker's JSON has it: status, id and from are what older clients read. */
static struct jval *make_row(struct arena *a, const struct event *e)
{
	struct jval *o = j_new(a, J_STRUCT), *actor = j_new(a, J_STRUCT), *action = j_str(a, e->action),
	            *id = j_str(a, e->id), *from = j_str(a, event_attribute(e, "image")), *scope = j_str(a, "local"),
	            *seconds = j_int(a, e->time / 1000000000), *ns = j_int(a, e->time);
	bool of_container = strcmp(e->type, "container") == 0;

	if (of_container || strcmp(e->type, "image") == 0) {
		j_set(a, o, "status", action);
		j_set(a, o, "id", id);
	}
	if (of_container)
		j_set(a, o, "from", from);
	j_set(a, o, "Type", j_str(a, e->type));
	j_set(a, o, "Action", action);
	j_set(a, actor, "ID", id);
	j_set(a, actor, "Attributes", e->attributes);
	j_set(a, o, "Actor", actor);
	j_set(a, o, "scope", scope);
	j_set(a, o, "time", seconds);
	j_set(a, o, "timeNano", ns);
	set_hidden(a, o, "Status", action);
	set_hidden(a, o, "ID", id);
	set_hidden(a, o, "From", from);
	set_hidden(a, o, "Scope", scope);
	set_hidden(a, o, "Time", seconds);
	set_hidden(a, o, "TimeNano", ns);
	return o;
}

/* "TIME container start ID (image=busybox, name=web)" */
static void add_line(struct events *ev, const struct event *e)
{
	struct buf *b = &ev->rows.lines;
	char time[WHEN_TEXT];

	buf_puts(b, when_local_rfc3339(e->time, time));
	buf_puts(b, arena_printf(&ev->batch, " %s %s %s", e->type, e->action, e->id));
	for (size_t i = 0; i < e->attributes->n; i++) {
		buf_puts(b, i ? ", " : " (");
		buf_puts(b, e->attributes->members[i].key);
		buf_putc(b, '=');
		buf_puts(b, e->attributes->members[i].val->s);
	}
	buf_puts(b, e->attributes->n ? ")\n" : "\n");
}

static void print(struct events *ev, struct event *e)
{
	struct err err;

	if (e->time < ev->since || e->time > ev->until || !ev->left)
		return;
	complete(ev, e);
	if (!event_filters_match(&ev->filters, e))
		return;
	ev->left--;
	if (!ev->format)
		add_line(ev, e);
	else if (rows_add(&ev->rows, make_row(&ev->batch, e), &err) < 0)
		die_err(EXIT_FAILED, &err);
}

/* Notes what a removed container was called. */
static void note_removed(struct events *ev, struct event *e)
{
	if (strcmp(e->type, "container") == 0 && strcmp(e->action, "destroy") == 0)
		j_set(&ev->batch, ev->removed, e->id, e->attributes);
}

/* Calls fn for each line. */
static void each_line(struct events *ev, const struct fact *lines, void (*fn)(struct events *ev, struct event *e))
{
	const char *p = lines->p, *end = lines->p + lines->n, *newline;
	struct event e;

	for (; p && p < end && (newline = memchr(p, '\n', (size_t)(end - p))); p = newline + 1)
		if (event_parse(&ev->batch, p, (size_t)(newline - p), ev->boot, &e))
			fn(ev, &e);
}

/* Prints what the log has behind the place that was reached. */
static void print_new(struct events *ev, bool first)
{
	struct fact lines = eventlog_read(&ev->batch, &ev->dirs, first, &ev->fd, &ev->offset);

	ev->removed = j_map(&ev->batch, J_MAP);
	ev->boot = event_boot_time();
	each_line(ev, &lines, note_removed);
	each_line(ev, &lines, print);
	rows_flush(&ev->rows);
	arena_free(&ev->batch);
}

/* Milliseconds until --until, -1 for never. */
static int time_left(const struct events *ev)
{
	int64_t left = ev->until == INT64_MAX ? -1 : (ev->until - when_now()) / 1000000;

	if (ev->until == INT64_MAX)
		return -1;
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left + 1;
}

/* Sleeps until something has changed. False at the end: --until has come, or nobody reads standard output any more. */
static bool wait_change(const struct events *ev, int inotify)
{
	char changes[4096];
	struct pollfd p[2] = {{.fd = inotify, .events = POLLIN}, {.fd = STDOUT_FILENO}};

	if (poll(p, 2, time_left(ev)) > 0 && (p[1].revents & (POLLERR | POLLHUP)))
		return false;
	while (read(inotify, changes, sizeof(changes)) > 0)
		;
	return true;
}

/* The watch begins before the first look, so that nothing falls between. */
static void follow(struct events *ev, const char *run)
{
	AUTO_FD inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	bool first = true;

	if (inotify < 0 || inotify_add_watch(inotify, run, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
		die(EXIT_FAILED, "watch '%s': %s", run, strerror(errno));
	do {
		bool last = time_left(ev) == 0;

		print_new(ev, first);
		first = false;
		if (last || !ev->left)
			return;
	} while (wait_change(ev, inotify));
}

int cmd_events(int argc, char **argv)
{
	struct events ev = {.since = INT64_MIN, .until = INT64_MAX, .left = UINT64_MAX, .fd = -1};
	char **op = parse(&ev, argc, argv);
	struct err e;

	if (ev.since == INT64_MIN && ev.until > when_now())
		ev.since = when_now();
	if (ev.format && strcmp(ev.format, "json") == 0)
		ev.format = "{{json .}}";
	if (ev.format && !*ev.format)
		ev.format = NULL;
	if (rows_begin(&ev.rows, &ev.a, ev.format, "{{json .}}", ROWS_ARRAY, &e) < 0 ||
	    state_open(op[0], op[1], &ev.dirs, &e) < 0)
		die_err(EXIT_FAILED, &e);
	ev.rows.a = &ev.batch;
	follow(&ev, op[1]);
	rows_end(&ev.rows);
	fd_close(&ev.fd);
	state_close(&ev.dirs);
	arena_free(&ev.a);
	return 0;
}
