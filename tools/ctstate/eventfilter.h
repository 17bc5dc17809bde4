/*
 * eventfilter.h - which events are meant: docker's events --filter KEY=VALUE. Several values of one key are alternatives,
 * different keys must all hold, labels must all hold.
 */
#ifndef CTSTATE_EVENTFILTER_H
#define CTSTATE_EVENTFILTER_H

#include "eventlog.h"

#define EVENT_FILTERS_MAX 64

struct event_filters {
	size_t n;
	struct {
		size_t kind;
		const char *value;
	} f[EVENT_FILTERS_MAX];
};

/* Adds one "KEY=VALUE". */
int event_filter_add(struct event_filters *fs, const char *text, struct err *e);

/* Whether the event is meant; its attributes are complete. */
bool event_filters_match(const struct event_filters *fs, const struct event *ev);

#endif
