/*
 * health.h - a container's health, as ctprobe has written it down.
 */
#ifndef CTSTATE_HEALTH_H
#define CTSTATE_HEALTH_H

#include "facts.h"
#include "json.h"

/* "starting", "healthy" or "unhealthy"; "" when nobody asks it. */
const char *health_word(struct arena *a, const struct state_dirs *d, const char *id);

/* What health_view makes of the file's text (cut up in place; NULL when there is none). For tests. */
struct jval *health_parse(struct arena *a, char *text);

/* inspect's State.Health: status, failures in a row, the last results; NULL when nobody asks it. */
struct jval *health_view(struct arena *a, const struct state_dirs *d, const char *id);

/* inspect's Config.Healthcheck: the test and its times in nanoseconds; NULL when there is none. */
struct jval *health_config(struct arena *a, const struct state_dirs *d, const char *id);

#endif
