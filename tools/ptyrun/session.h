/*
 * session.h - the command, the relay and the signals between them.
 *
 * With a terminal on standard input there are two processes besides the command: the relay passes bytes, and the
 * guardian (the process that was started) waits, forwards signals and puts the terminal back whatever happens to the
 * others; if the guardian itself is killed, the relay sees its pipe end and puts the terminal back. Without a
 * terminal nothing has to be guarded: one process does both.
 */
#ifndef PTYRUN_SESSION_H
#define PTYRUN_SESSION_H

#include "keys.h"
#include "term.h"

#include "common/proc.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct session {
	int console_fd;     /* the command's end of the socket; with own: unused */
	int log_fd;         /* -1: none */
	int drain_fd;       /* -1: none */
	bool own;           /* the command gets the pty from us and a session of its own */
	bool detach;        /* the relay stays when the command ends */
	bool more;          /* the command may hand out a further terminal when one is hung up */
	const char *socket; /* where clients attach, or NULL */
	struct keys keys;   /* what leaves the terminal while the command goes on */

	struct term term;
	sigset_t old_mask; /* what the command starts with */
	int sigfd;
	int master; /* -1 until it came */
	int sock;   /* the console socket; -1 once it is not needed any more */
	int listener;
	struct relay *here; /* the relay in this process, or NULL */
	bool left;          /* the keys were typed, and another process relays on */
	pid_t command, relay;
	int relay_pipe; /* its end tells the relay that the guardian is gone, a byte in it to drain and end */
	bool command_ended;
	struct exit_info how;
};

/* Runs the command with a pty and returns its exit status, or 0 when it was left by the keys; 125 after a message when
 * that failed. */
int session_run(struct session *s, char *const argv[]);

#endif
