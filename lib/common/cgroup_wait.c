/*
 * cgroup_wait.c - waiting with an end.
 */
#include "common/cgroup_wait.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

/* Nanoseconds since some start that does not move. */
static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

void cg_wait_begin(struct cg_wait *w, uint64_t timeout_ns)
{
	uint64_t t = now();

	w->end = timeout_ns > UINT64_MAX - t ? UINT64_MAX : t + timeout_ns;
	w->step = MS / 5;
}

bool cg_wait_pause(struct cg_wait *w)
{
	uint64_t t = now(), pause = w->step;
	struct timespec ts;

	if (t >= w->end)
		return false;
	if (pause > w->end - t)
		pause = w->end - t;
	ts = (struct timespec){.tv_sec = (time_t)(pause / (1000 * MS)), .tv_nsec = (long)(pause % (1000 * MS))};
	nanosleep(&ts, NULL);
	w->step = w->step * 2 < 20 * MS ? w->step * 2 : 20 * MS;
	return true;
}

/* What is left of the wait for poll(2). */
static int poll_timeout(const struct cg_wait *w)
{
	uint64_t t = now(), left;

	if (w->end == UINT64_MAX)
		return -1;
	left = t >= w->end ? 0 : (w->end - t + MS - 1) / MS;
	return left > 1000000 ? 1000000 : (int)left;
}

/* The value of "KEY n" in the text of a flat keyed file, or -1. */
static int keyed(const char *text, const char *key)
{
	size_t n = strlen(key);
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, n) && line[n] == ' ')
			return line[n + 1] - '0';
	}
	return -1;
}

int cg_wait_event(const struct cg_hierarchy *h, const char *group, const char *key, int value, const struct cg_wait *w,
                  struct err *e)
{
	char path[PATH_MAX], file[PATH_MAX], text[256];
	AUTO_FD fd = -1;

	if (snprintf(file, sizeof(file), "%s/cgroup.events", group) >= (int)sizeof(file))
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", group);
	if (cg_path(h, file, path, e) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENODEV ? 0 : err_set(e, errno, "open '%s'", path);
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLPRI};
		ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
		int left = poll_timeout(w);

		if (n < 0)
			return errno == ENODEV ? 0 : err_set(e, errno, "read '%s'", path);
		text[n] = '\0';
		if (keyed(text, key) == value)
			return 0;
		if (left == 0)
			return err_set(e, ETIMEDOUT, "wait for '%s %d' in '%s'", key, value, path);
		if (poll(&p, 1, left) < 0 && errno != EINTR)
			return err_set(e, errno, "poll '%s'", path);
	}
}
