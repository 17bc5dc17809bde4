/*
 * when.h - points in time and how long ago they were, in docker's words. A point is nanoseconds since 1970; 0 is
 * "never".
 */
#ifndef CTSTATE_WHEN_H
#define CTSTATE_WHEN_H

#include <stdint.h>

#define WHEN_TEXT 64

/* Now. */
int64_t when_now(void);

/* Parses RFC 3339 in UTC with up to nine digits of fraction, as time_text() of proc.h writes it. 0, or -1 with errno
 * EINVAL. */
int when_parse(const char *s, int64_t *ret);

/* RFC 3339 as Go prints it: no trailing zeros in the fraction; never is 0001-01-01T00:00:00Z. Returns buf. */
const char *when_rfc3339(int64_t t, char buf[WHEN_TEXT]);

/* RFC 3339 with nine digits of fraction and the offset of local time. Returns buf. */
const char *when_local_rfc3339(int64_t t, char buf[WHEN_TEXT]);

/* "2026-11-25 21:00:00 +0000 UTC", local time. Returns buf. */
const char *when_local(int64_t t, char buf[WHEN_TEXT]);

/* "Less than a second", "5 seconds", "About a minute", "About an hour", "3 weeks" ... (units.HumanDuration of
 * docker). Returns buf. */
const char *when_human(int64_t ns, char buf[WHEN_TEXT]);

#endif
