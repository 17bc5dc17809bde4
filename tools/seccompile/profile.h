/*
 * profile.h - a profile in JSON, docker's or the OCI runtime specification's, made into a filter.
 */
#ifndef SECCOMPILE_PROFILE_H
#define SECCOMPILE_PROFILE_H

#include "common/err.h"
#include "filter.h"

#include <stddef.h>
#include <stdint.h>

/* What a profile may make its rules depend on, and what it says beside them. */
struct profile_world {
	uint64_t caps;       /* the bounding set that the command keeps */
	unsigned int kernel; /* major << 16 | minor */
};

/* Reads the profile text[n] and fills *f (filter_free it, whatever is returned) and the flags for seccomp(2). Errors
 * name the place: "line 3, column 7", or "syscalls[4].args[0].op". */
int profile_compile(const char *text, size_t n, const struct profile_world *w, struct filter *f, uint32_t *ret_flags,
                    struct err *e);

/* "6.18" or "6.18.3-generic" as major << 16 | minor; -1 when it is neither. strict: nothing behind the minor number. */
int profile_kernel(const char *text, int strict, unsigned int *ret);

#endif
