/*
 * client.c - attach_run: the caller's terminal at a command's, by way of the relay that has it.
 *
 * One process: what it must put back at its end is the terminal, and the signals that would end it are read from a
 * descriptor, so that it does.
 */
#include "attach.h"
#include "term.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/sig.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
	int sock, sigfd;
	int in; /* -1: nothing is typed (any more) */
	struct term term;
	struct keys keys;
	bool left;
	int signal;                               /* what ends us, or 0 */
	int failed;                               /* why we could not show something, an errno value, or 0 */
	size_t n;                                 /* of packet: what is to be sent */
	char packet[1 + ATTACH_CHUNK + KEYS_MAX]; /* begins with ATTACH_DATA */
};

/* Tells the relay the size of our window. One that differs first makes the command draw its screen again. */
static void send_size(const struct client *c, bool redraw)
{
	struct winsize size;
	char packet[1 + sizeof(size)] = {ATTACH_SIZE};

	if (c->term.size_fd < 0 || ioctl(c->term.size_fd, TIOCGWINSZ, &size) < 0)
		return;
	for (int i = redraw ? 1 : 0; i >= 0; i--) {
		struct winsize other = size;

		other.ws_row = (unsigned short)(other.ws_row + i);
		memcpy(packet + 1, &other, sizeof(other));
		(void)send(c->sock, packet, sizeof(packet), MSG_NOSIGNAL);
	}
}

/* Reads what was typed into the packet. */
static void take_input(struct client *c)
{
	char typed[ATTACH_CHUNK - KEYS_MAX];
	ssize_t n = read(c->in, typed, sizeof(typed));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		c->in = -1;
		return;
	}
	c->left = keys_feed(&c->keys, typed, (size_t)n, c->packet + 1, &c->n);
}

/* Sends the packet if there is room for it. */
static void send_input(struct client *c)
{
	if (send(c->sock, c->packet, c->n + 1, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno != EAGAIN)
		c->n = 0;
}

/* Shows what the terminal shows. False at its end, and when we cannot. */
static bool take_output(struct client *c)
{
	char buf[ATTACH_CHUNK];
	ssize_t n = recv(c->sock, buf, sizeof(buf), 0);

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	if (fd_write_all(STDOUT_FILENO, buf, (size_t)n) < 0)
		c->failed = errno;
	return !c->failed;
}

static void handle_signals(struct client *c)
{
	struct signalfd_siginfo si;

	while (read(c->sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGWINCH) {
			send_size(c, false);
		} else if (si.ssi_signo == SIGTSTP) {
			term_restore(&c->term);
			raise(SIGSTOP);
		} else if (si.ssi_signo == SIGCONT) {
			term_raw(&c->term);
			send_size(c, true);
		} else {
			c->signal = (int)si.ssi_signo;
		}
	}
}

static void take_signals(struct client *c)
{
	const int taken[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t set;

	signal(SIGPIPE, SIG_IGN); /* the terminal is to be put back first */
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		signal(taken[i], SIG_DFL); /* what is ignored is not seen by a signalfd either */
		sigaddset(&set, taken[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	c->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->sigfd < 0)
		die(EXIT_OWN, "opening a signal descriptor failed");
}

/* Until the terminal's end, the keys or a signal. */
static void relay(struct client *c)
{
	bool open = true;

	while (open && !c->signal && !(c->left && c->n == 0)) {
		struct pollfd p[3] = {
		    {.fd = c->sock, .events = (short)(POLLIN | (c->n ? POLLOUT : 0))},
		    {.fd = c->n ? -1 : c->in, .events = POLLIN},
		    {.fd = c->sigfd, .events = POLLIN},
		};

		if (poll(p, 3, -1) < 0)
			continue;
		if (p[2].revents)
			handle_signals(c);
		if (p[0].revents & ~POLLOUT)
			open = take_output(c);
		if (p[0].revents & POLLOUT)
			send_input(c);
		if (p[1].revents)
			take_input(c);
	}
}

int attach_run(const struct attach *a)
{
	struct client c = {.sock = -1, .in = a->no_input ? -1 : STDIN_FILENO, .keys = a->keys, .packet = {ATTACH_DATA}};
	struct err e;

	if (attach_connect(a->socket, &c.sock, &e) < 0)
		die_err(EXIT_OWN, &e);
	term_init(&c.term);
	if (a->no_input)
		c.term.fd = -1;
	take_signals(&c);
	term_raw(&c.term);
	send_size(&c, true);
	relay(&c);
	term_restore(&c.term);
	if (c.signal)
		return EXIT_SIGNAL + c.signal;
	if (c.failed == EPIPE)
		return EXIT_SIGNAL + SIGPIPE;
	if (c.failed) {
		msg("write to standard output: %s", strerror(c.failed));
		return EXIT_FAILED;
	}
	if (c.left)
		fputs("read escape sequence\n", stderr);
	return c.left ? ATTACH_LEFT : ATTACH_ENDED;
}
