/*
 * args.h - --args: further words of the command line from a file of NUL-ended entries.
 */
#ifndef NSRUN_ARGS_H
#define NSRUN_ARGS_H

#include "common/err.h"
#include "common/opt.h"

/* The file's entries take the place of what follows --args: they are parsed from here on. Only as the last option, and
 * once. The words live as long as the program does. */
int args_load(struct opt_parser *p, const char *path, struct err *e);

#endif
