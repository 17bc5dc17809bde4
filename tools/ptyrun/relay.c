/*
 * relay.c - see relay.h.
 *
 * One round: take what the master has into one buffer, write it to each output straight away (poll(2) is asked only
 * after an output said that it is full), write to the master what was typed, then wait. Each output has its own place
 * in the buffer, so that the slower one does not hold the faster one up before the buffer is full.
 */
#include "relay.h"
#include "attach.h"
#include "clients.h"

#include "common/console.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define CAREFUL_CHUNK 256  /* a tty with less than this queued says that it is writable (n_tty_poll) */
#define REOPEN_INTERVAL 50 /* ms between looks at a pty that nobody has open */

/* Opens a sink on fd, with a description of its own where that can be had. */
static void sink_init(struct sink *s, int fd)
{
	char path[40];
	struct stat st;
	int own;

	*s = (struct sink){.fd = fd};
	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	s->socket = S_ISSOCK(st.st_mode);
	if (!S_ISFIFO(st.st_mode) && !(S_ISCHR(st.st_mode) && isatty(fd)))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	s->careful = own < 0;
	if (own < 0)
		return;
	if (fd > STDERR_FILENO)
		close(fd);
	s->fd = own;
}

/* Takes up a master, which becomes non-blocking. */
static void set_master(struct relay *r, int master)
{
	int flags = fcntl(master, F_GETFL);

	r->master = master;
	r->hung = false;
	r->last_in = '\n';
	if (flags >= 0)
		fcntl(master, F_SETFL, flags | O_NONBLOCK);
}

void relay_init(struct relay *r, int master, int in, int out, int log)
{
	memset(r, 0, offsetof(struct relay, down));
	r->in = in;
	r->ctl = r->listener = r->console = -1;
	for (size_t i = SINK_CLIENT; i < SINK_COUNT; i++)
		r->sink[i].fd = -1;
	set_master(r, master);
	sink_init(&r->sink[SINK_OUT], out);
	sink_init(&r->sink[SINK_LOG], log);
}

/* Takes output from the master until there is none or the buffer is full. */
static void pull(struct relay *r)
{
	while (r->readable && r->down_n < sizeof(r->down)) {
		ssize_t n = read(r->master, r->down + r->down_n, sizeof(r->down) - r->down_n);

		if (n > 0) {
			r->down_n += (size_t)n;
			r->hung = false;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		r->readable = false;
		r->hung = n == 0 || errno != EAGAIN;
	}
}

/* Writes what a sink has not got yet. A sink that fails is given up: the command goes on, as with a hung-up
 * terminal. */
static void push(struct relay *r, struct sink *s)
{
	while (s->fd >= 0 && !s->blocked && s->sent < r->down_n) {
		size_t left = r->down_n - s->sent;
		ssize_t n;

		if (s->careful && left > CAREFUL_CHUNK)
			left = CAREFUL_CHUNK;
		if (s->socket && left > ATTACH_CHUNK)
			left = ATTACH_CHUNK;
		if (s->socket)
			n = send(s->fd, r->down + s->sent, left, MSG_DONTWAIT | MSG_NOSIGNAL);
		else
			n = write(s->fd, r->down + s->sent, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN && s >= &r->sink[SINK_CLIENT])
			fd_close(&s->fd);
		else if (n < 0 && errno != EAGAIN)
			s->fd = -1;
		if (n > 0)
			s->sent += (size_t)n;
		s->blocked = n < 0 || s->careful;
	}
}

/* Forgets what every sink has. Returns whether something is left. */
static bool settle(struct relay *r)
{
	size_t least = r->down_n;

	for (size_t i = 0; i < SINK_COUNT; i++)
		if (r->sink[i].fd >= 0 && r->sink[i].sent < least)
			least = r->sink[i].sent;
	if (least == r->down_n || least >= sizeof(r->down) / 2) {
		memmove(r->down, r->down + least, r->down_n - least);
		r->down_n -= least;
		for (size_t i = 0; i < SINK_COUNT; i++)
			r->sink[i].sent = r->sink[i].sent > least ? r->sink[i].sent - least : 0;
	}
	return r->down_n > 0;
}

/* The end of the input: types the terminal's end-of-file character. In the middle of a line the first one only ends
 * the line, so there it takes two. */
static void type_eof(struct relay *r)
{
	struct termios t;
	size_t n = 1;

	r->in = -1;
	if (!r->eof_char || tcgetattr(r->master, &t) < 0)
		return;
	if ((t.c_lflag & ICANON) && r->last_in != '\n')
		n = 2;
	memset(r->up, t.c_cc[VEOF], n);
	r->up_n = n;
	r->up_sent = 0;
}

/* Reads what was typed; called when there is something and the buffer is empty. */
static void take_input(struct relay *r)
{
	char typed[RELAY_UP_SIZE - KEYS_MAX];
	ssize_t n = read(r->in, typed, sizeof(typed));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		type_eof(r);
		return;
	}
	r->left = keys_feed(&r->keys, typed, (size_t)n, r->up, &r->up_n);
	r->up_sent = 0;
	r->last_in = typed[n - 1];
}

/* A further master, in place of one that has been hung up; or there will be none. */
static void take_console(struct relay *r)
{
	struct err e;
	int master;

	if (console_take(r->console, &master, &e) < 0) {
		fd_close(&r->console);
		return;
	}
	fd_close(&r->master);
	set_master(r, master);
	if (r->size.ws_col)
		ioctl(master, TIOCSWINSZ, &r->size);
	if (r->on_master)
		r->on_master(r);
	send(r->console, "", 1, MSG_NOSIGNAL);
}

/* Writes what was typed to the master, as far as it takes it. */
static void feed(struct relay *r)
{
	while (r->up_sent < r->up_n) {
		ssize_t n = write(r->master, r->up + r->up_sent, r->up_n - r->up_sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			break;
		r->up_sent += (size_t)n;
	}
	r->up_n = r->up_sent = 0;
}

/* An entry for poll(2); one that waits for nothing is left out, or a hang-up would be reported over and over. */
static struct pollfd waiting(int fd, short events)
{
	return (struct pollfd){.fd = events ? fd : -1, .events = events};
}

/* What is polled besides the sinks. */
enum { P_MASTER, P_IN, P_CTL, P_LISTENER, P_CONSOLE, P_SINKS };

/* Looks at what poll(2) has found. Input is taken from one side at a time: there is one buffer. */
static void handle_events(struct relay *r, const struct pollfd *p)
{
	for (size_t i = 0; i < SINK_COUNT; i++) {
		if (p[P_SINKS + i].revents & (POLLOUT | POLLERR | POLLHUP))
			r->sink[i].blocked = false;
		if (i >= SINK_CLIENT && r->up_n == 0 && p[P_SINKS + i].revents & ~POLLOUT)
			clients_take(r, &r->sink[i]);
	}
	if (p[P_IN].revents && r->up_n == 0)
		take_input(r);
	if (p[P_LISTENER].revents)
		clients_accept(r);
	if (p[P_CONSOLE].revents)
		take_console(r);
	if (p[P_CTL].revents)
		r->on_ctl(r);
}

/* Waits for whatever can be done next, and takes note of it. */
static void wait_event(struct relay *r)
{
	bool typed = r->up_n > 0;
	short room = r->down_n < sizeof(r->down) && !r->hung ? POLLIN : 0, input = typed || r->drain ? 0 : POLLIN;
	struct pollfd p[P_SINKS + SINK_COUNT] = {
	    [P_MASTER] = waiting(r->master, (short)(room | (typed && !r->hung ? POLLOUT : 0))),
	    [P_IN] = waiting(r->in, input),
	    [P_CTL] = waiting(r->ctl, POLLIN),
	    [P_LISTENER] = waiting(r->listener, POLLIN),
	    [P_CONSOLE] = waiting(r->console, POLLIN),
	};
	int timeout = r->hung ? REOPEN_INTERVAL : -1;

	for (size_t i = 0; i < SINK_COUNT; i++)
		p[P_SINKS + i] = waiting(r->sink[i].fd,
		                         (short)((r->sink[i].blocked ? POLLOUT : 0) | (i >= SINK_CLIENT ? input : 0)));
	if (r->drain && r->down_n == 0)
		timeout = 0;
	if (poll(p, P_SINKS + SINK_COUNT, timeout) < 0)
		return;
	r->readable = p[P_MASTER].revents & (POLLIN | POLLHUP | POLLERR) || r->hung;
	r->dry = r->drain && !(p[P_MASTER].revents & POLLIN) && room;
	handle_events(r, p);
}

/* Whether everything has been passed on and no more will come. A master that is hung up and may have a successor is
 * closed. */
static bool at_end(struct relay *r)
{
	if ((r->hung || r->master < 0) && (r->drain || (r->end_on_hangup && r->console < 0)))
		return true;
	if (r->hung && r->console >= 0) {
		fd_close(&r->master);
		r->hung = r->readable = false;
	}
	return r->drain && r->dry;
}

void relay_run(struct relay *r)
{
	while (!r->quit && !r->left) {
		pull(r);
		for (size_t i = 0; i < SINK_COUNT; i++)
			push(r, &r->sink[i]);
		if (!settle(r) && at_end(r))
			return;
		feed(r);
		wait_event(r);
	}
	feed(r);
}
