/*
 * timepoint.h - points in time as people and files write them, in nanoseconds since 1970.
 */
#ifndef COMMON_TIMEPOINT_H
#define COMMON_TIMEPOINT_H

#include <stddef.h>
#include <stdint.h>

/* An RFC 3339 time of n bytes, or a part of it from the date on; UTC where it names no zone. -1 when it is none. */
int timepoint_parse(const char *s, size_t n, int64_t *ret);

/* What --since and --until take: such a time, seconds since 1970, or a duration before now (10m). -1 when it is neither. */
int timepoint_arg(const char *arg, int64_t *ret);

#endif
