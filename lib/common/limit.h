/*
 * limit.h - resource limits by name (setrlimit(2)).
 */
#ifndef COMMON_LIMIT_H
#define COMMON_LIMIT_H

#include "err.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct limits {
	unsigned int set; /* bit n: limit n is set */
	struct rlimit limit[RLIM_NLIMITS];
};

/* Adds "NAME=SOFT[:HARD]", the names of prlimit(1) and numbers, "unlimited" or "-1". -1 with a text that says what is
 * wrong. */
int limits_add(struct limits *l, const char *arg, struct err *e);

/* Whether there is any. */
bool limits_any(const struct limits *l);

/* Gives them to a process; 0 is the caller. EPERM where a hard limit would be raised without CAP_SYS_RESOURCE. */
int limits_apply(const struct limits *l, pid_t pid, struct err *e);

#endif
