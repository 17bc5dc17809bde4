/* session.c - see session.h */
#include "session.h"

#include "attach.h"
#include "relay.h"
#include "signals.h"

#include "common/chain.h"
#include "common/console.h"
#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* In the child: becomes the command, with sock as its console descriptor or with a pty of our own making. */
_Noreturn static void become_command(const struct session *s, int sock, char *const argv[])
{
	struct err e;
	int null;

	sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
	if (s->own) {
		if (console_give(sock, getuid(), &e) < 0)
			die_err(EXIT_OWN, &e);
	} else {
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null < 0 || dup2(null, STDIN_FILENO) < 0)
			die(EXIT_OWN, "opening '/dev/null' failed");
		if (sock == s->console_fd ? fd_cloexec(sock, false) < 0 : dup2(sock, s->console_fd) < 0)
			die(EXIT_OWN, "making the console socket descriptor %d failed", s->console_fd);
	}
	chain_exec(argv, &e);
	die_err(EXIT_OWN, &e);
}

/* Starts the command. Returns our end of the console socket. */
static int start_command(struct session *s, char *const argv[])
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		die(EXIT_OWN, "making the console socket failed");
	s->command = fork();
	if (s->command < 0)
		die(EXIT_OWN, "fork failed");
	if (s->command == 0) {
		/* console_give waits for the other end's last copy to be closed. */
		close(pair[0]);
		become_command(s, pair[1], argv);
	}
	close(pair[1]);
	return pair[0];
}

/* Waits until the master comes or cannot come any more. The command goes on when the socket is closed, or at a byte
 * where it is still needed: by then the terminal has its size. */
static void take_master(struct session *s)
{
	struct pollfd p = {.fd = s->sock, .events = POLLIN};
	struct err e;

	while (poll(&p, 1, 0) <= 0 && !s->command_ended)
		session_wait(s, s->sock);
	if (p.revents && console_take(s->sock, &s->master, &e) < 0 && e.code != ECONNRESET)
		msg_err(&e);
	if (s->master >= 0)
		term_copy(&s->term, s->master);
	if (s->master >= 0 && s->more)
		send(s->sock, "", 1, MSG_NOSIGNAL);
	else
		fd_close(&s->sock);
}

/* Standard input as the relay's input: none when it is closed or the null device, which has nothing to say. */
static int input(const struct session *s)
{
	struct stat st;

	if (s->detach || fstat(STDIN_FILENO, &st) < 0)
		return -1;
	return S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3) ? -1 : STDIN_FILENO;
}

/* A further terminal gets the caller's settings and size as the first one did. */
static void next_master(struct relay *r)
{
	const struct session *s = r->arg;

	if (r->in >= 0 || !r->end_on_hangup)
		term_copy(&s->term, r->master);
}

/* Makes the relay's state; it is large, and only the process that relays pays for it. */
static struct relay *new_relay(struct session *s)
{
	struct relay *r = malloc(sizeof(*r));

	if (!r)
		die(EXIT_OWN, "out of memory");
	signal(SIGPIPE, SIG_IGN);
	relay_init(r, s->master, input(s), s->detach ? -1 : STDOUT_FILENO, s->log_fd);
	r->eof_char = s->term.fd < 0;
	r->listener = s->listener;
	r->console = s->sock;
	r->on_master = next_master;
	r->arg = s;
	return r;
}

/* In the relay process: the guardian tells of a new size, asks for the end, or is gone. */
static void guardian_calls(struct relay *r)
{
	struct session *s = r->arg;
	char c;

	if (read(r->ctl, &c, 1) == 1) {
		if (c == 'w')
			term_copy_size(&s->term, r->master);
		else
			r->drain = true;
		return;
	}
	term_restore(&s->term);
	r->quit = true;
}

/* A relay that nobody waits for: no terminal, no directory held. */
static void go_away(void)
{
	setsid();
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	fd_open_stdio();
	if (chdir("/") < 0)
		_exit(EXIT_OWN);
}

/* The keys were typed: the guardian learns it from our exit status, and a new process relays on. */
static void leave(struct relay *r)
{
	if (fork() != 0)
		_exit(ATTACH_LEFT);
	fd_close(&r->ctl);
	fd_close(&r->sink[SINK_OUT].fd);
	go_away();
	r->in = -1;
	r->left = false;
	r->end_on_hangup = true;
}

/* The relay process, beside the guardian or (detached) alone. */
_Noreturn static void be_relay(struct session *s, int ctl)
{
	struct relay *r;

	close(s->sigfd);
	if (s->detach)
		go_away();
	r = new_relay(s);
	r->ctl = ctl;
	r->on_ctl = guardian_calls;
	r->end_on_hangup = s->detach;
	r->keys = s->keys;
	relay_run(r);
	if (r->left) {
		leave(r);
		relay_run(r);
	}
	if (s->socket)
		unlink(s->socket);
	_exit(0);
}

/* Forks the relay process and gives the log away to it. */
static void start_relay(struct session *s)
{
	int pair[2] = {-1, -1};

	if (!s->detach && pipe2(pair, O_CLOEXEC) < 0)
		die(EXIT_OWN, "making a pipe failed");
	term_raw(&s->term);
	s->relay = fork();
	if (s->relay < 0) {
		term_restore(&s->term);
		die(EXIT_OWN, "fork failed");
	}
	if (s->relay == 0) {
		fd_close(&pair[1]);
		be_relay(s, pair[0]);
	}
	fd_close(&pair[0]);
	fd_close(&s->log_fd);
	fd_close(&s->listener);
	fd_close(&s->sock);
	s->relay_pipe = pair[1];
}

/* The guardian's life: until the command has ended and the relay has passed on the last of its output. */
static void guard(struct session *s)
{
	/* A relay that has been killed must not take along who puts the terminal back. */
	signal(SIGPIPE, SIG_IGN);
	start_relay(s);
	while (!s->command_ended && !s->left)
		session_wait(s, -1);
	if (s->relay > 0 && write(s->relay_pipe, "q", 1) == 1)
		while (s->relay > 0)
			session_wait(s, -1);
	term_restore(&s->term);
}

/* Without a guardian: a signal came. */
static void signal_calls(struct relay *r)
{
	struct session *s = r->arg;

	session_signals(s);
	r->drain = s->command_ended;
}

/* Relays in this process, and handles the signals too. */
static void relay_here(struct session *s)
{
	struct relay *r = new_relay(s);

	r->ctl = s->sigfd;
	r->on_ctl = signal_calls;
	r->drain = s->command_ended;
	s->here = r;
	relay_run(r);
	s->here = NULL;
	fd_close(&r->sink[SINK_LOG].fd);
	if (s->socket)
		unlink(s->socket);
	free(r);
}

/* Waits until whoever reads the log says, by closing its end, that it has written it all. */
static void await_drain(struct session *s)
{
	char c;
	ssize_t n;

	fd_close(&s->log_fd);
	if (s->drain_fd < 0)
		return;
	do
		n = read(s->drain_fd, &c, 1);
	while (n > 0 || (n < 0 && errno == EINTR));
}

/* Closes what was inherited for the command alone: a pipe's end kept here would hold up whoever waits for its end of
 * file. */
static void close_inherited(const struct session *s)
{
	const int keep[] = {s->sigfd, s->log_fd, s->drain_fd, s->sock, s->listener};

	fd_close_from(STDERR_FILENO + 1, keep, sizeof(keep) / sizeof(keep[0]));
}

int session_run(struct session *s, char *const argv[])
{
	struct err e;

	s->master = s->relay_pipe = s->listener = -1;
	term_init(&s->term);
	if (s->detach)
		s->term.fd = -1;
	if (s->socket && attach_listen(s->socket, &s->listener, &e) < 0)
		die_err(EXIT_OWN, &e);
	session_take_signals(s);
	s->sock = start_command(s, argv);
	close_inherited(s);
	take_master(s);
	if (s->master >= 0 && s->detach)
		start_relay(s);
	else if (s->master >= 0 && s->term.fd >= 0)
		guard(s);
	else if (s->master >= 0)
		relay_here(s);
	if (s->left) {
		fputs("read escape sequence\n", stderr);
		return 0;
	}
	if (s->detach)
		fd_close(&s->master);
	while (!s->command_ended)
		session_wait(s, -1);
	if (!s->detach)
		await_drain(s);
	return exit_to_status(&s->how);
}
