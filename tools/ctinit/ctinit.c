/*
 * ctinit - the reaper that goes in front of a command as PID 1 of a container (see common/reaper.h).
 */
#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "common/reaper.h"

#include <stddef.h>

enum { O_EXEC_FD = OPT_LONG };

static const struct opt table[] = {
    {O_EXEC_FD, "exec-fd", OPT_ARG, "N", "the exec report is on descriptor N: take it over"},
};

static const struct opt_spec spec = {
    .tool = "ctinit",
    .synopsis = "[OPTION]... [--] COMMAND [ARGUMENT]...",
    .about =
        "Run a command as an init of a PID namespace would: pass signals on to it, reap orphans, return its status.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_OWN,
};

/* Reads the options; the operands begin at the returned place. */
static int read_options(int argc, char **argv, int *ret_report)
{
	struct opt_parser o;
	struct err e;

	opt_begin(&o, &spec, argc, argv);
	while (opt_next(&o) != -1)
		if (fd_parse(o.arg, ret_report, &e) < 0)
			die_err(EXIT_OWN, &e);
	if (!argv[o.index])
		opt_usage(&spec, "no command");
	return o.index;
}

int main(int argc, char **argv)
{
	struct exit_info x;
	struct reaper r;
	int report = -1, at;
	struct err e;
	pid_t pid;

	msg_init("ctinit");
	at = read_options(argc, argv, &report);
	if (report >= 0)
		msg_report_to(report);
	pid = reaper_fork(&r, NULL, &e);
	if (pid == 0) {
		chain_exec(argv + at, &e);
		die_err(EXIT_OWN, &e);
	}
	/* The command has its copies; what stays open here would look open to whoever waits for their end. */
	if (pid > 0)
		fd_close_from(3, NULL, 0);
	if (pid < 0 || reaper_wait(&r, &x, &e) < 0)
		die_err(EXIT_OWN, &e);
	return exit_to_status(&x);
}
