/*
 * event.h - the event log: what happens to containers, images, networks and volumes, one line each, appended by whoever does it.
 *
 *	TIME TYPE ACTION ID [KEY=VALUE]...
 *
 * TIME is RFC 3339 in UTC with nanoseconds, or "+SECONDS.FRACTION" since boot (CLOCK_BOOTTIME), which a shell can read from
 * /proc/uptime. Blanks, control characters and '%' in a word are %XX. A line leaves in one write(2) with O_APPEND, so that
 * those of many writers stay whole; nobody waits for anybody.
 */
#ifndef COMMON_EVENT_H
#define COMMON_EVENT_H

#include "err.h"

/* Appends a line to the file, which is made when missing. pairs ends with NULL; it may be NULL. */
int event_append(const char *file, const char *type, const char *action, const char *id, const char *const *pairs,
                 struct err *e);

/* Decodes %XX in place. */
void event_decode(char *word);

#endif
