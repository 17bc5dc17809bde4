/*
 * sample.h - what cgset --stat says about groups, and what docker stats makes of it.
 */
#ifndef CTSTATE_SAMPLE_H
#define CTSTATE_SAMPLE_H

#include "mem.h"

#include <stdbool.h>
#include <stdint.h>

/* One group at one time. What nobody counted is 0; the limit is then UINT64_MAX. */
struct sample {
	char id[65];        /* the last component of the group's name */
	uint64_t time, cpu; /* microseconds */
	uint64_t memory, cache, limit;
	uint64_t threads;
	uint64_t read, written;
};

struct samples {
	struct sample *v;
	size_t n, room;
};

/* Takes the next line of "group NAME" and "KEY VALUE" lines. Keys that are not known are passed over. */
void sample_line(struct arena *a, struct samples *s, const char *line);

/* The group of that id, or NULL. */
const struct sample *sample_find(const struct samples *s, const char *id);

/* Memory without what the kernel would give up at once (inactive page cache), as docker counts it. */
uint64_t sample_memory(const struct sample *s);

/* Percent of one processor between two times; 0 where there is no earlier one. */
double sample_cpu(const struct sample *before, const struct sample *now);

/* Bytes received and sent by the interfaces of a text in the form of /proc/PID/net/dev (proc(5)), lo left out. */
void sample_net(const char *text, uint64_t *ret_received, uint64_t *ret_sent);

/* A size as docker prints it: four digits and KiB, MiB ..., or, decimal, three and kB, MB .... buf has 16 bytes. */
char *sample_size(uint64_t n, bool decimal, char buf[16]);

#endif
