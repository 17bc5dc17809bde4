/*
 * filter.h - rules in, instructions out: libseccomp, and in front of its program what it cannot say.
 */
#ifndef SECCOMPILE_FILTER_H
#define SECCOMPILE_FILTER_H

#include "common/err.h"

#include <linux/filter.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_ARCHES 4
#define FILTER_LATE 32

/* A call that libseccomp is too old to know. */
struct late_call {
	uint32_t nr, action;
	bool everywhere; /* the number means the same on the other architectures, too */
};

struct filter {
	scmp_filter_ctx ctx;
	uint32_t default_action;
	uint32_t
	    arch[FILTER_ARCHES]; /* libseccomp's tokens, which are AUDIT_ARCH_... but for x32; the machine's is first */
	uint32_t last[FILTER_ARCHES]; /* the greatest number that the profile mentions */
	size_t n_arches;
	struct late_call late[FILTER_LATE];
	size_t n_late;
};

/* Begins a filter that answers so to whatever no rule is about. filter_free it, whatever follows. */
int filter_begin(struct filter *f, uint32_t default_action, struct err *e);
void filter_free(struct filter *f);

/* Adds an architecture beside the machine's own; one of another family cannot run here and is left out. */
int filter_arch(struct filter *f, uint32_t token, struct err *e);

/* Notes that the profile knows a call, whether or not a rule about it follows. -1 when there is no call of that
 * name. */
int filter_mention(struct filter *f, const char *call, struct err *e);

/* Adds a rule: the action when all comparisons hold (n 0: always). */
int filter_rule(struct filter *f, uint32_t action, const char *call, const struct scmp_arg_cmp *args, unsigned int n,
                struct err *e);

/* Ends: the program, to be freed. */
int filter_program(struct filter *f, struct sock_filter **ret_code, size_t *ret_n, struct err *e);

/* Writes libseccomp's program in its readable form, and before it what ours does. */
int filter_explain(struct filter *f, int fd, struct err *e);

#endif
