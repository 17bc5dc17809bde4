/*
 * members.c - sums over the processes of a group, out of /proc (proc(5)).
 */
#include "members.h"

#include "common/cgroup_walk.h"

#include "common/fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 4096

/* Reads a file of a process's. False when it is gone. */
static bool read_of(pid_t pid, const char *file, char text[TEXT_MAX])
{
	char path[64];
	AUTO_FD fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, TEXT_MAX - 1);
	if (n < 0)
		return false;
	text[n] = '\0';
	return true;
}

/* The number behind "KEY" at the beginning of a line; 0 when there is none. */
static uint64_t number_of(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, n))
			return strtoull(text + n, NULL, 10);
	}
	return 0;
}

bool members_stat(const char *text, uint64_t *ret_threads, uint64_t *ret_ticks)
{
	const char *c = strrchr(text, ')');
	unsigned long long u, s, cu, cs, threads;

	/* Field 3 follows the command's name, which may hold anything. */
	if (!c || sscanf(c + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu %*d %*d %llu", &u, &s,
	                 &cu, &cs, &threads) != 5)
		return false;
	*ret_threads = threads;
	*ret_ticks = u + s + cu + cs;
	return true;
}

/* The memory of one process. */
static uint64_t memory_of(pid_t pid, char text[TEXT_MAX])
{
	const char *blank;

	if (read_of(pid, "smaps_rollup", text) && strstr(text, "\nPss:"))
		return number_of(text, "Pss:") * 1024;
	if (!read_of(pid, "statm", text))
		return 0;
	blank = strchr(text, ' ');
	return blank ? strtoull(blank, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Adds one process. */
static int add_member(pid_t pid, void *arg, struct err *e)
{
	struct members *sum = arg;
	char text[TEXT_MAX];
	uint64_t threads, ticks;

	(void)e;
	if (!read_of(pid, "stat", text) || !members_stat(text, &threads, &ticks))
		return 0;
	sum->processes++;
	sum->threads += threads;
	sum->cpu_usec += ticks * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
	sum->memory += memory_of(pid, text);
	if (read_of(pid, "io", text)) {
		sum->read += number_of(text, "read_bytes: ");
		sum->written += number_of(text, "write_bytes: ");
	}
	return 0;
}

int members_sum(const struct cg_hierarchy *h, const char *group, struct members *ret, struct err *e)
{
	*ret = (struct members){0};
	return cg_walk_procs(h, group, true, add_member, ret, e);
}
