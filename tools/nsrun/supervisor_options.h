/*
 * supervisor_options.h - the options about what is left outside: the supervisor, its files, what it runs at the end, starting
 * again, and the descriptors that it is handed.
 */
#ifndef NSRUN_SUPERVISOR_OPTIONS_H
#define NSRUN_SUPERVISOR_OPTIONS_H

#include "config.h"

/* Takes one of them into *c; ends the process with 125 and a line when its argument is wrong. */
void supervisor_option(struct config *c, int id, const char *arg);

/* Whether they go together, once all are read; ends the process likewise. */
void supervisor_check(const struct config *c);

#endif
