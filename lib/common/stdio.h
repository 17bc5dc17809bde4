/*
 * stdio.h - standard input, output and error that a container may have without having what is behind them.
 *
 * A descriptor of the host's lets whoever is root inside change owner, mode and times of what it was opened on: of the
 * host's /dev/null, of its terminals, of a file that is somebody's input.
 */
#ifndef COMMON_STDIO_H
#define COMMON_STDIO_H

#include "err.h"

/* What holds the mounts: close-on-exec descriptors, -1 where there is none. */
struct stdio_guard {
	int tree[3];
};

#define STDIO_NO_GUARD ((struct stdio_guard){{-1, -1, -1}})

/* Opens each of three descriptors again through a read-only mount, where that can be: devices, and files and
 * directories that are only read. Pipes and sockets have no owner to lose; a file that is written to stays as it is. To be
 * called in the mount namespace in which they were opened; needs CAP_SYS_ADMIN there. */
int stdio_guard(const int fds[3], struct stdio_guard *ret, struct err *e);

/* Lets the mounts go, which takes a while and is best done once the command runs; also after a failure. What was opened
 * goes on. */
void stdio_release(struct stdio_guard *g);

#endif
