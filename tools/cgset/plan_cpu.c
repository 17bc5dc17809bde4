/*
 * plan_cpu.c - the part of a plan that is about processors: quota and period, weights, and the lists of cpuset.
 */
#include "plan_part.h"

#include "group.h"

#include <stdio.h>

#define PERIOD_DEFAULT 100000u

/* The quota in microseconds that was asked for, by cpu or cpu-quota. */
static int cpu_quota(const struct settings *s, uint64_t period, uint64_t *ret, struct err *e)
{
	if (!s->of[W_CPU].asked) {
		*ret = s->of[W_CPU_QUOTA].number;
		return 0;
	}
	if (s->of[W_CPU_QUOTA].asked) {
		plan_refuse(e, s->of[W_CPU].asked);
		return err_hint(e, "it is the quota already: leave '%s' out", s->of[W_CPU_QUOTA].asked);
	}
	*ret = (s->of[W_CPU].number * period + 500000) / 1000000;
	if (*ret < 1000) {
		plan_refuse(e, s->of[W_CPU].asked);
		return err_hint(e, "the quota would be below 1 ms a period: give a longer cpu-period");
	}
	return 0;
}

/* The two files of v1. A period below the quota's is fine in either order: the kernel checks parents only. */
static void plan_cpu_v1(struct plan *p, const struct cg_hierarchy *h, const char *quota_asked, uint64_t quota,
                        const char *period_asked, uint64_t period)
{
	if (period_asked)
		plan_add_number(p, h, "cpu.cfs_period_us", period_asked, CHECK_NUMBER, period);
	if (quota_asked)
		plan_add_number(p, h, "cpu.cfs_quota_us", quota_asked, CHECK_NUMBER, quota);
}

/* The one file of v2, always written with its period: what was not asked for stays as it is. */
static void plan_cpu_v2(struct plan *p, const struct cg_hierarchy *h, const char *quota_asked, uint64_t quota,
                        const char *period_asked, uint64_t period)
{
	uint64_t now_quota = VALUE_UNLIMITED, now_period = PERIOD_DEFAULT;
	char now[64], quota_text[24];
	struct step *s;

	if (cg_read(h, p->group, "cpu.max", now, sizeof(now)) >= 0)
		value_cpu_max(now, &now_quota, &now_period);
	if (!quota_asked)
		quota = now_quota;
	if (!period_asked && quota_asked)
		period = now_period;
	s = plan_add_step(p, h, "cpu.max", quota_asked ? quota_asked : period_asked, CHECK_TEXT);
	snprintf(s->text, sizeof(s->text), "%s %llu", value_text(quota, quota_text), (unsigned long long)period);
}

/* The period that will hold: asked for, or there already. */
static uint64_t cpu_period(struct plan *p, const struct cg_hierarchy *h, const struct settings *s)
{
	uint64_t quota, period = PERIOD_DEFAULT;
	char now[64];

	if (s->of[W_CPU_PERIOD].asked)
		return s->of[W_CPU_PERIOD].number;
	if (!h->v2)
		return plan_current_limit(h, p->group, "cpu.cfs_period_us", PERIOD_DEFAULT);
	if (cg_read(h, p->group, "cpu.max", now, sizeof(now)) >= 0)
		value_cpu_max(now, &quota, &period);
	return period;
}

/* cpu, cpu-quota and cpu-period. */
int plan_cpu(struct plan *p, const struct settings *s, struct err *e)
{
	const char *period_asked = s->of[W_CPU_PERIOD].asked;
	const char *quota_asked = s->of[W_CPU].asked ? s->of[W_CPU].asked : s->of[W_CPU_QUOTA].asked;
	const struct cg_hierarchy *h;
	uint64_t quota = 0, period;

	if (!quota_asked && !period_asked)
		return 0;
	h = plan_need_word(p, &words[W_CPU], quota_asked ? quota_asked : period_asked, e);
	if (!h)
		return -1;
	period = cpu_period(p, h, s);
	if (quota_asked && cpu_quota(s, period, &quota, e) < 0)
		return -1;
	if (h->v2)
		plan_cpu_v2(p, h, quota_asked, quota, period_asked, period);
	else
		plan_cpu_v1(p, h, quota_asked, quota, period_asked, period);
	return 0;
}

/* A weight, which the versions measure on different scales. */
int plan_weight(struct plan *p, const struct settings *s, enum word_id id, struct err *e)
{
	const char *asked = s->of[id].asked;
	uint64_t n = s->of[id].number;
	const struct cg_hierarchy *h;

	if (!asked)
		return 0;
	h = plan_need_word(p, &words[id], asked, e);
	if (!h)
		return -1;
	if (id == W_CPU_SHARES || id == W_CPU_WEIGHT) {
		if (h->v2)
			n = id == W_CPU_SHARES ? value_shares_to_weight(n) : n;
		else
			n = id == W_CPU_WEIGHT ? value_weight_to_shares(n) : n;
		plan_add_number(p, h, h->v2 ? "cpu.weight" : "cpu.shares", asked, CHECK_NUMBER, n);
	} else {
		if (h->v2)
			n = id == W_BLKIO_WEIGHT ? value_blkio_to_io(n) : n;
		else
			n = id == W_IO_WEIGHT ? value_io_to_blkio(n) : n;
		plan_add_number(p, h, h->v2 ? "io.weight" : "blkio.bfq.weight", asked, CHECK_WEIGHT, n);
	}
	return 0;
}

/* A list of CPUs or nodes, held against what the hierarchy's root has. */
int plan_cpulist(struct plan *p, const struct settings *s, enum word_id id, struct err *e)
{
	const struct setting *t = &s->of[id];
	const struct cg_hierarchy *h;
	struct cpulist want, have;
	char file[40], text[512];
	struct step *step;

	if (!t->asked)
		return 0;
	h = plan_need_word(p, &words[id], t->asked, e);
	if (!h)
		return -1;
	snprintf(file, sizeof(file), "%s%s", words[id].v1, h->v2 ? ".effective" : "");
	if (cg_read(h, ".", file, text, sizeof(text)) >= 0 && value_cpulist(text, &have) == 0 &&
	    value_cpulist(t->value, &want) == 0 && !cpulist_subset(&want, &have))
		return plan_refuse(e, t->asked), err_hint(e, "there are only %s", text);
	step = plan_add_step(p, h, words[id].v1, t->asked, CHECK_CPULIST);
	step->value = t->value;
	return 0;
}
