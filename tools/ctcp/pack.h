/*
 * pack.h - a file or a tree as a tar.
 */
#ifndef CTCP_PACK_H
#define CTCP_PACK_H

#include "common/err.h"

#include <stdbool.h>

struct pack_options {
	bool follow;      /* when the path is a symbolic link, what it leads to */
	bool one_fs;      /* what other file systems hold stays out */
	const char *name; /* what the file or tree is called in the archive; "": its members stand alone */
};

/* Writes it to fd. The path is looked up as the process sees it: inside of its jail. */
int pack(const char *path, const struct pack_options *o, int fd, struct err *e);

#endif
