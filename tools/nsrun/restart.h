/*
 * restart.h - --restart: whether a command that has ended is started again, and when.
 */
#ifndef NSRUN_RESTART_H
#define NSRUN_RESTART_H

#include "common/proc.h"

#include <stdbool.h>
#include <stdint.h>

enum restart_when { RESTART_NO, RESTART_ON_FAILURE, RESTART_ALWAYS };

/*
 * when, max    the policy; max starts more at most, 0: any number
 * count_file   where the number of restarts is kept, or NULL
 * wait_file    is there while the next start is waited for, or NULL
 * unless_file  the command is not started again where this is there, or NULL
 * policy_file  the policy may be changed there while the command runs, or NULL
 */
struct restart_policy {
	enum restart_when when;
	unsigned int max;
	const char *count_file, *wait_file, *unless_file, *policy_file;
};

/* What has come of it. */
struct restart_state {
	unsigned int count;
	uint64_t started;   /* ns of CLOCK_MONOTONIC; when the command was started last */
	unsigned int delay; /* ms before the next start */
};

/* "no", "on-failure", "on-failure:N", "always", "unless-stopped" (the same: there is no daemon that could be started
 * again). -1 when it is none of these. */
int restart_parse(const char *arg, struct restart_policy *ret);

/* The policy as it is by now: what a line of policy_file says, or p where that cannot be read or says nothing of the kind. */
struct restart_policy restart_now(const struct restart_policy *p);

/* Whether a command that ended so is started again. */
bool restart_wanted(const struct restart_policy *p, const struct restart_state *s, const struct exit_info *x);

/* Whether somebody has said that it is not. */
bool restart_forbidden(const struct restart_policy *p);

/* The time before the next start: 100 ms, twice as long each time up to a minute, and from the beginning after a run
 * of 10 s. */
unsigned int restart_delay(struct restart_state *s, uint64_t now);

/* Notes the start of a run. */
void restart_started(struct restart_state *s);

/* Counts the next start, and makes the file that says that it is waited for: before anybody can see the end. */
void restart_announce(const struct restart_policy *p, const struct restart_state *s);

/* Waits for the time of the next start. False when a signal came that would have ended the command, or it is forbidden by
 * now. */
bool restart_wait(const struct restart_policy *p, struct restart_state *s, int sigfd);

/* Removes that file: when the command is not started again, or when the end before is no longer written down, so that
 * nobody sees an end and no file and takes it for the last one. */
void restart_waited(const struct restart_policy *p);

#endif
