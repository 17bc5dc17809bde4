/*
 * logwrite - write a command's standard output and standard error to one log file, and print it back.
 *
 * The command is exec'd in the original process; a writer, detached from it and from the terminal, reads the pipes
 * until the last process has closed them. So nothing stands between the caller and the command, and the log goes on
 * when the caller's shell has long gone.
 */
#include "reader.h"
#include "writer.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/proc.h"
#include "common/sig.h"
#include "common/timepoint.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_MAX_SIZE (10u << 20)
#define DEFAULT_MAX_FILE 3

enum {
	O_FILE = OPT_LONG,
	O_MAX_SIZE,
	O_MAX_FILE,
	O_TEE,
	O_OUT_FD,
	O_ERR_FD,
	O_DONE_FD,
	O_IN_FD,
	O_STREAM,
	O_READ,
	O_SINCE,
	O_UNTIL,
	O_UNTIL_FILE,
	O_RAW,
	O_FORMAT,
};

static const struct opt table[] = {
    {O_FILE, "file", OPT_ARG, "LOG", "the file to write"},
    {O_MAX_SIZE, "max-size", OPT_ARG, "SIZE", "begin a new file at this size (default 10m; 0: never)"},
    {O_MAX_FILE, "max-file", OPT_ARG, "N", "keep N files in all (default 3)"},
    {O_TEE, "tee", OPT_NO_ARG, NULL, "copy to standard output and standard error as well"},
    {O_OUT_FD, "out-fd", OPT_ARG, "N", "COMMAND's descriptor for the stream stdout (default 1)"},
    {O_ERR_FD, "err-fd", OPT_ARG, "N", "COMMAND's descriptor for the stream stderr (default 2 without --out-fd)"},
    {O_DONE_FD, "done-fd", OPT_ARG, "N", "COMMAND's descriptor that ends when everything is written"},
    {O_IN_FD, "in-fd", OPT_ARG, "N", "run no command: write what descriptor N gives, until its end"},
    {O_STREAM, "stream", OPT_ARG, "NAME", "with --in-fd: stdout (default) or stderr"},
    {O_FORMAT, "format", OPT_ARG, "NAME", "cri (default), or raw: the bytes of both streams as they come"},
    {O_READ, "read", OPT_ARG, "LOG", "print a log, older files first"},
    {'f', "follow", OPT_NO_ARG, NULL, "then print what comes"},
    {'n', "tail", OPT_ARG, "N", "only the last N lines, or all"},
    {O_SINCE, "since", OPT_ARG, "TIME", "only what was written at TIME or later"},
    {O_UNTIL, "until", OPT_ARG, "TIME", "only what was written at TIME or earlier"},
    {O_UNTIL_FILE, "until-file", OPT_ARG, "PATH",
     "end --follow when PATH exists and nobody writes the log; without --follow, wait for that"},
    {'t', "timestamps", OPT_NO_ARG, NULL, "put the time in front of each line"},
    {O_RAW, "raw", OPT_NO_ARG, NULL, "print control characters to a terminal as they are"},
};

/* Its status of a wrong call depends on the form: see status_of_form. */
static struct opt_spec spec = {
    .tool = "logwrite",
    .synopsis = "--file LOG [OPTION]... [--] COMMAND [ARGUMENT]...\n"
                "--file LOG --in-fd N [--stream NAME] [OPTION]...\n"
                "--read LOG [OPTION]...",
    .about =
        "Writes a command's output to a log file, in the CRI format or raw, with a limit and rotation; or prints one.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_OWN,
};

struct options {
	const char *file, *read;
	uint64_t max_size, max_file;
	bool tee, raw;
	int out_fd, err_fd, done_fd, in_fd; /* -1: not given */
	enum cri_stream stream;
	struct read_options print;
	char **command;
};

/* A descriptor number for the command, or (open) of ours. */
static int parse_fd(const char *option, const char *arg, bool open)
{
	struct err e;
	uint64_t n;
	int fd;

	if (num_u64(arg, 0, 1023, &n) < 0)
		opt_usage(&spec, "--%s: not a number of 0 to 1023: '%s'", option, arg);
	if (open && fd_parse(arg, &fd, &e) < 0)
		die_err(EXIT_FAILED, &e);
	return (int)n;
}

/* A point in time: RFC 3339, seconds since 1970, or a duration before now. */
static int64_t parse_time(const char *option, const char *arg)
{
	int64_t t;

	if (timepoint_arg(arg, &t) < 0)
		opt_usage(&spec,
		          "--%s: not a time (2026-11-25T21:00:00Z), seconds since 1970 or a duration (10m): '%s'",
		          option, arg);
	return t;
}

/* Takes an option of the printing side. */
static void parse_print(struct read_options *o, int id, const char *arg)
{
	if (id == 'f')
		o->follow = true;
	else if (id == 't')
		o->timestamps = true;
	else if (id == O_RAW)
		o->raw = true;
	else if (id == O_UNTIL_FILE)
		o->until_file = arg;
	else if (id == O_SINCE)
		o->since = parse_time("since", arg);
	else if (id == O_UNTIL)
		o->until = parse_time("until", arg);
	else if (id == 'n' && strcmp(arg, "all") != 0 && num_u64(arg, 0, UINT64_MAX - 1, &o->tail) < 0)
		opt_usage(&spec, "--tail: not a number: '%s'", arg);
}

/* Whether the log is raw. */
static bool parse_format(const char *arg)
{
	if (strcmp(arg, "raw") != 0 && strcmp(arg, "cri") != 0)
		opt_usage(&spec, "--format: neither cri nor raw: '%s'", arg);
	return *arg == 'r';
}

/* Takes an option of the writing side. */
static void parse_write(struct options *o, int id, const char *arg)
{
	if (id == O_FILE)
		o->file = arg;
	else if (id == O_READ)
		o->read = arg;
	else if (id == O_TEE)
		o->tee = true;
	else if (id == O_OUT_FD)
		o->out_fd = parse_fd("out-fd", arg, false);
	else if (id == O_ERR_FD)
		o->err_fd = parse_fd("err-fd", arg, false);
	else if (id == O_DONE_FD)
		o->done_fd = parse_fd("done-fd", arg, false);
	else if (id == O_IN_FD)
		o->in_fd = parse_fd("in-fd", arg, true);
	else if (id == O_MAX_SIZE && num_size(arg, &o->max_size) < 0)
		opt_usage(&spec, "--max-size: not a size: '%s'", arg);
	else if (id == O_MAX_FILE && num_u64(arg, 1, 999, &o->max_file) < 0)
		opt_usage(&spec, "--max-file: not a number of 1 to 999: '%s'", arg);
	else if (id == O_STREAM && cri_stream_parse(arg, strlen(arg), &o->stream) < 0)
		opt_usage(&spec, "--stream: neither stdout nor stderr: '%s'", arg);
	else if (id == O_FORMAT)
		o->raw = parse_format(arg);
}

/* Refuses what does not go together. */
static void check(const struct options *o)
{
	if (!o->file == !o->read)
		opt_usage(&spec, "give either --file or --read");
	if ((o->read || o->in_fd >= 0) && *o->command)
		opt_usage(&spec, "a command ('%s') and %s do not go together", *o->command,
		          o->read ? "--read" : "--in-fd");
	if (o->raw && (o->print.timestamps || o->print.since != INT64_MIN || o->print.until != INT64_MAX))
		opt_usage(&spec, "--timestamps, --since, --until: a raw log has no times");
	if (o->file && o->in_fd < 0 && !*o->command)
		opt_usage(&spec, "no command");
	if ((o->out_fd >= 0 && (o->out_fd == o->err_fd || o->out_fd == o->done_fd)) ||
	    (o->err_fd >= 0 && o->err_fd == o->done_fd))
		opt_usage(&spec, "one descriptor is given twice");
}

/* What a wrong call ends with: EXIT_USAGE in the forms that run no command, recognised before anything is parsed. */
static int status_of_form(char **argv)
{
	static const char *const names[] = {"--read", "--in-fd"};

	for (char **arg = argv + 1; *arg && strcmp(*arg, "--") != 0; arg++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			size_t n = strlen(names[i]);

			if (strncmp(*arg, names[i], n) == 0 && ((*arg)[n] == '\0' || (*arg)[n] == '='))
				return EXIT_USAGE;
		}
	return EXIT_OWN;
}

static void parse(int argc, char **argv, struct options *o)
{
	struct opt_parser p;
	int id;

	spec.usage_status = status_of_form(argv);
	for (opt_begin(&p, &spec, argc, argv); (id = opt_next(&p)) >= 0;) {
		parse_write(o, id, p.arg);
		parse_print(&o->print, id, p.arg);
	}
	o->command = argv + p.index;
	o->print.plain = o->raw;
	check(o);
	if (o->out_fd < 0 && o->err_fd < 0)
		o->err_fd = STDERR_FILENO;
	if (o->out_fd < 0 && o->err_fd == STDERR_FILENO)
		o->out_fd = STDOUT_FILENO;
}

/* Opens the log and prepares a writer without sources. */
static struct writer *new_writer(const struct options *o, int failure)
{
	/* Until the end, and of whole pages: the heap would need more. */
	struct writer *w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct err e;

	if (w == MAP_FAILED)
		die(failure, "out of memory");
	w->log = (struct log){.max_size = o->max_size, .max_file = (unsigned int)o->max_file, .raw = o->raw};
	w->out_n = 0;
	w->out_records = 0;
	for (size_t i = 0; i < CRI_STREAMS; i++) {
		w->source[i].fd = w->source[i].tee = -1;
		w->source[i].tee_errno = 0;
		w->source[i].held_n = 0;
		w->source[i].held = w->held[i];
	}
	if (log_open(&w->log, o->file, &e) < 0)
		die_err(failure, &e);
	return w;
}

/* A descriptor above those that the command gets, so that making these overwrites none of ours. */
static int above(const struct options *o, int fd)
{
	int lowest = 3, up;

	lowest = o->out_fd >= lowest ? o->out_fd + 1 : lowest;
	lowest = o->err_fd >= lowest ? o->err_fd + 1 : lowest;
	lowest = o->done_fd >= lowest ? o->done_fd + 1 : lowest;
	up = fcntl(fd, F_DUPFD_CLOEXEC, lowest);
	if (up < 0)
		die(EXIT_OWN, "duplicating a descriptor failed: %s", strerror(errno));
	close(fd);
	return up;
}

/* A pipe whose ends lie above the command's descriptors. */
static void make_pipe(const struct options *o, int pair[2])
{
	if (pipe2(pair, O_CLOEXEC) < 0)
		die(EXIT_OWN, "making a pipe failed: %s", strerror(errno));
	pair[0] = above(o, pair[0]);
	pair[1] = above(o, pair[1]);
}

/* Says that a copy is not whole. */
static bool tell_lost(const struct writer *w)
{
	int why = writer_lost(w);

	if (why)
		msg("copy the output: %s", strerror(why));
	return why;
}

/* The writer's process: nothing open but what it works with. */
_Noreturn static void be_writer(struct writer *w, bool tee, int done)
{
	const int keep[] = {w->log.dir, w->log.fd, w->source[0].fd, w->source[1].fd, done};

	if (tee) {
		w->source[CRI_STDOUT].tee = STDOUT_FILENO;
		w->source[CRI_STDERR].tee = STDERR_FILENO;
		close(STDIN_FILENO);
	} else {
		for (int fd = 0; fd <= 2; fd++)
			close(fd);
	}
	fd_open_stdio();
	fd_close_from(3, keep, sizeof(keep) / sizeof(keep[0]));
	proc_trim_stack();
	writer_run(w);
	if (tell_lost(w) && done >= 0)
		(void)!write(done, "!", 1);
	_exit(0);
}

/* Leaves the caller: no terminal, none of its signals, no directory held. */
static int leave_caller(void)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};

	setsid();
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	return chdir("/");
}

/* Forks the writer by way of a process that ends at once, so that the command does not find a child that it never
 * made. That one leaves the caller: it is waited for, so that the writer has left before the command begins. */
static void start_writer(struct writer *w, bool tee, int done)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die(EXIT_OWN, "fork failed: %s", strerror(errno));
	if (pid > 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (status)
			die(EXIT_OWN, "starting the writer failed");
		return;
	}
	if (leave_caller() < 0)
		_exit(EXIT_FAILED);
	pid = fork();
	if (pid != 0)
		_exit(pid < 0);
	be_writer(w, tee, done);
}

/* Gives the command fd as the descriptor it was promised. */
static void give(int fd, int number)
{
	if (dup2(fd, number) < 0)
		die(EXIT_OWN, "making descriptor %d failed: %s", number, strerror(errno));
}

/* Starts the writer and becomes the command. */
_Noreturn static void run(const struct options *o)
{
	struct writer *w = new_writer(o, EXIT_OWN);
	int out[2] = {-1, -1}, err[2] = {-1, -1}, done[2] = {-1, -1};
	int stderr_copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	struct err e;

	w->log.fd = above(o, w->log.fd);
	stderr_copy = above(o, stderr_copy);
	if (o->out_fd >= 0)
		make_pipe(o, out);
	if (o->err_fd >= 0)
		make_pipe(o, err);
	if (o->done_fd >= 0)
		make_pipe(o, done);
	w->source[CRI_STDOUT].fd = out[0];
	w->source[CRI_STDERR].fd = err[0];
	start_writer(w, o->tee, done[1]);
	if (o->out_fd >= 0)
		give(out[1], o->out_fd);
	if (o->err_fd >= 0)
		give(err[1], o->err_fd);
	if (o->done_fd >= 0)
		give(done[0], o->done_fd);
	chain_exec(o->command, &e);
	dup2(stderr_copy, STDERR_FILENO);
	die_err(EXIT_OWN, &e);
}

/* Writes what a descriptor gives. */
static int run_filter(const struct options *o)
{
	struct writer *w = new_writer(o, EXIT_FAILED);

	signal(SIGPIPE, SIG_IGN);
	w->source[o->stream].fd = o->in_fd;
	if (o->tee)
		w->source[o->stream].tee = o->stream == CRI_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
	writer_run(w);
	return tell_lost(w) ? EXIT_FAILED : 0;
}

int main(int argc, char **argv)
{
	struct options o = {
	    .max_size = DEFAULT_MAX_SIZE,
	    .max_file = DEFAULT_MAX_FILE,
	    .out_fd = -1,
	    .err_fd = -1,
	    .done_fd = -1,
	    .in_fd = -1,
	    .print = {.since = INT64_MIN, .until = INT64_MAX, .tail = UINT64_MAX},
	};
	struct err e;

	msg_init("logwrite");
	fd_open_stdio();
	sig_children();
	parse(argc, argv, &o);
	if (o.read && log_print(o.read, &o.print, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (o.read)
		return 0;
	if (o.in_fd >= 0)
		return run_filter(&o);
	run(&o);
}
