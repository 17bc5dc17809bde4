/*
 * terminal.h - --pty: a terminal inside, relayed to the caller's.
 */
#ifndef NSENTER_LITE_TERMINAL_H
#define NSENTER_LITE_TERMINAL_H

#include "common/err.h"

/* Becomes ptyrun(1), which runs this program again, with the same arguments and a --console-fd, which becomes
 * descriptor fd. Returns only on failure. */
int terminal(int fd, int argc, char **argv, struct err *e);

#endif
