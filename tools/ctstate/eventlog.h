/*
 * eventlog.h - reading the event log (lib/common/event.h): RUN/events, and RUN/events.1, which is what it was before it
 * had grown too large.
 */
#ifndef CTSTATE_EVENTLOG_H
#define CTSTATE_EVENTLOG_H

#include "facts.h"
#include "json.h"

#define EVENT_LOG "events"
#define EVENT_LOG_OLD "events.1"

/* One line, taken apart. */
struct event {
	int64_t time;
	const char *type, *action, *id;
	struct jval *attributes; /* a map of strings: those of the line */
};

/* Takes a line of n bytes apart. boot: when the machine was started, for times that count from there. False when it is
 * none. */
bool event_parse(struct arena *a, const char *line, size_t n, int64_t boot, struct event *ret);

/* The value of one of its attributes, "" when it has none of that name. */
const char *event_attribute(const struct event *e, const char *key);

/* When the machine was started, on the clock of today. */
int64_t event_boot_time(void);

/* The whole lines of the log from *offset on, in the arena; "" when there are none. With old, what is in the old file
 * stands first. *fd and *offset remember the place; -1 and 0 to begin. After a change of files it goes on in the new
 * one. */
struct fact eventlog_read(struct arena *a, const struct state_dirs *d, bool old, int *fd, off_t *offset);

/* Moves a log that has grown too large out of the way. Of several who want to, one does. */
void eventlog_rotate(int run);

#endif
