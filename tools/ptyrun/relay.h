/*
 * relay.h - bytes between a pty's master and the caller's descriptors, both ways, until told to end.
 *
 * Nothing here blocks but poll(2): the master does not block, and the outputs are opened anew where that gives a
 * description of our own that can be made so (a terminal, a pipe), because O_NONBLOCK on a description that the
 * caller shares would break the caller. A full output therefore never keeps input, a Ctrl-C say, from getting
 * through.
 */
#ifndef PTYRUN_RELAY_H
#define PTYRUN_RELAY_H

#include "keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#define RELAY_DOWN_SIZE 65536
#define RELAY_UP_SIZE 8192
#define RELAY_CLIENTS 8

/* Where output goes. */
struct sink {
	int fd;       /* -1: none, or broken */
	size_t sent;  /* how much of the buffer it has */
	bool blocked; /* wants poll(2) to say that there is room */
	bool careful; /* could not be made non-blocking: small writes, each after poll(2) */
	bool socket;  /* written with MSG_DONTWAIT */
};

/* Those from SINK_CLIENT on are connections, from which comes input too (clients.h). */
enum { SINK_OUT, SINK_LOG, SINK_CLIENT, SINK_COUNT = SINK_CLIENT + RELAY_CLIENTS };

struct relay {
	int master;         /* -1: the next one is waited for at the console */
	int in;             /* -1: no input (any more) */
	int listener;       /* where clients connect; -1: nowhere */
	int console;        /* where further masters come from (common/console.h); -1: there will be none */
	bool eof_char;      /* the end of the input is typed as VEOF */
	bool end_on_hangup; /* a pty that nobody has open is the end; otherwise somebody may open it again */
	int ctl;            /* readable: on_ctl is called */
	void (*on_ctl)(struct relay *r);
	void (*on_master)(struct relay *r); /* a further one has come */
	void *arg;                          /* for these */
	struct keys keys;                   /* typed on in they leave the terminal */
	bool drain;                         /* set by on_ctl: pass on what is there, then end */
	bool quit;                          /* set by on_ctl: end now */
	bool left;                          /* the keys were typed */
	struct winsize size;                /* what a client has set last */

	struct sink sink[SINK_COUNT];
	bool readable, hung, dry; /* the master: has output; nobody has the slave open; nothing left while draining */
	size_t down_n;
	size_t up_n, up_sent;
	char last_in; /* the last byte typed */
	char down[RELAY_DOWN_SIZE];
	char up[RELAY_UP_SIZE];
};

/* Sets all fields; in, out and log may be -1, no clients, console or keys. The master becomes non-blocking. */
void relay_init(struct relay *r, int master, int in, int out, int log);

/* Passes bytes on until quit, the end of a drain, a hang-up that is the end, or (left) the keys. */
void relay_run(struct relay *r);

#endif
