/* wait.c - see wait.h */
#include "wait.h"
#include "common/fd.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ULL

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t wait_deadline(uint64_t from_now_ns)
{
	uint64_t now = now_ns();

	return from_now_ns > WAIT_FOREVER - now ? WAIT_FOREVER : now + from_now_ns;
}

/* ppoll(2) until the deadline, through EINTR. The number of ready descriptors, 0 when time is over. */
static int poll_until(struct pollfd *p, nfds_t n, uint64_t deadline, struct err *e)
{
	for (;;) {
		uint64_t now = deadline == WAIT_FOREVER ? 0 : now_ns();
		uint64_t left = deadline > now ? deadline - now : 0;
		struct timespec ts = {(time_t)(left / NS_PER_S), (long)(left % NS_PER_S)};
		int r = ppoll(p, n, deadline == WAIT_FOREVER ? NULL : &ts, NULL);

		if (r >= 0)
			return r;
		if (errno != EINTR)
			return err_set(e, errno, "wait for the process");
	}
}

int wait_ended(int pidfd, uint64_t deadline, struct err *e)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll_until(&p, 1, deadline, e);
}

bool wait_has_ended(int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Watches the directory that path lies in for what comes into it. */
static int watch_directory(int ino, const char *path, struct err *e)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (n >= sizeof(dir))
		return err_set(e, ENAMETOOLONG, "watch '%s'", path);
	memcpy(dir, path, n);
	dir[n] = '\0';
	if (n == 0)
		memcpy(dir, slash ? "/" : ".", 2);
	if (inotify_add_watch(ino, dir, IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR) < 0)
		return err_set(e, errno, "watch the directory '%s'", dir);
	return 0;
}

/* Empties the queue; whether the directory itself went away is told in *ret_gone. */
static int drain(int ino, bool *ret_gone, struct err *e)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(ino, buf, sizeof(buf));

	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_set(e, errno, "read from inotify");
	for (ssize_t at = 0; at < n;) {
		struct inotify_event ev;

		memcpy(&ev, buf + at, sizeof(ev));
		*ret_gone |= (ev.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0;
		at += (ssize_t)(sizeof(ev) + ev.len);
	}
	return 0;
}

int wait_file(const char *path, int guard, uint64_t deadline, enum wait_file_result *ret, struct err *e)
{
	AUTO_FD ino = -1;
	bool over = guard < 0; /* nobody is left who could write it */

	if (over) {
		*ret = exists(path) ? WAIT_FILE_THERE : WAIT_FILE_NEVER;
		return 0;
	}
	ino = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (ino < 0)
		return err_set(e, errno, "start inotify");
	if (watch_directory(ino, path, e) < 0)
		return -1;
	/* The look comes after the watch, and after the end of the guard: nothing can be missed in between. */
	while (!exists(path)) {
		struct pollfd p[] = {{.fd = guard, .events = POLLIN}, {.fd = ino, .events = POLLIN}};
		int r;

		*ret = over ? WAIT_FILE_NEVER : WAIT_FILE_TIME_OVER;
		if (over)
			return 0;
		r = poll_until(p, 2, deadline, e);
		if (r <= 0)
			return r;
		over = p[0].revents != 0;
		if (p[1].revents && drain(ino, &over, e) < 0)
			return -1;
	}
	*ret = WAIT_FILE_THERE;
	return 0;
}
