/*
 * ctstate - the state directory's own tool: what a shell does badly or slowly with plain files.
 *
 * Each sub-command is small and a process of its own; none keeps anything that is not in the files (docs/state.md).
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"

#include <errno.h>
#include <string.h>

static const struct opt_spec spec = {
    .tool = "ctstate",
    .synopsis = "new ROOT RUN ID\n"
                "now\n"
                "ps [OPTION]... ROOT RUN\n"
                "inspect [OPTION]... ROOT RUN ID...\n"
                "remove DIR...",
    .about = "Make, list, show and remove the state directories of containers. Each command has its own --help.",
    .usage_status = EXIT_USAGE,
};

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"new", cmd_new}, {"now", cmd_now}, {"ps", cmd_ps}, {"inspect", cmd_inspect}, {"remove", cmd_remove},
};

int main(int argc, char **argv)
{
	struct opt_parser p;

	msg_init("ctstate");
	if (fd_open_stdio() < 0)
		die(EXIT_FAILED, "open '/dev/null': %s", strerror(errno));
	opt_begin(&p, &spec, argc, argv);
	while (opt_next(&p) >= 0)
		;
	if (p.index == argc)
		opt_usage(&spec, "a command is missing");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[p.index], commands[i].name) == 0)
			return commands[i].run(argc - p.index, argv + p.index);
	opt_usage(&spec, "no such command: '%s'", argv[p.index]);
}
