/*
 * probe.h - one run of the probing command, and what is remembered of the last ones.
 */
#ifndef CTPROBE_PROBE_H
#define CTPROBE_PROBE_H

#include "common/err.h"
#include "common/proc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_OUTPUT 4096
#define PROBE_KEPT 5

struct probe_result {
	char start[TIME_TEXT_LEN + 1], end[TIME_TEXT_LEN + 1];
	int status; /* as a shell has it; -1 when the time was over */
	size_t n;   /* bytes of output */
	char output[PROBE_OUTPUT];
};

/* Runs the command with its standard output and error read, at most timeout nanoseconds long; then its process group
 * is killed. A command that cannot be started has the status 127 or 126 and says why in its output. */
int probe_run(char *const *argv, uint64_t timeout, struct probe_result *ret, struct err *e);

enum health { HEALTH_STARTING, HEALTH_HEALTHY, HEALTH_UNHEALTHY };

struct history {
	enum health health;
	unsigned int streak; /* failures in a row */
	size_t n;
	struct probe_result kept[PROBE_KEPT]; /* the oldest first */
};

/* Takes a result in. forgiven: a failure does not count yet (docker's start period). */
void history_add(struct history *h, const struct probe_result *r, unsigned int retries, bool forgiven);

/* "starting", "healthy", "unhealthy". */
const char *health_name(enum health h);

/* Writes it all, atomically: a line "HEALTH STREAK", then a line "START END STATUS OUTPUT" each, with \n, \\ and \xHH in
 * OUTPUT. ENOENT when the directory is gone. */
int history_write(const struct history *h, const char *file, struct err *e);

#endif
