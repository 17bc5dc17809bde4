/* restart.c - see restart.h */
#include "restart.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define FIRST_DELAY 100u
#define LAST_DELAY 60000u
#define GOOD_RUN_NS 10000000000ULL

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int restart_parse(const char *arg, struct restart_policy *ret)
{
	static const char failure[] = "on-failure";
	uint64_t max = 0;

	if (strncmp(arg, failure, sizeof(failure) - 1) == 0) {
		const char *rest = arg + sizeof(failure) - 1;

		if (*rest && (*rest != ':' || num_u64(rest + 1, 0, UINT_MAX, &max) < 0))
			return -1;
		ret->when = RESTART_ON_FAILURE;
	} else if (strcmp(arg, "always") == 0 || strcmp(arg, "unless-stopped") == 0) {
		ret->when = RESTART_ALWAYS;
	} else if (strcmp(arg, "no") == 0) {
		ret->when = RESTART_NO;
	} else {
		return -1;
	}
	ret->max = (unsigned int)max;
	return 0;
}

struct restart_policy restart_now(const struct restart_policy *p)
{
	struct restart_policy now = *p;
	char line[32];

	if (!p->policy_file || file_read_line(AT_FDCWD, p->policy_file, line, sizeof(line)) < 0 ||
	    restart_parse(line, &now) < 0)
		return *p;
	return now;
}

bool restart_wanted(const struct restart_policy *p, const struct restart_state *s, const struct exit_info *x)
{
	if (p->when != RESTART_ON_FAILURE)
		return p->when == RESTART_ALWAYS;
	return exit_to_status(x) != 0 && (p->max == 0 || s->count < p->max);
}

bool restart_forbidden(const struct restart_policy *p)
{
	return p->unless_file && access(p->unless_file, F_OK) == 0;
}

unsigned int restart_delay(struct restart_state *s, uint64_t now)
{
	if (!s->delay || now - s->started >= GOOD_RUN_NS)
		s->delay = FIRST_DELAY;
	else
		s->delay = s->delay < LAST_DELAY / 2 ? 2 * s->delay : LAST_DELAY;
	return s->delay;
}

void restart_started(struct restart_state *s)
{
	s->started = now_ns();
}

/* Whether one of the signals that have come means the end. */
static bool ends(int sigfd)
{
	struct signalfd_siginfo si;
	bool end = false;

	while (read(sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		end |= si.ssi_signo == SIGTERM || si.ssi_signo == SIGINT || si.ssi_signo == SIGHUP ||
		       si.ssi_signo == SIGQUIT;
	return end;
}

/* Until the time has come. False at a signal that means the end. */
static bool sleep_until(uint64_t end, int sigfd)
{
	uint64_t now;

	while ((now = now_ns()) < end) {
		struct pollfd p = {.fd = sigfd, .events = POLLIN};

		if (poll(&p, 1, (int)((end - now) / 1000000 + 1)) > 0 && ends(sigfd))
			return false;
	}
	return true;
}

/* Writes the number of restarts. */
static void keep_count(const struct restart_policy *p, unsigned int count)
{
	char line[16];
	int n = snprintf(line, sizeof(line), "%u\n", count);
	struct err e;

	if (p->count_file && file_write_atomic(AT_FDCWD, p->count_file, line, (size_t)n, 0600, &e) < 0)
		msg_err(&e);
}

void restart_announce(const struct restart_policy *p, const struct restart_state *s)
{
	struct err e;

	keep_count(p, s->count + 1);
	if (p->wait_file && file_write_atomic(AT_FDCWD, p->wait_file, "", 0, 0600, &e) < 0)
		msg_err(&e);
}

bool restart_wait(const struct restart_policy *p, struct restart_state *s, int sigfd)
{
	uint64_t now = now_ns();
	bool again = sleep_until(now + (uint64_t)restart_delay(s, now) * 1000000, sigfd) && !restart_forbidden(p);

	s->count++;
	return again && restart_now(p).when != RESTART_NO;
}

void restart_waited(const struct restart_policy *p)
{
	if (p->wait_file)
		unlink(p->wait_file);
}
