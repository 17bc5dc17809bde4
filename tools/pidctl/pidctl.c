/*
 * pidctl - signal, wait for and stop the process that an identity file names, never a stranger.
 *
 * The file holds "PID STARTTIME BOOT-ID" (lib/common/proc.h). A pidfd is opened first, then start time and boot are
 * compared: from there on the descriptor means that process and no other,
 * whatever becomes of the number. The schedule is a list of steps, each a signal and a time in which the process may
 * end:
 *
 *     --signal TERM --wait 10 --then KILL          TERM, up to 10 s, KILL, up to 10 s
 */
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/proc.h"
#include "common/sig.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

/* Exit statuses besides 0 and EXIT_USAGE. */
enum { NOT_RUNNING = 1, FAILED = 3, STILL_RUNNING = 4, NEVER_CAME = 5 };

#define STEPS_MAX 8
#define FOLLOW_MAX 8
#define NO_WAIT (WAIT_FOREVER - 1)
#define LAST_WAIT_NS 10000000000ULL

struct step {
	int sig;       /* 0: none, only wait */
	uint64_t wait; /* nanoseconds, WAIT_FOREVER, or NO_WAIT */
};

struct config {
	struct step steps[STEPS_MAX];
	size_t n_steps;
	const char *follow[FOLLOW_MAX]; /* identity files of those whose end is waited for afterwards */
	size_t n_follow;
	const char *file;
	const char *wait_file;
	bool signal_given, alive, quiet;
};

enum { O_FILE = OPT_LONG, O_THEN, O_EXIT_OF, O_WAIT_FILE, O_ALIVE };

static const struct opt options[] = {
    {'s', "signal", OPT_ARG, "SIG", "send SIG, a name or a number (0: none)"},
    {'w', "wait", OPT_ARG, "SECONDS", "wait so long for the end; 'forever' for any time"},
    {O_THEN, "then", OPT_ARG, "SIG", "when the time is over, send SIG and wait on; repeatable"},
    {O_EXIT_OF, "wait-exit-of", OPT_ARG, "FILE", "after the end, wait for the end of this one too; repeatable"},
    {O_WAIT_FILE, "wait-file", OPT_ARG, "PATH", "send nothing, wait until PATH exists or the process has ended"},
    {O_ALIVE, "alive", OPT_NO_ARG, NULL, "only tell by the exit status whether it runs"},
    {O_FILE, "file", OPT_ARG, "PIDFILE", "the identity file, instead of the operand"},
    {'q', "quiet", OPT_NO_ARG, NULL, "say nothing when it is not running or goes on running"},
};

static const struct opt_spec spec = {
    .tool = "pidctl",
    .synopsis = "[--signal SIG] [--wait SECONDS] [OPTION]... PIDFILE\n--alive PIDFILE\n--wait-file PATH [--wait "
                "SECONDS] PIDFILE",
    .about = "Signal, wait for and stop the process that PIDFILE (\"PID STARTTIME BOOT-ID\") names, never a stranger.",
    .table = options,
    .n = sizeof(options) / sizeof(options[0]),
    .usage_status = EXIT_USAGE,
};

static int parse_signal(const char *s)
{
	int sig = 0;

	if (strcmp(s, "0") != 0 && sig_parse(s, &sig) < 0)
		opt_usage(&spec, "no such signal: '%s'", s);
	return sig;
}

static uint64_t parse_time(const char *s)
{
	uint64_t ns;

	if (strcmp(s, "forever") == 0)
		return WAIT_FOREVER;
	if (num_duration(s, &ns) < 0 || ns >= NO_WAIT)
		opt_usage(&spec, "not a time: '%s'", s);
	return ns;
}

/* Begins a further step. The one before must have a time, or the escalation would come at once. */
static void add_step(struct config *c, const char *arg)
{
	if (c->steps[c->n_steps - 1].wait == NO_WAIT)
		opt_usage(&spec, "--then %s: after how long? Put --wait SECONDS before it", arg);
	if (c->n_steps == STEPS_MAX)
		opt_usage(&spec, "more than %d steps", STEPS_MAX);
	c->steps[c->n_steps++] = (struct step){parse_signal(arg), NO_WAIT};
}

static void take_option(struct config *c, int id, const char *arg)
{
	switch (id) {
	case 's':
		c->steps[0].sig = parse_signal(arg);
		c->signal_given = true;
		break;
	case 'w':
		c->steps[c->n_steps - 1].wait = parse_time(arg);
		break;
	case O_THEN:
		add_step(c, arg);
		break;
	case O_EXIT_OF:
		if (c->n_follow == FOLLOW_MAX)
			opt_usage(&spec, "more than %d times --wait-exit-of", FOLLOW_MAX);
		c->follow[c->n_follow++] = arg;
		break;
	case O_WAIT_FILE:
		c->wait_file = arg;
		break;
	case O_ALIVE:
		c->alive = true;
		break;
	case O_FILE:
		c->file = arg;
		break;
	default:
		c->quiet = true;
		break;
	}
}

/* What does not go together. Nothing is sent that was not asked for: without --signal a --wait only waits. */
static void check(const struct config *c)
{
	bool sends = c->signal_given || c->n_steps > 1;
	bool waits = c->steps[0].wait != NO_WAIT || c->n_follow;

	if (c->alive && (sends || waits || c->wait_file))
		opt_usage(&spec, "--alive goes with no other option");
	if (c->wait_file && (sends || c->n_follow))
		opt_usage(&spec, "--wait-file sends no signal and follows nobody");
	if (!c->alive && !c->wait_file && !sends && !waits)
		opt_usage(&spec, "nothing to do: give --signal, --wait or both");
}

/* The time of the last step when none was given. */
static void settle(struct config *c)
{
	struct step *last = &c->steps[c->n_steps - 1];

	if (last->wait == NO_WAIT && c->wait_file)
		last->wait = WAIT_FOREVER;
	if (last->wait == NO_WAIT && (c->n_steps > 1 || c->n_follow))
		last->wait = LAST_WAIT_NS;
}

static void parse(struct config *c, int argc, char **argv)
{
	struct opt_parser p;
	int id;

	*c = (struct config){.n_steps = 1, .steps = {{0, NO_WAIT}}};
	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0)
		take_option(c, id, p.arg);
	if (!c->file && p.index < argc)
		c->file = argv[p.index++];
	if (!c->file)
		opt_usage(&spec, "which process? PIDFILE is missing");
	if (p.index < argc)
		opt_usage(&spec, "one PIDFILE only: '%s'", argv[p.index]);
	check(c);
	settle(c);
}

/* Opens the process of an identity file. True when it runs; otherwise *ret is -1 and *e says why it does not. Ends
 * the tool when that cannot be told. */
static bool open_process(const char *file, int *ret, struct err *e)
{
	struct proc_id id;

	*ret = -1;
	if (proc_id_read(AT_FDCWD, file, &id, e) < 0) {
		if (e->code != ENOENT)
			die_err(FAILED, e);
		return false;
	}
	if (proc_open(&id, ret, e) < 0) {
		if (e->code != ESRCH)
			die_err(FAILED, e);
		return false;
	}
	if (wait_has_ended(*ret)) {
		err_set(e, ESRCH, "open process %ld", (long)id.pid);
		fd_close(ret);
	}
	return *ret >= 0;
}

static int not_running(const struct config *c, const struct err *e)
{
	if (!c->quiet)
		msg("not running: '%s': %s: %s", c->file, e->text, strerror(e->code));
	return NOT_RUNNING;
}

static int still_running(const struct config *c, const char *file)
{
	if (!c->quiet)
		msg("still running after the time given: '%s'", file);
	return STILL_RUNNING;
}

/* Sends and waits, step by step. 0, NOT_RUNNING (ended before the first signal) or STILL_RUNNING. */
static int run_steps(const struct config *c, int pidfd)
{
	struct err e;

	for (size_t i = 0; i < c->n_steps; i++) {
		const struct step *s = &c->steps[i];
		int r;

		if (s->sig && sys_pidfd_send_signal(pidfd, s->sig) < 0 && errno != ESRCH) {
			err_set(&e, errno, "send signal %d to the process of '%s'", s->sig, c->file);
			die_err(FAILED, &e);
		}
		if (s->wait == NO_WAIT)
			return 0;
		r = wait_ended(pidfd, wait_deadline(s->wait), &e);
		if (r < 0)
			die_err(FAILED, &e);
		if (r > 0)
			return 0;
	}
	return still_running(c, c->file);
}

/* Waits for the end of those that clean up after the process, together as long as for the last step. One that stands
 * still, as the supervisor in a shell's job that was stopped does, would never come to it. */
static int follow(const struct config *c, int *fds)
{
	bool sends = c->signal_given || c->n_steps > 1;
	uint64_t time = c->steps[c->n_steps - 1].wait;
	uint64_t deadline = wait_deadline(time < LAST_WAIT_NS ? LAST_WAIT_NS : time);
	int status = 0;
	struct err e;

	for (size_t i = 0; i < c->n_follow; i++) {
		int r;

		if (fds[i] >= 0 && sends)
			sys_pidfd_send_signal(fds[i], SIGCONT);
		r = fds[i] < 0 ? 1 : wait_ended(fds[i], deadline, &e);
		if (r < 0)
			die_err(FAILED, &e);
		if (r == 0)
			status = still_running(c, c->follow[i]);
		fd_close(&fds[i]);
	}
	return status;
}

/* Signals, waits, escalates. Those to follow are opened first: their files may be gone once they have cleaned up. */
static int stop(const struct config *c)
{
	int fds[FOLLOW_MAX], status, followed;
	struct err e, ignored;
	AUTO_FD pidfd = -1;
	bool running = open_process(c->file, &pidfd, &e);

	for (size_t i = 0; i < c->n_follow; i++)
		open_process(c->follow[i], &fds[i], &ignored);
	status = running ? run_steps(c, pidfd) : not_running(c, &e);
	if (status == STILL_RUNNING)
		return status;
	followed = follow(c, fds);
	return followed ? followed : status;
}

/* Waits for a file with the process as its guard. */
static int wait_for_file(const struct config *c)
{
	enum wait_file_result r;
	AUTO_FD guard = -1;
	struct err e;

	open_process(c->file, &guard, &e);
	if (wait_file(c->wait_file, guard, wait_deadline(c->steps[0].wait), &r, &e) < 0)
		die_err(FAILED, &e);
	if (r == WAIT_FILE_THERE)
		return 0;
	if (r == WAIT_FILE_TIME_OVER)
		return still_running(c, c->file);
	if (!c->quiet)
		msg("wait for '%s': the process of '%s' ended without making it", c->wait_file, c->file);
	return NEVER_CAME;
}

static int alive(const struct config *c)
{
	AUTO_FD fd = -1;
	struct err e;

	return open_process(c->file, &fd, &e) ? 0 : NOT_RUNNING;
}

int main(int argc, char **argv)
{
	struct config c;

	msg_init("pidctl");
	parse(&c, argc, argv);
	if (c.alive)
		return alive(&c);
	return c.wait_file ? wait_for_file(&c) : stop(&c);
}
