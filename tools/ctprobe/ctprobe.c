/*
 * ctprobe - asks a running container again and again whether it is well, and writes down what came of it.
 *
 * It belongs to nobody: it sees by the pid file that the command has ended, and by the supervisor's end that it does not
 * come back (a restart policy starts a command anew under the same file). Killed, it leaves a file that is stale and
 * nothing else.
 */
#include "probe.h"

#include "common/event.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/proc.h"
#include "common/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)

enum {
	O_INTERVAL = OPT_LONG,
	O_TIMEOUT,
	O_START_PERIOD,
	O_START_INTERVAL,
	O_RETRIES,
	O_STATE,
	O_SUPERVISOR,
	O_UNLESS,
	O_EVENT_LOG,
	O_EVENT_ID,
};

static const struct opt table[] = {
    {O_INTERVAL, "interval", OPT_ARG, "TIME", "rest between two probes, and before the first (default 30s)"},
    {O_TIMEOUT, "timeout", OPT_ARG, "TIME", "how long a probe may take (default 30s)"},
    {O_START_PERIOD, "start-period", OPT_ARG, "TIME", "failures so early do not count (default 0s)"},
    {O_START_INTERVAL, "start-interval", OPT_ARG, "TIME",
     "rest until then, as long as there was no success (default 5s)"},
    {O_RETRIES, "retries", OPT_ARG, "N", "so many failures in a row mean unhealthy (default 3)"},
    {O_STATE, "state", OPT_ARG, "FILE", "write there what came of it"},
    {O_SUPERVISOR, "supervisor-file", OPT_ARG, "FILE", "go on with what the process of FILE starts next under PIDFILE"},
    {O_UNLESS, "unless", OPT_ARG, "FILE", "leave probes out while FILE exists"},
    {O_EVENT_LOG, "event-log", OPT_ARG, "FILE", "append a line there when the health changes"},
    {O_EVENT_ID, "event-id", OPT_ARG, "ID", "of this container"},
    {'d', "detach", OPT_NO_ARG, NULL, "do so in the background"},
};

static const struct opt_spec spec = {
    .tool = "ctprobe",
    .synopsis = "[OPTION]... --state FILE PIDFILE [--] COMMAND [ARGUMENT]...",
    .about = "Run COMMAND from time to time, as long as the process of PIDFILE runs, and keep what came of it.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_USAGE,
};

struct request {
	uint64_t interval, timeout, start_period, start_interval, retries;
	const char *state, *supervisor_file, *unless, *event_log, *event_id, *pid_file;
	char **command;
	bool detach;
};

/* A time of more than nothing; 0 keeps the default, as docker has it. */
static void take_time(const char *option, const char *arg, uint64_t *ret)
{
	uint64_t ns;

	if (num_duration(arg, &ns) < 0 || (ns && ns < 1000000))
		opt_usage(&spec, "%s: '%s' is not a time of 1ms or more", option, arg);
	if (ns)
		*ret = ns;
}

static void take(struct request *r, int id, const char *arg)
{
	switch (id) {
	case O_INTERVAL:
		take_time("--interval", arg, &r->interval);
		break;
	case O_TIMEOUT:
		take_time("--timeout", arg, &r->timeout);
		break;
	case O_START_PERIOD:
		take_time("--start-period", arg, &r->start_period);
		break;
	case O_START_INTERVAL:
		take_time("--start-interval", arg, &r->start_interval);
		break;
	case O_RETRIES:
		if (num_u64(arg, 0, 1000000, &r->retries) < 0)
			opt_usage(&spec, "--retries: '%s' is not a number from 0 to 1000000", arg);
		r->retries = r->retries ? r->retries : 3;
		break;
	case O_STATE:
		r->state = arg;
		break;
	case O_SUPERVISOR:
		r->supervisor_file = arg;
		break;
	case O_UNLESS:
		r->unless = arg;
		break;
	case O_EVENT_LOG:
		r->event_log = arg;
		break;
	case O_EVENT_ID:
		r->event_id = arg;
		break;
	default:
		r->detach = true;
		break;
	}
}

static void parse(struct request *r, int argc, char **argv)
{
	struct opt_parser p;
	int id;

	*r = (struct request){
	    .interval = 30 * NS_PER_S, .timeout = 30 * NS_PER_S, .start_interval = 5 * NS_PER_S, .retries = 3};
	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) != -1)
		take(r, id, p.arg);
	argv += p.index;
	r->pid_file = argv[0];
	if (!r->state || !r->pid_file)
		opt_usage(&spec, !r->state ? "--state FILE is needed" : "a pid file is expected");
	argv += 1 + (argv[1] && !strcmp(argv[1], "--"));
	r->command = argv;
	if (!r->command[0])
		opt_usage(&spec, "no command");
}

static bool exists(const char *path)
{
	return path && access(path, F_OK) == 0;
}

#define TICK_NS 50000000
#define START_TICKS 1200 /* a minute */

/* Opens the process of an identity file; -1 when there is none. */
static int open_process(const char *file)
{
	struct proc_id id;
	struct err e;
	int fd;

	return proc_id_read(AT_FDCWD, file, &id, &e) == 0 && proc_open(&id, &fd, &e) == 0 ? fd : -1;
}

/* The first process, which may be about to start. -1 when none comes. */
static int first_process(const struct request *r)
{
	for (int i = 0; i < START_TICKS; i++) {
		int fd = open_process(r->pid_file);

		if (fd >= 0)
			return fd;
		nanosleep(&(struct timespec){.tv_nsec = TICK_NS}, NULL);
	}
	return -1;
}

/* The next one, as long as the supervisor may start one. */
static int next_process(const struct request *r, int supervisor)
{
	struct pollfd p = {.fd = supervisor, .events = POLLIN};

	while (supervisor >= 0 && poll(&p, 1, TICK_NS / 1000000) == 0) {
		int fd = open_process(r->pid_file);

		if (fd >= 0)
			return fd;
	}
	return -1;
}

/* Rests; true when the process has ended meanwhile. */
static bool rest(int pidfd, uint64_t ns)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	struct timespec t = {(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};

	return ppoll(&p, 1, &t, NULL) > 0;
}

/* Tells the event log of a new health. */
static void tell(const struct request *r, enum health h)
{
	static const char *const none[] = {NULL};
	char action[64];
	struct err e;

	if (!r->event_log || !r->event_id)
		return;
	snprintf(action, sizeof(action), "health_status: %s", health_name(h));
	event_append(r->event_log, "container", action, r->event_id, none, &e);
}

/* The rest before the next probe of a process of that age. */
static uint64_t interval(const struct request *r, enum health h, uint64_t lived)
{
	return h == HEALTH_STARTING && lived < r->start_period ? r->start_interval : r->interval;
}

/* Probes one process until it ends. -1 when nobody can be told any more. */
static int watch(const struct request *r, int pidfd)
{
	static struct history h;
	struct probe_result result;
	uint64_t lived = 0, pause;
	struct err e;

	h = (struct history){0};
	if (history_write(&h, r->state, &e) < 0)
		return -1;
	while (!rest(pidfd, pause = interval(r, h.health, lived))) {
		enum health before = h.health;

		lived += pause;
		if (exists(r->unless))
			continue;
		if (probe_run(r->command, r->timeout, &result, &e) < 0)
			return -1;
		/* What was asked of a process that was about to end is no answer. */
		if (rest(pidfd, 0))
			break;
		history_add(&h, &result, (unsigned int)r->retries, lived <= r->start_period);
		if (history_write(&h, r->state, &e) < 0)
			return -1;
		if (h.health != before)
			tell(r, h.health);
	}
	return 0;
}

/* Leaves the caller: its session, its terminal, its descriptors. */
static void detach(void)
{
	struct err e;
	pid_t pid = fork();

	if (pid < 0) {
		err_set(&e, errno, "fork");
		die_err(EXIT_FAILED, &e);
	}
	if (pid > 0)
		_exit(0);
	setsid();
	fd_close_from(0, NULL, 0);
	fd_open_stdio();
}

/* One process after the other. */
static int probe_all(const struct request *r)
{
	AUTO_FD pidfd = first_process(r);
	AUTO_FD supervisor = r->supervisor_file ? open_process(r->supervisor_file) : -1;

	while (pidfd >= 0) {
		if (watch(r, pidfd) < 0)
			return EXIT_FAILED;
		fd_close(&pidfd);
		pidfd = next_process(r, supervisor);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct request r;

	msg_init("ctprobe");
	sig_children();
	parse(&r, argc, argv);
	if (r.detach)
		detach();
	signal(SIGPIPE, SIG_IGN);
	return probe_all(&r);
}
