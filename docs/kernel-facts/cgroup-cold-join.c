/*
 * cgroup-cold-join.c - what it costs a process to get into a control group when nobody has migrated for a while.
 *
 *   cc -O2 -o /tmp/cgroup-cold-join docs/kernel-facts/cgroup-cold-join.c && /tmp/cgroup-cold-join [ROUNDS] [PAUSE_MS]
 *
 * Needs root. In each round, after a pause, a child puts itself into a group; printed is the median time of the one
 * write(2) (of the clone for CLONE_INTO_CGROUP). The groups are made below the first writable v1 and v2 hierarchies
 * and removed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000

static double *shared_ms; /* written by the child, read by us */

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void pause_ms(int ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

/* Makes a group below the first mount of the type; its path, or NULL when there is none. */
static char *make_group(const char *type)
{
	char line[1024], target[512], fs[64], *path = NULL;
	FILE *f = fopen("/proc/self/mountinfo", "re");

	while (!path && f && fgets(line, sizeof(line), f)) {
		const char *rest = strstr(line, " - ");

		if (!rest || sscanf(line, "%*s %*s %*s %*s %511s", target) != 1 || sscanf(rest, " - %63s", fs) != 1 ||
		    strcmp(fs, type) != 0 || asprintf(&path, "%s/mydocker-fact-%d", target, (int)getpid()) < 0)
			continue;
		if (mkdir(path, 0755) < 0) {
			free(path);
			path = NULL;
		}
	}
	if (f)
		fclose(f);
	return path;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* In the child: the one write. */
static void join(const char *group, const char *file, const char *text)
{
	char path[700];
	double start;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", group, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	start = now_ms();
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(1);
	*shared_ms = now_ms() - start;
	_exit(0);
}

/* One round by write(2): "0" or the pid to a file of the group. -1 when it failed. */
static double by_write(const char *group, const char *file, int own_pid)
{
	pid_t pid = fork();
	char text[24];
	int status;

	if (pid == 0) {
		snprintf(text, sizeof(text), "%d", own_pid ? (int)getpid() : 0);
		join(group, file, text);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? *shared_ms : -1;
}

/* One round by clone3(2) with CLONE_INTO_CGROUP. */
static double by_clone(const char *group)
{
	int fd = open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC), status;
	struct clone_args args = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)fd};
	double start = now_ms(), ms;
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	ms = now_ms() - start;
	close(fd);
	return pid > 0 && waitpid((pid_t)pid, &status, 0) == pid && status == 0 ? ms : -1;
}

/* Prints the median of the rounds of one way. file NULL: clone. */
static void measure(const char *label, const char *group, const char *file, int own_pid, int rounds, int pause)
{
	double ms[ROUNDS_MAX];
	int i;

	if (!group)
		return;
	for (i = 0; i < rounds; i++) {
		pause_ms(pause);
		ms[i] = file ? by_write(group, file, own_pid) : by_clone(group);
		if (ms[i] < 0) {
			printf("%-38s failed\n", label);
			return;
		}
	}
	qsort(ms, (size_t)rounds, sizeof(ms[0]), compare);
	printf("%-38s %8.3f ms\n", label, ms[rounds / 2]);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 20, pause = argc > 2 ? atoi(argv[2]) : 50;
	char *v1 = make_group("cgroup"), *v2 = make_group("cgroup2");

	shared_ms = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (rounds < 1 || rounds > ROUNDS_MAX || pause < 0 || shared_ms == MAP_FAILED || (!v1 && !v2)) {
		fprintf(stderr, "cannot measure: %s\n", strerror(errno));
		return 1;
	}
	measure("v1: pid to cgroup.procs", v1, "cgroup.procs", 1, rounds, pause);
	measure("v1: 0 to cgroup.procs", v1, "cgroup.procs", 0, rounds, pause);
	measure("v1: 0 to tasks", v1, "tasks", 0, rounds, pause);
	measure("v2: 0 to cgroup.procs", v2, "cgroup.procs", 0, rounds, pause);
	measure("v2: clone3 with CLONE_INTO_CGROUP", v2, NULL, 0, rounds, pause);
	if (v1)
		rmdir(v1);
	if (v2)
		rmdir(v2);
	return 0;
}
