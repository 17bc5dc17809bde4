/*
 * stdio.h - standard input, output and error that a container may have without having what is behind them.
 *
 * A descriptor of the host's lets whoever is root inside change owner, mode and times of what it was opened on: of the
 * host's /dev/null, of its terminals, of a file that is somebody's input.
 */
#ifndef COMMON_STDIO_H
#define COMMON_STDIO_H

#include "err.h"

/* Opens each of the three again through a read-only mount of its own, where that can be: devices, and files and
 * directories that are only read. Pipes and sockets have no owner to lose; a file that is written to stays as it is. To be
 * called in the mount namespace in which they were opened; needs CAP_SYS_ADMIN there. */
int stdio_guard(struct err *e);

#endif
