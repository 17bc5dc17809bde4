/*
 * chain.h - the last step of every tool: become the command.
 */
#ifndef COMMON_CHAIN_H
#define COMMON_CHAIN_H

#include "err.h"

/* execvp(3) of argv, passed on by pointer, with PATH from the current environment. Comes back only on failure: -1
 * with e->status 127 when there is no such command, 126 when there is one that cannot be executed (a directory, no
 * permission, no interpreter, wrong format). */
int chain_exec(char *const argv[], struct err *e);

/* The same with an environment of its own, whose PATH is used for the look-up (the container's, not the caller's). */
int chain_exec_env(char *const argv[], char *const envp[], struct err *e);

/* The argv of a tool that was given no command: $SHELL, else /bin/sh. In static memory: the next call overwrites it. */
char **chain_shell(void);

#endif
