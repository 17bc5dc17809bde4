/*
 * unpack.h - a tar into a directory, or, as cp does, to a place that its first member decides on.
 */
#ifndef CTCP_UNPACK_H
#define CTCP_UNPACK_H

#include "common/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct unpack_options {
	const char *path; /* where to, as the process sees it: inside of its jail */
	/*
	 * NULL: path is a directory, and the members' names count. Otherwise the members are "." and what is below it, and
	 * this is what the source is called; "" when only what it contains is meant.
	 */
	const char *base;
	bool own; /* what is made belongs to who runs this, whoever had it */
};

/* Reads the tar, compressed or not, from fd. *ret_any: whether there was a member. */
int unpack(int fd, const struct unpack_options *o, bool *ret_any, struct err *e);

#endif
