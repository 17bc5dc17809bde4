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
	int policy;
	bool real_time;
} policies[] = {
    {"other", SCHED_OTHER, false}, {"batch", SCHED_BATCH, false}, {"idle", SCHED_IDLE, false},
    {"fifo", SCHED_FIFO, true},    {"rr", SCHED_RR, true},
};

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
	return limits_any(&a->limits) || a->set_sched || a->set_nice;
}

int attribute_apply(const struct attributes *a, pid_t pid, struct err *e)
{
	struct sched_param p = {.sched_priority = a->priority};

	if (limits_apply(&a->limits, pid, e) < 0)
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
