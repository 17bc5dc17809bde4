/*
 * attach.h - what a client of a command's terminal and its relay say to each other over a unix(7) socket of packets.
 *
 * To the relay: one byte that says what, then what was typed, or a struct winsize. From it: what the terminal shows.
 * The end of the connection is the end of the terminal.
 */
#ifndef PTYRUN_ATTACH_H
#define PTYRUN_ATTACH_H

#include "keys.h"

#include "common/err.h"

#include <stdbool.h>

#define ATTACH_DATA 'd'
#define ATTACH_SIZE 'w'
#define ATTACH_CHUNK 4096

/* What attach_run ends with besides EXIT_OWN: */
enum { ATTACH_ENDED = 0, ATTACH_LEFT = 3 };

struct attach {
	const char *socket;
	bool no_input;
	struct keys keys;
};

/* A listening socket at path, in place of what a killed relay has left there. */
int attach_listen(const char *path, int *ret_fd, struct err *e);

/* Connects to one. */
int attach_connect(const char *path, int *ret_fd, struct err *e);

/* The client: until the terminal has ended (ATTACH_ENDED) or the keys were typed (ATTACH_LEFT); 128 and the signal when
 * one came, or SIGPIPE when nobody reads standard output any more; EXIT_FAILED when it cannot be written. */
int attach_run(const struct attach *a);

#endif
