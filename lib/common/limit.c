/* limit.c - see limit.h */
#include "common/limit.h"

#include "common/num.h"

#include <errno.h>
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

int limits_add(struct limits *limits, const char *arg, struct err *e)
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
	limits->limit[id] = l;
	limits->set |= 1U << id;
	return 0;
}

bool limits_any(const struct limits *l)
{
	return l->set != 0;
}

int limits_apply(const struct limits *l, pid_t pid, struct err *e)
{
	for (size_t i = 0; i < N_LIMIT_NAMES; i++) {
		int id = limit_names[i].id;

		if (!(l->set & 1U << id) || syscall(SYS_prlimit64, pid, id, &l->limit[id], NULL) == 0)
			continue;
		err_set(e, errno, "set resource limit %s", limit_names[i].name);
		return e->code == EPERM ? err_hint(e, "the hard limit can be raised by CAP_SYS_RESOURCE alone") : -1;
	}
	return 0;
}
