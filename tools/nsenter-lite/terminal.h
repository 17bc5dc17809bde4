/*
 * terminal.h - --pty: a terminal inside, relayed to the caller's.
 */
#ifndef NSENTER_LITE_TERMINAL_H
#define NSENTER_LITE_TERMINAL_H

#include "request.h"

/* Becomes ptyrun(1), which runs this program again, with the same arguments and a --console-fd. Returns only on
 * failure. */
int terminal(const struct request *r, int argc, char **argv, struct err *e);

#endif
