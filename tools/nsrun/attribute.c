/*
 * attribute.c - see attribute.h
 *
 * Raising any of these needs a capability in the first user namespace. They are set by pid, because the child that has
 * a user namespace of its own does not have it any more and the supervisor outside may.
 */
#include "attribute.h"

#include "common/num.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	int id;
} limit_names[] = {
    {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},         {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},       {"fsize", RLIMIT_FSIZE},       {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},   {"nproc", RLIMIT_NPROC},       {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},   {"rttime", RLIMIT_RTTIME},     {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
};

#define N_LIMIT_NAMES (sizeof(limit_names) / sizeof(limit_names[0]))

static const struct {
	const char *name;
	int policy;
	bool real_time;
} policies[] = {
    {"other", SCHED_OTHER, false}, {"batch", SCHED_BATCH, false}, {"idle", SCHED_IDLE, false},
    {"fifo", SCHED_FIFO, true},    {"rr", SCHED_RR, true},
};

/* A number, "unlimited" or, as docker has it, "-1". */
static int parse_limit(const char *s, rlim_t *ret)
{
	uint64_t v;

	if (strcmp(s, "unlimited") == 0 || strcmp(s, "-1") == 0) {
		*ret = RLIM_INFINITY;
		return 0;
	}
	if (num_u64(s, 0, UINT64_MAX - 1, &v) < 0)
		return -1;
	*ret = (rlim_t)v;
	return 0;
}

/* The limit's number by its name, which ends at '='; -1 when there is none. */
static int find_limit(const char *arg, size_t n)
{
	for (size_t i = 0; i < N_LIMIT_NAMES; i++)
		if (strlen(limit_names[i].name) == n && strncmp(limit_names[i].name, arg, n) == 0)
			return limit_names[i].id;
	return -1;
}

int attribute_limit(struct attributes *a, const char *arg, struct err *e)
{
	const char *value = strchr(arg, '='), *colon = value ? strchr(value, ':') : NULL;
	struct rlimit l;
	char soft[32];
	size_t length;
	int id;

	if (!value)
		return err_set(e, 0, "not NAME=SOFT[:HARD]: '%s'", arg);
	id = find_limit(arg, (size_t)(value - arg));
	if (id < 0)
		return err_set(e, 0, "no resource limit has the name '%.*s'", (int)(value - arg), arg);
	value++;
	length = colon ? (size_t)(colon - value) : strlen(value);
	snprintf(soft, sizeof(soft), "%.*s", (int)(length < sizeof(soft) ? length : 0), value);
	if (parse_limit(soft, &l.rlim_cur) < 0 || parse_limit(colon ? colon + 1 : soft, &l.rlim_max) < 0)
		return err_set(e, 0, "not a number or 'unlimited': '%s'", value);
	if (l.rlim_cur > l.rlim_max)
		return err_set(e, 0, "the soft limit is above the hard one: '%s'", arg);
	a->limits[id] = l;
	a->limits_set |= 1U << id;
	return 0;
}

int attribute_sched(struct attributes *a, const char *arg, struct err *e)
{
	size_t n = strcspn(arg, ":");
	uint64_t priority = 0;

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		if (strlen(policies[i].name) != n || strncmp(policies[i].name, arg, n) != 0)
			continue;
		if (policies[i].real_time && (!arg[n] || num_u64(arg + n + 1, 1, 99, &priority) < 0))
			return err_set(e, 0, "policy %s needs a priority of 1 to 99: '%s'", policies[i].name, arg);
		if (!policies[i].real_time && arg[n] && num_u64(arg + n + 1, 0, 0, &priority) < 0)
			return err_set(e, 0, "policy %s has no priority but 0: '%s'", policies[i].name, arg);
		a->set_sched = true;
		a->policy = policies[i].policy;
		a->priority = (int)priority;
		return 0;
	}
	return err_set(e, 0, "other, batch, idle, fifo:PRIORITY or rr:PRIORITY, not '%s'", arg);
}

bool attribute_any(const struct attributes *a)
{
	return a->limits_set || a->set_sched || a->set_nice;
}

static int set_limits(const struct attributes *a, pid_t pid, struct err *e)
{
	for (size_t i = 0; i < N_LIMIT_NAMES; i++) {
		int id = limit_names[i].id;

		if (!(a->limits_set & 1U << id) || syscall(SYS_prlimit64, pid, id, &a->limits[id], NULL) == 0)
			continue;
		err_set(e, errno, "set resource limit %s", limit_names[i].name);
		return e->code == EPERM ? err_hint(e, "the hard limit can be raised by CAP_SYS_RESOURCE alone") : -1;
	}
	return 0;
}

int attribute_apply(const struct attributes *a, pid_t pid, struct err *e)
{
	struct sched_param p = {.sched_priority = a->priority};

	if (set_limits(a, pid, e) < 0)
		return -1;
	/* musl's own function refuses to, because of threads. */
	if (a->set_sched && syscall(SYS_sched_setscheduler, pid, a->policy, &p) < 0) {
		err_set(e, errno, "set the scheduling policy");
		return e->code == EPERM ? err_hint(e, "real time needs CAP_SYS_NICE or RLIMIT_RTPRIO, and in a v1 "
		                                      "group a share of cpu.rt_runtime_us")
		                        : -1;
	}
	if (a->set_nice && setpriority(PRIO_PROCESS, (id_t)pid, a->nice) < 0)
		return err_set(e, errno, "set the nice value %d", a->nice);
	return 0;
}
