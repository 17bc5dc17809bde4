/*
 * finish.h - how a run came out, and what is done about it at the end.
 */
#ifndef NSRUN_FINISH_H
#define NSRUN_FINISH_H

#include "run.h"

#include "common/proc.h"

struct outcome {
	bool started;          /* the command was executed */
	bool failed;           /* it was not, for the reason below */
	int status;            /* the exit status of a failure */
	char text[1024];       /* the reason as the chain reported it, or "" ... */
	struct err e;          /* ... and then this */
	struct exit_info exit; /* how the command ended */
	uint64_t oom_before;   /* the group's count of OOM kills at the start */
	bool noted;            /* that has been written down */
	int tell;              /* see detach.h; -1: in the foreground, or told already */
};

/* How often the OOM killer was at work in the run's group until now. */
uint64_t oom_kills(const struct run *r);

/* Appends to the event log, where there is one, that the command has started. */
void tell_start(const struct config *c);

/* Writes down how the command has ended: the exit file and the event. Once. */
void note_end(struct run *r, struct outcome *o);

/* Notes a failure; the first one counts, and the error's own status before the one given. */
void outcome_fail(struct outcome *o, int status);

/* The last steps, in this order: the exit file (or, after a failed start, no file and the message), the drain,
 * on-exit. Returns the exit status of the run; the supervisor may become on-exit instead. */
int finish(struct run *r, int sigfd, struct outcome *o);

#endif
