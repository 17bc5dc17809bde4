/*
 * ptyrun - run a command with a pseudo-terminal of its own and relay between it and the caller's.
 *
 * The command's own tools open the pty where it belongs, inside the container, and hand the master out over a socket
 * (lib/common/console.h); with --own ptyrun opens it itself, as script(1) does. The caller's terminal is made raw, so
 * that every key, Ctrl-C and Ctrl-Z included, goes to the command's terminal, and is put back whatever happens.
 */
#include "attach.h"
#include "session.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/sig.h"

#include <limits.h>

#define CONSOLE_FD 4

enum { O_CONSOLE_FD = OPT_LONG, O_LOG_FD, O_DRAIN_FD, O_OWN, O_DETACH, O_MORE, O_SOCKET, O_KEYS, O_ATTACH, O_NO_STDIN };

static const struct opt table[] = {
    {O_CONSOLE_FD, "console-fd", OPT_ARG, "N", "give COMMAND the console socket as descriptor N (default 4)"},
    {O_OWN, "own", OPT_NO_ARG, NULL, "open the terminal here and make it COMMAND's, as script(1) does"},
    {O_LOG_FD, "log-fd", OPT_ARG, "N", "copy the output to descriptor N"},
    {O_DRAIN_FD, "drain-fd", OPT_ARG, "N", "before exiting, wait for the end of file of descriptor N"},
    {O_DETACH, "detach", OPT_NO_ARG, NULL, "exit when COMMAND does; relay to the log until the terminal is closed"},
    {O_MORE, "more", OPT_NO_ARG, NULL, "COMMAND may hand out a further terminal when one is closed"},
    {O_SOCKET, "socket", OPT_ARG, "PATH", "let others attach there"},
    {O_KEYS, "detach-keys", OPT_ARG, "KEYS", "leave the terminal, and COMMAND with it, when these are typed"},
    {O_ATTACH, "attach", OPT_ARG, "PATH", "be at the terminal that is relayed there"},
    {O_NO_STDIN, "no-stdin", OPT_NO_ARG, NULL, "with --attach: only look"},
};

static const struct opt_spec spec = {
    .tool = "ptyrun",
    .synopsis = "[--console-fd N] [--log-fd N] [--drain-fd N] [--detach] [--socket PATH] [--] COMMAND [ARGUMENT]...\n"
                "--own [--log-fd N] [--drain-fd N] [--] [COMMAND [ARGUMENT]...]\n"
                "--attach PATH [--no-stdin] [--detach-keys KEYS]",
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

static void read_keys(const char *arg, struct keys *ret)
{
	if (keys_parse(arg, ret) < 0)
		opt_usage(&spec, "--detach-keys: '%s' is not a list of keys such as ctrl-p,ctrl-q", arg);
}

static void take_option(struct session *s, struct attach *a, int id, const char *arg)
{
	if (id == O_CONSOLE_FD)
		s->console_fd = console_fd(arg);
	else if (id == O_LOG_FD)
		s->log_fd = own_fd(arg);
	else if (id == O_DRAIN_FD)
		s->drain_fd = own_fd(arg);
	else if (id == O_OWN)
		s->own = true;
	else if (id == O_DETACH)
		s->detach = true;
	else if (id == O_MORE)
		s->more = true;
	else if (id == O_SOCKET)
		s->socket = arg;
	else if (id == O_KEYS)
		read_keys(arg, &s->keys);
	else if (id == O_ATTACH)
		a->socket = arg;
	else if (id == O_NO_STDIN)
		a->no_input = true;
}

/* Reads the options; returns the command, or NULL for --attach. */
static char **parse(int argc, char **argv, struct session *s, struct attach *a)
{
	struct opt_parser p;
	int id;

	for (opt_begin(&p, &spec, argc, argv); (id = opt_next(&p)) >= 0;)
		take_option(s, a, id, p.arg);
	a->keys = s->keys;
	if (a->socket && p.index < argc)
		opt_usage(&spec, "--attach runs no command: '%s'", argv[p.index]);
	if (a->socket)
		return NULL;
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
	struct attach a = {0};
	char **command;

	msg_init("ptyrun");
	fd_open_stdio();
	sig_children();
	command = parse(argc, argv, &s, &a);
	return a.socket ? attach_run(&a) : session_run(&s, command);
}
