/*
 * plan.c - which file of which hierarchy gets which text.
 *
 * Everything that can be wrong with a request is found here, before the first directory is made: a controller that is
 * on no hierarchy, a limit that the version at hand does not have, swap below memory, a CPU that the machine lacks.
 */
#include "plan.h"

#include "group.h"

#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define PERIOD_DEFAULT 100000u

/* A request that cannot be granted: status 2. */
static int refuse(struct err *e, const char *asked)
{
	err_set(e, 0, "setting '%s'", asked);
	e->status = EXIT_USAGE;
	return -1;
}

/* v2's name of a controller that v1 calls otherwise. */
static const char *v2_name(const char *controller)
{
	return strcmp(controller, "blkio") != 0 ? controller : "io";
}

/* "memory (v1 at /sys/fs/cgroup/memory), ...": what there is, for the message. */
static const char *controllers_text(const struct cg_map *m, char *buf, size_t size)
{
	size_t i, n = 0;

	buf[0] = '\0';
	for (i = 0; i < m->n && n < size; i++)
		if (m->h[i].controllers[0] && strncmp(m->h[i].controllers, "name=", 5) != 0)
			n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? "," : "", m->h[i].controllers);
	return n ? buf : "none";
}

/* What v2 has in every group without a controller. */
static bool is_core_of_v2(const char *controller)
{
	return !strcmp(controller, "cpuacct") || !strcmp(controller, "freezer") || !strcmp(controller, "devices") ||
	       !strcmp(controller, "perf_event") || !strcmp(controller, "cgroup");
}

/* Notes that the group is needed where the controller is, and enabled on v2. NULL when it is nowhere. */
static const struct cg_hierarchy *need(struct plan *p, const char *controller, const char *asked, struct err *e)
{
	const struct cg_hierarchy *h = cg_find(p->map, controller);
	char text[200];
	size_t n = strlen(p->v2_enable);

	if (!h)
		h = cg_find(p->map, controller = v2_name(controller));
	if (!h && is_core_of_v2(controller))
		h = cg_v2(p->map);
	if (!h) {
		err_set(e, 0, "%s: no control group hierarchy has the controller '%s'", asked, controller);
		err_hint(e, "there are: %s", controllers_text(p->map, text, sizeof(text)));
		return NULL;
	}
	p->need[h - p->map->h] = true;
	if (h->v2 && !is_core_of_v2(controller) && !cg_list_has(p->v2_enable, controller))
		snprintf(p->v2_enable + n, sizeof(p->v2_enable) - n, "%s%s", n ? "," : "", controller);
	return h;
}

/* The hierarchy of a word that was asked for. */
static const struct cg_hierarchy *need_word(struct plan *p, const struct word *w, const char *asked, struct err *e)
{
	char what[128];

	snprintf(what, sizeof(what), "setting '%.100s'", asked);
	return need(p, w->controller, what, e);
}

/* Adds a write of the text in step->text. */
static struct step *add_step(struct plan *p, const struct cg_hierarchy *h, const char *file, const char *asked,
                             enum check check)
{
	struct step *s = &p->step[p->n++];

	*s = (struct step){.h = h, .asked = asked, .check = check};
	snprintf(s->file, sizeof(s->file), "%s", file);
	s->value = s->text;
	return s;
}

/* Adds a write of a number; v1 says -1 for no limit. */
static void add_number(struct plan *p, const struct cg_hierarchy *h, const char *file, const char *asked,
                       enum check check, uint64_t number)
{
	struct step *s = add_step(p, h, file, asked, check);

	s->number = number;
	if (number == VALUE_UNLIMITED && !h->v2 && strcmp(file, "pids.max") != 0)
		snprintf(s->text, sizeof(s->text), "-1");
	else
		value_text(number, s->text);
}

/* The limit that the group has now in that file, or dflt when it is not there. */
static uint64_t current_limit(const struct cg_hierarchy *h, const char *group, const char *file, uint64_t dflt)
{
	char text[64];
	uint64_t n;

	if (group_read(h, group, file, text, sizeof(text)) < 0)
		return dflt;
	if (value_size(text, true, &n) < 0 || n > INT64_MAX - 65536)
		return VALUE_UNLIMITED;
	return n;
}

/* The memory limit that will hold: asked for, or there already. */
static uint64_t memory_limit(struct plan *p, const struct cg_hierarchy *h, const struct settings *s)
{
	if (s->of[W_MEMORY].asked)
		return s->of[W_MEMORY].number;
	return current_limit(h, p->group, h->v2 ? "memory.max" : "memory.limit_in_bytes", VALUE_UNLIMITED);
}

/* memory on v1 where memory+swap has a limit: the higher one is written first when both are raised. */
static void plan_memory_v1(struct plan *p, const struct cg_hierarchy *h, const struct settings *s, uint64_t total)
{
	const struct setting *memory = &s->of[W_MEMORY];
	const char *limit = "memory.limit_in_bytes", *memsw = "memory.memsw.limit_in_bytes";
	const char *total_asked = s->of[W_MEMORY_SWAP].asked ? s->of[W_MEMORY_SWAP].asked : s->of[W_SWAP].asked;
	bool raise = memory->asked && memory->number > current_limit(h, p->group, memsw, VALUE_UNLIMITED);

	if (raise && total_asked)
		add_number(p, h, memsw, total_asked, CHECK_SIZE, total);
	if (memory->asked)
		add_number(p, h, limit, memory->asked, CHECK_SIZE, memory->number);
	if (!raise && total_asked)
		add_number(p, h, memsw, total_asked, CHECK_SIZE, total);
}

/* memory on v2: swap has a limit of its own there, the total is not kept. */
static void plan_memory_v2(struct plan *p, const struct cg_hierarchy *h, const struct settings *s, uint64_t swap)
{
	const struct setting *memory = &s->of[W_MEMORY];
	const char *swap_asked = s->of[W_MEMORY_SWAP].asked ? s->of[W_MEMORY_SWAP].asked : s->of[W_SWAP].asked;

	if (memory->asked)
		add_number(p, h, "memory.max", memory->asked, CHECK_SIZE, memory->number);
	if (swap_asked)
		add_number(p, h, "memory.swap.max", swap_asked, CHECK_SIZE, swap);
}

/* memory, memory-swap (the total of both, as docker has it) and swap. */
static int plan_memory(struct plan *p, const struct settings *s, struct err *e)
{
	const struct setting *total = &s->of[W_MEMORY_SWAP], *only = &s->of[W_SWAP];
	const char *asked = total->asked ? total->asked : only->asked ? only->asked : s->of[W_MEMORY].asked;
	uint64_t memory, both = VALUE_UNLIMITED, swap = VALUE_UNLIMITED;
	const struct cg_hierarchy *h;

	if (!asked)
		return 0;
	h = need_word(p, &words[W_MEMORY], asked, e);
	if (!h)
		return -1;
	memory = memory_limit(p, h, s);
	if (total->asked && total->number != VALUE_UNLIMITED) {
		both = total->number;
		if (memory == VALUE_UNLIMITED || both < memory)
			return refuse(e, asked),
			       err_hint(e, "it is memory and swap together: give a memory limit that is not higher");
		swap = both - memory;
	} else if (only->asked && only->number != VALUE_UNLIMITED) {
		swap = only->number;
		if (memory == VALUE_UNLIMITED && !h->v2)
			return refuse(e, asked),
			       err_hint(e, "on v1 swap is limited together with memory: give memory too");
		both = memory > INT64_MAX - swap ? VALUE_UNLIMITED : memory + swap;
	}
	if (h->v2)
		plan_memory_v2(p, h, s, swap);
	else
		plan_memory_v1(p, h, s, both);
	return 0;
}

/* The quota in microseconds that was asked for, by cpu or cpu-quota. */
static int cpu_quota(const struct settings *s, uint64_t period, uint64_t *ret, struct err *e)
{
	if (!s->of[W_CPU].asked) {
		*ret = s->of[W_CPU_QUOTA].number;
		return 0;
	}
	if (s->of[W_CPU_QUOTA].asked) {
		refuse(e, s->of[W_CPU].asked);
		return err_hint(e, "it is the quota already: leave '%s' out", s->of[W_CPU_QUOTA].asked);
	}
	*ret = (s->of[W_CPU].number * period + 500000) / 1000000;
	if (*ret < 1000) {
		refuse(e, s->of[W_CPU].asked);
		return err_hint(e, "the quota would be below 1 ms a period: give a longer cpu-period");
	}
	return 0;
}

/* The two files of v1. A period below the quota's is fine in either order: the kernel checks parents only. */
static void plan_cpu_v1(struct plan *p, const struct cg_hierarchy *h, const char *quota_asked, uint64_t quota,
                        const char *period_asked, uint64_t period)
{
	if (period_asked)
		add_number(p, h, "cpu.cfs_period_us", period_asked, CHECK_NUMBER, period);
	if (quota_asked)
		add_number(p, h, "cpu.cfs_quota_us", quota_asked, CHECK_NUMBER, quota);
}

/* The one file of v2, always written with its period: what was not asked for stays as it is. */
static void plan_cpu_v2(struct plan *p, const struct cg_hierarchy *h, const char *quota_asked, uint64_t quota,
                        const char *period_asked, uint64_t period)
{
	uint64_t now_quota = VALUE_UNLIMITED, now_period = PERIOD_DEFAULT;
	char now[64], quota_text[24];
	struct step *s;

	if (group_read(h, p->group, "cpu.max", now, sizeof(now)) >= 0)
		value_cpu_max(now, &now_quota, &now_period);
	if (!quota_asked)
		quota = now_quota;
	if (!period_asked && quota_asked)
		period = now_period;
	s = add_step(p, h, "cpu.max", quota_asked ? quota_asked : period_asked, CHECK_TEXT);
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
		return current_limit(h, p->group, "cpu.cfs_period_us", PERIOD_DEFAULT);
	if (group_read(h, p->group, "cpu.max", now, sizeof(now)) >= 0)
		value_cpu_max(now, &quota, &period);
	return period;
}

/* cpu, cpu-quota and cpu-period. */
static int plan_cpu(struct plan *p, const struct settings *s, struct err *e)
{
	const char *period_asked = s->of[W_CPU_PERIOD].asked;
	const char *quota_asked = s->of[W_CPU].asked ? s->of[W_CPU].asked : s->of[W_CPU_QUOTA].asked;
	const struct cg_hierarchy *h;
	uint64_t quota = 0, period;

	if (!quota_asked && !period_asked)
		return 0;
	h = need_word(p, &words[W_CPU], quota_asked ? quota_asked : period_asked, e);
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
static int plan_weight(struct plan *p, const struct settings *s, enum word_id id, struct err *e)
{
	const char *asked = s->of[id].asked;
	uint64_t n = s->of[id].number;
	const struct cg_hierarchy *h;

	if (!asked)
		return 0;
	h = need_word(p, &words[id], asked, e);
	if (!h)
		return -1;
	if (id == W_CPU_SHARES || id == W_CPU_WEIGHT) {
		if (h->v2)
			n = id == W_CPU_SHARES ? value_shares_to_weight(n) : n;
		else
			n = id == W_CPU_WEIGHT ? value_weight_to_shares(n) : n;
		add_number(p, h, h->v2 ? "cpu.weight" : "cpu.shares", asked, CHECK_NUMBER, n);
	} else {
		if (h->v2)
			n = id == W_BLKIO_WEIGHT ? value_blkio_to_io(n) : n;
		else
			n = id == W_IO_WEIGHT ? value_io_to_blkio(n) : n;
		add_number(p, h, h->v2 ? "io.weight" : "blkio.bfq.weight", asked, CHECK_NONE, n);
	}
	return 0;
}

/* A list of CPUs or nodes, held against what the hierarchy's root has. */
static int plan_cpulist(struct plan *p, const struct settings *s, enum word_id id, struct err *e)
{
	const struct setting *t = &s->of[id];
	const struct cg_hierarchy *h;
	struct cpulist want, have;
	char file[40], text[512];
	struct step *step;

	if (!t->asked)
		return 0;
	h = need_word(p, &words[id], t->asked, e);
	if (!h)
		return -1;
	snprintf(file, sizeof(file), "%s%s", words[id].v1, h->v2 ? ".effective" : "");
	if (group_read(h, ".", file, text, sizeof(text)) >= 0 && value_cpulist(text, &have) == 0 &&
	    value_cpulist(t->value, &want) == 0 && !cpulist_subset(&want, &have))
		return refuse(e, t->asked), err_hint(e, "there are only %s", text);
	step = add_step(p, h, words[id].v1, t->asked, CHECK_CPULIST);
	step->value = t->value;
	return 0;
}

/* A word whose number goes into one file as it is. */
static int plan_plain(struct plan *p, const struct settings *s, enum word_id id, struct err *e)
{
	const struct word *w = &words[id];
	const struct setting *t = &s->of[id];
	enum check check = w->kind == KIND_SIZE ? CHECK_SIZE : CHECK_NUMBER;
	const struct cg_hierarchy *h;
	const char *file;

	if (!t->asked)
		return 0;
	h = need_word(p, w, t->asked, e);
	if (!h)
		return -1;
	file = h->v2 ? w->v2 : w->v1;
	if (!file) {
		err_set(e, 0, "setting '%s': version %d of control groups has no such limit", t->asked, h->v2 ? 2 : 1);
		return -1;
	}
	add_number(p, h, file, t->asked, id == W_OOM_KILL_DISABLE ? CHECK_NONE : check, t->number);
	return 0;
}

/* A device's rate: a file a direction on v1, one line with a key on v2. */
static void plan_rate(struct plan *p, const struct cg_hierarchy *h, const struct setting_raw *r)
{
	struct step *s = add_step(p, h, h->v2 ? "io.max" : r->word->v1, r->asked, CHECK_NONE);
	uint64_t rate = !h->v2 && r->rate == VALUE_UNLIMITED ? 0 : r->rate;
	char number[24];

	snprintf(s->text, sizeof(s->text), "%s %s%s%s", r->device, h->v2 ? r->word->v2 : "", h->v2 ? "=" : "",
	         value_text(rate, number));
}

/* Whether the file is one of cgroup core's, which every hierarchy has. */
static bool is_core_file(const char *file)
{
	return !strncmp(file, "cgroup.", 7);
}

/* One file that the vocabulary does not know, hugetlb-SIZE or a device's rate. */
static int plan_raw(struct plan *p, const struct setting_raw *r, struct err *e)
{
	const struct cg_hierarchy *h;
	char controller[64], what[128];
	struct step *s;

	snprintf(controller, sizeof(controller), "%s", r->word ? r->word->controller : r->file);
	controller[strcspn(controller, ".")] = '\0';
	snprintf(what, sizeof(what), "setting '%.100s'", r->asked);
	h = is_core_file(r->file) ? cg_tracker(p->map) : need(p, controller, what, e);
	if (!h)
		return -1;
	if (r->word) {
		plan_rate(p, h, r);
	} else if (r->value) {
		s = add_step(p, h, r->file, r->asked, CHECK_NONE);
		s->value = r->value;
	} else {
		char file[80];

		snprintf(file, sizeof(file), "%s%s", r->file, h->v2 ? "max" : "limit_in_bytes");
		add_number(p, h, file, r->asked, CHECK_NONE, r->rate);
	}
	return 0;
}

/* --controllers: the group is made there too, for what it accounts. */
static int plan_controllers(struct plan *p, const char *list, struct err *e)
{
	while (list && *list) {
		size_t n = strcspn(list, ",");
		char name[64];

		if (n == 0 || n >= sizeof(name)) {
			err_set(e, 0, "--controllers: '%s' is no list of names", list);
			e->status = EXIT_USAGE;
			return -1;
		}
		memcpy(name, list, n);
		name[n] = '\0';
		if (!need(p, name, "--controllers", e))
			return -1;
		list += n + (list[n] == ',');
	}
	return 0;
}

/* The list of devices: v1's controller, or v2, where no controller is needed. */
static int plan_devices(struct plan *p, const struct settings *s, struct err *e)
{
	const struct device_list *l = &s->devices;

	p->devices = NULL;
	if (l->base == DEVICE_KEEP && l->n == 0)
		return 0;
	p->devices = l;
	p->devices_home = need(p, "devices", l->base != DEVICE_KEEP ? l->asked : l->rule[0].asked, e);
	return p->devices_home ? 0 : -1;
}

int plan_make(struct plan *p, const struct cg_map *m, const char *group, const struct settings *s,
              const char *controllers, struct err *e)
{
	static const enum word_id plain[] = {W_MEMORY_RESERVATION, W_MEMORY_HIGH, W_MEMORY_MIN, W_MEMORY_SWAPPINESS,
	                                     W_OOM_KILL_DISABLE,   W_OOM_GROUP,   W_CPU_IDLE,   W_PIDS};
	size_t i;

	p->map = m;
	p->group = group;
	p->n = 0;
	p->v2_enable[0] = '\0';
	memset(p->need, 0, sizeof(p->need));
	p->need[cg_tracker(m) - m->h] = true;
	if (plan_controllers(p, controllers, e) < 0 || plan_memory(p, s, e) < 0 || plan_cpu(p, s, e) < 0 ||
	    plan_weight(p, s, W_CPU_SHARES, e) < 0 || plan_weight(p, s, W_CPU_WEIGHT, e) < 0 ||
	    plan_weight(p, s, W_IO_WEIGHT, e) < 0 || plan_weight(p, s, W_BLKIO_WEIGHT, e) < 0 ||
	    plan_cpulist(p, s, W_CPUSET_CPUS, e) < 0 || plan_cpulist(p, s, W_CPUSET_MEMS, e) < 0 ||
	    plan_devices(p, s, e) < 0)
		return -1;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (plan_plain(p, s, plain[i], e) < 0)
			return -1;
	for (i = 0; i < s->n_raw; i++)
		if (plan_raw(p, &s->raw[i], e) < 0)
			return -1;
	return 0;
}
