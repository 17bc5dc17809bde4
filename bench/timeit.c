/*
 * timeit.c - times commands against each other, interleaved: A B C, A B C, ... so that whatever the machine does
 * meanwhile meets all of them alike.
 *
 * Each command is spawned with its standard streams on /dev/null and waited for; the time is from before the spawn to
 * after the wait, by the monotonic clock. Processor time is what wait4 reports: the command's own and that of the
 * descendants that it has waited for, so a daemon that does the work is not in it. A command that ends with another
 * status than 0 ends the run: a failure is often quick.
 *
 * A command may run in a mount namespace of its own (NAME@FILE): this program enters it before the clock starts and
 * comes back after it has stopped, so that it costs the command nothing.
 *
 * The ratio is the median of the per-round ratios to the first command, not the ratio of the medians: slow drifts of
 * the machine cancel out in each round.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_CASES = 64, MAX_ROUNDS = 100000 };

struct sample {
	double ms;
	double cpu_ms;
};

struct bench {
	const char *name;
	const char *mount_ns; /* the path of the namespace to run in, or NULL */
	char **argv;
	struct sample *samples;
};

struct run {
	struct bench cases[MAX_CASES];
	int count;
	int rounds;
	int warmup;
	int pause_ms;
	int home_ns; /* our own mount namespace */
	const char *json_path;
	const char *undo; /* for sh, after each run, or NULL */
	posix_spawn_file_actions_t actions;
};

static void usage(FILE *to)
{
	fputs(
	    "Usage: timeit [-n ROUNDS] [-w WARMUP] [-p PAUSE_MS] [-j FILE] [-u COMMAND] NAME COMMAND [ARG]... [;; NAME "
	    "COMMAND...]...\n"
	    "Time commands, interleaved, and print a table; the ratio is to the first.\n"
	    "NAME@FILE runs the command in the mount namespace FILE.\n\n"
	    "  -n ROUNDS    times that each is run and measured (30)\n"
	    "  -w WARMUP    times that each is run before (2)\n"
	    "  -p PAUSE_MS  idle time before each run (0), as between commands that a person types\n"
	    "  -u COMMAND   let sh run this behind each, not measured, with its NAME as $1\n"
	    "  -j FILE      write all samples there as JSON\n"
	    "  -h           show this help\n",
	    to);
}

static void die(const char *what, const char *thing, int cause)
{
	fprintf(stderr, "timeit: %s: '%s'%s%s\n", what, thing, cause ? ": " : "", cause ? strerror(cause) : "");
	exit(1);
}

/* A whole decimal number within bounds, or usage. */
static int number(const char *s, int least, int most)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (errno || end == s || *end || n < least || n > most) {
		fprintf(stderr, "timeit: not a number from %d to %d: '%s'\n", least, most, s);
		exit(2);
	}
	return (int)n;
}

static void parse_options(struct run *r, int argc, char **argv)
{
	int c;

	*r = (struct run){.rounds = 30, .warmup = 2};
	while ((c = getopt(argc, argv, "+n:w:p:j:u:h")) != -1) {
		switch (c) {
		case 'n':
			r->rounds = number(optarg, 1, MAX_ROUNDS);
			break;
		case 'w':
			r->warmup = number(optarg, 0, MAX_ROUNDS);
			break;
		case 'p':
			r->pause_ms = number(optarg, 0, 60000);
			break;
		case 'j':
			r->json_path = optarg;
			break;
		case 'u':
			r->undo = optarg;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
}

/* Splits NAME COMMAND... ;; NAME COMMAND... in place: each ";;" becomes the NULL that ends an argv. */
static void parse_cases(struct run *r, char **argv)
{
	while (*argv) {
		struct bench *b = &r->cases[r->count];

		if (r->count++ == MAX_CASES || !argv[1] || strcmp(argv[1], ";;") == 0) {
			fputs(r->count > MAX_CASES ? "timeit: too many commands\n"
			                           : "timeit: a name without a command\n",
			      stderr);
			exit(2);
		}
		b->name = *argv;
		b->mount_ns = strchr(*argv, '@');
		if (b->mount_ns) {
			(*argv)[b->mount_ns - *argv] = '\0';
			b->mount_ns++;
		}
		argv++;
		b->argv = argv;
		while (*argv && strcmp(*argv, ";;") != 0)
			argv++;
		if (*argv)
			*argv++ = NULL;
		b->samples = calloc((size_t)r->rounds, sizeof(*b->samples));
		if (!b->samples)
			die("memory for", b->name, ENOMEM);
	}
	if (r->count == 0) {
		usage(stderr);
		exit(2);
	}
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double tv_ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void enter(int fd, const char *path)
{
	if (setns(fd, CLONE_NEWNS) < 0)
		die("enter the mount namespace", path, errno);
}

static void enter_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("open", path, errno);
	enter(fd, path);
	close(fd);
}

/* Takes back what a command did. */
static void undo(const struct run *r, const struct bench *b)
{
	const char *const argv[] = {"sh", "-c", r->undo, "undo", b->name, NULL};
	int status, e;
	pid_t pid;

	e = posix_spawnp(&pid, argv[0], &r->actions, NULL, (char *const *)(uintptr_t)argv, environ);
	if (e)
		die("cannot run", argv[0], e);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("wait for", argv[0], errno);
	if (status)
		die("cannot take back", b->name, 0);
}

/* Runs a command once. */
static struct sample run_once(const struct run *r, const struct bench *b)
{
	struct rusage used;
	double start;
	int status, e;
	pid_t pid;

	if (r->pause_ms)
		nanosleep(&(struct timespec){r->pause_ms / 1000, r->pause_ms % 1000 * 1000000L}, NULL);
	if (b->mount_ns)
		enter_path(b->mount_ns);
	start = now_ms();
	e = posix_spawnp(&pid, b->argv[0], &r->actions, NULL, b->argv, environ);
	if (e)
		die("cannot run", b->argv[0], e);
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			die("wait for", b->name, errno);
	start = now_ms() - start;
	if (b->mount_ns)
		enter(r->home_ns, "our own");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "timeit: '%s' %s %d\n", b->name,
		        WIFEXITED(status) ? "ended with status" : "died of signal",
		        WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		exit(1);
	}
	return (struct sample){start, tv_ms(used.ru_utime) + tv_ms(used.ru_stime)};
}

static void run_all(struct run *r)
{
	int e = posix_spawn_file_actions_init(&r->actions);

	for (int fd = 0; fd < 3 && !e; fd++)
		e = posix_spawn_file_actions_addopen(&r->actions, fd, "/dev/null", fd ? O_WRONLY : O_RDONLY, 0);
	if (e)
		die("open", "/dev/null", e);
	r->home_ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	for (int i = -r->warmup; i < r->rounds; i++) {
		for (int c = 0; c < r->count; c++) {
			struct sample s = run_once(r, &r->cases[c]);

			if (r->undo)
				undo(r, &r->cases[c]);
			if (i >= 0)
				r->cases[c].samples[i] = s;
		}
	}
	posix_spawn_file_actions_destroy(&r->actions);
	close(r->home_ns);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct summary {
	double median, min, p90, cpu, ratio;
};

/* The value at a share (0 to 1) of n sorted values. */
static double quantile(const double *v, int n, double share)
{
	double at = share * (n - 1);
	int below = (int)at;

	return below + 1 < n ? v[below] + (at - below) * (v[below + 1] - v[below]) : v[below];
}

static struct summary summarize(const struct run *r, const struct bench *b)
{
	int n = r->rounds;
	double *v = calloc((size_t)n, sizeof(*v));
	struct summary s;

	if (!v)
		die("memory for", b->name, ENOMEM);
	for (int i = 0; i < n; i++)
		v[i] = b->samples[i].ms;
	qsort(v, (size_t)n, sizeof(*v), compare);
	s.min = v[0];
	s.median = quantile(v, n, 0.5);
	s.p90 = quantile(v, n, 0.9);
	for (int i = 0; i < n; i++)
		v[i] = b->samples[i].cpu_ms;
	qsort(v, (size_t)n, sizeof(*v), compare);
	s.cpu = quantile(v, n, 0.5);
	for (int i = 0; i < n; i++)
		v[i] = b->samples[i].ms / r->cases[0].samples[i].ms;
	qsort(v, (size_t)n, sizeof(*v), compare);
	s.ratio = quantile(v, n, 0.5);
	free(v);
	return s;
}

static void print_table(const struct run *r)
{
	printf("%-42s %9s %9s %9s %9s %7s\n", "command", "median ms", "min ms", "p90 ms", "cpu ms", "ratio");
	for (int c = 0; c < r->count; c++) {
		struct summary s = summarize(r, &r->cases[c]);

		printf("%-42s %9.2f %9.2f %9.2f %9.2f %7.2f\n", r->cases[c].name, s.median, s.min, s.p90, s.cpu,
		       s.ratio);
	}
}

static void json_string(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(f, "\\u%04x", c);
		else
			putc(c, f);
	}
	putc('"', f);
}

static void json_case(FILE *f, const struct run *r, const struct bench *b)
{
	struct summary s = summarize(r, b);

	fputs("{\"name\":", f);
	json_string(f, b->name);
	fputs(",\"command\":[", f);
	for (char **a = b->argv; *a; a++) {
		fputs(a == b->argv ? "" : ",", f);
		json_string(f, *a);
	}
	fprintf(f,
	        "],\"median_ms\":%.4f,\"min_ms\":%.4f,\"p90_ms\":%.4f,\"cpu_ms\":%.4f,\"ratio\":%.4f,\"samples_ms\":[",
	        s.median, s.min, s.p90, s.cpu, s.ratio);
	for (int i = 0; i < r->rounds; i++)
		fprintf(f, "%s%.4f", i ? "," : "", b->samples[i].ms);
	fputs("]}", f);
}

static void write_json(const struct run *r)
{
	FILE *f = fopen(r->json_path, "we");

	if (!f)
		die("open", r->json_path, errno);
	fprintf(f, "{\"rounds\":%d,\"warmup\":%d,\"pause_ms\":%d,\"commands\":[\n", r->rounds, r->warmup, r->pause_ms);
	for (int c = 0; c < r->count; c++) {
		json_case(f, r, &r->cases[c]);
		fputs(c + 1 < r->count ? ",\n" : "\n", f);
	}
	fputs("]}\n", f);
	if (ferror(f) | fclose(f))
		die("write", r->json_path, errno);
}

int main(int argc, char **argv)
{
	static struct run r;

	parse_options(&r, argc, argv);
	parse_cases(&r, argv + optind);
	run_all(&r);
	print_table(&r);
	if (r.json_path)
		write_json(&r);
	for (int c = 0; c < r.count; c++)
		free(r.cases[c].samples);
	return 0;
}
