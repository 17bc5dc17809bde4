/*
 * ptyrun - run a command with a pseudo-terminal of its own and relay between it and the caller's.
 *
 * The command's own tools open the pty where it belongs, inside the container, and hand the master out over a socket
 * (lib/common/console.h); with --own ptyrun opens it itself, as script(1) does. The caller's terminal is made raw, so
 * that every key, Ctrl-C and Ctrl-Z included, goes to the command's terminal, and is put back whatever happens.
 */
#include "session.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"

#include <limits.h>

#define CONSOLE_FD 4

enum { O_CONSOLE_FD = OPT_LONG, O_LOG_FD, O_DRAIN_FD, O_OWN, O_DETACH };

static const struct opt table[] = {
    {O_CONSOLE_FD, "console-fd", OPT_ARG, "N", "give COMMAND the console socket as descriptor N (default 4)"},
    {O_OWN, "own", OPT_NO_ARG, NULL, "open the terminal here and make it COMMAND's, as script(1) does"},
    {O_LOG_FD, "log-fd", OPT_ARG, "N", "copy the output to descriptor N"},
    {O_DRAIN_FD, "drain-fd", OPT_ARG, "N", "before exiting, wait for the end of file of descriptor N"},
    {O_DETACH, "detach", OPT_NO_ARG, NULL, "exit when COMMAND does; relay to the log until the terminal is closed"},
};

static const struct opt_spec spec = {
    .tool = "ptyrun",
    .synopsis = "[--console-fd N] [--log-fd N] [--drain-fd N] [--detach] [--] COMMAND [ARGUMENT]...\n"
                "--own [--log-fd N] [--drain-fd N] [--] [COMMAND [ARGUMENT]...]",
    .about = "Runs COMMAND with a pseudo-terminal of its own and relays between it and standard input and output.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_OWN,
};

/* An inherited descriptor, kept from the command. */
static int own_fd(const char *arg)
{
	struct err e;
	int fd;

	if (fd_parse(arg, &fd, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (fd > 2 && fd_cloexec(fd, true) < 0)
		die(EXIT_OWN, "descriptor %d cannot be used", fd);
	return fd;
}

/* The number that the console socket gets. */
static int console_fd(const char *arg)
{
	uint64_t n;

	if (num_u64(arg, 3, 1023, &n) < 0)
		opt_usage(&spec, "--console-fd: not a number of 3 to 1023: '%s'", arg);
	return (int)n;
}

/* Reads the options; returns the command. */
static char **parse(int argc, char **argv, struct session *s)
{
	struct opt_parser p;
	int id;

	for (opt_begin(&p, &spec, argc, argv); (id = opt_next(&p)) >= 0;) {
		if (id == O_CONSOLE_FD)
			s->console_fd = console_fd(p.arg);
		else if (id == O_LOG_FD)
			s->log_fd = own_fd(p.arg);
		else if (id == O_DRAIN_FD)
			s->drain_fd = own_fd(p.arg);
		else if (id == O_OWN)
			s->own = true;
		else if (id == O_DETACH)
			s->detach = true;
	}
	if (!s->own && (s->console_fd == s->log_fd || s->console_fd == s->drain_fd))
		opt_usage(&spec, "descriptor %d cannot be the console's and the log's", s->console_fd);
	if (p.index < argc)
		return argv + p.index;
	if (!s->own)
		opt_usage(&spec, "no command");
	return chain_shell();
}

int main(int argc, char **argv)
{
	struct session s = {.console_fd = CONSOLE_FD, .log_fd = -1, .drain_fd = -1};
	char **command;

	msg_init("ptyrun");
	fd_open_stdio();
	command = parse(argc, argv, &s);
	return session_run(&s, command);
}
