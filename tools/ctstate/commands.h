/*
 * commands.h - the sub-commands. Each gets its own name as argv[0], checks its own command line and returns the exit
 * status.
 */
#ifndef CTSTATE_COMMANDS_H
#define CTSTATE_COMMANDS_H

int cmd_new(int argc, char **argv);
int cmd_now(int argc, char **argv);
int cmd_ps(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_remove(int argc, char **argv);

#endif
