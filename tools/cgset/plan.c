/*
 * plan.c - which file of which hierarchy gets which text.
 *
 * Everything that can be wrong with a request is found here, before the first directory is made: a controller that is
 * on no hierarchy, a limit that the version at hand does not have, swap below memory, a CPU that the machine lacks.
 */
#include "plan_part.h"

#include "group.h"

#include "common/msg.h"
#include "common/num.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int plan_refuse(struct err *e, const char *asked)
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

/* Notes that the group is needed where the controller is, and enabled on v2. asked: the setting, NULL for the option
 * --controllers. NULL when it is nowhere. */
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
		err_set(e, 0, "%s%s%s: no control group hierarchy has the controller '%s'",
		        asked ? "setting '" : "--controllers", asked ? asked : "", asked ? "'" : "", controller);
		err_hint(e, "there are: %s", controllers_text(p->map, text, sizeof(text)));
		return NULL;
	}
	p->need[h - p->map->h] = true;
	if (h->v2 && !is_core_of_v2(controller) && !cg_list_has(p->v2_enable, controller))
		snprintf(p->v2_enable + n, sizeof(p->v2_enable) - n, "%s%s", n ? "," : "", controller);
	return h;
}

const struct cg_hierarchy *plan_need_word(struct plan *p, const struct word *w, const char *asked, struct err *e)
{
	return need(p, w->controller, asked, e);
}

struct step *plan_add_step(struct plan *p, const struct cg_hierarchy *h, const char *file, const char *asked,
                           enum check check)
{
	struct step *s = &p->step[p->n++];

	*s = (struct step){.h = h, .asked = asked, .check = check};
	snprintf(s->file, sizeof(s->file), "%s", file);
	s->value = s->text;
	return s;
}

void plan_add_number(struct plan *p, const struct cg_hierarchy *h, const char *file, const char *asked,
                     enum check check, uint64_t number)
{
	struct step *s = plan_add_step(p, h, file, asked, check);

	s->number = number;
	if (number == VALUE_UNLIMITED && !h->v2 && strcmp(file, "pids.max") != 0)
		snprintf(s->text, sizeof(s->text), "-1");
	else
		value_text(number, s->text);
}

uint64_t plan_current_limit(const struct cg_hierarchy *h, const char *group, const char *file, uint64_t dflt)
{
	char text[64];
	uint64_t n;

	if (cg_read(h, group, file, text, sizeof(text)) < 0)
		return dflt;
	if (value_size(text, true, &n) < 0 || n > INT64_MAX - 65536)
		return VALUE_UNLIMITED;
	return n;
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
	h = plan_need_word(p, w, t->asked, e);
	if (!h)
		return -1;
	file = h->v2 ? w->v2 : w->v1;
	if (!file && t->optional)
		return msg("setting '%s': version %d of control groups has no such limit; left out", t->asked,
		           h->v2 ? 2 : 1),
		       0;
	if (!file) {
		err_set(e, 0, "setting '%s': version %d of control groups has no such limit", t->asked, h->v2 ? 2 : 1);
		return -1;
	}
	plan_add_number(p, h, file, t->asked, id == W_OOM_KILL_DISABLE ? CHECK_NONE : check, t->number);
	return 0;
}

/* A device's rate: a file a direction on v1, one line with a key on v2. */
static void plan_rate(struct plan *p, const struct cg_hierarchy *h, const struct setting_raw *r)
{
	struct step *s = plan_add_step(p, h, h->v2 ? "io.max" : r->word->v1, r->asked, CHECK_DEVICE);
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
	char controller[64];
	struct step *s;

	snprintf(controller, sizeof(controller), "%s", r->word ? r->word->controller : r->file);
	controller[strcspn(controller, ".")] = '\0';
	h = is_core_file(r->file) ? cg_tracker(p->map) : need(p, controller, r->asked, e);
	if (!h)
		return -1;
	if (r->word) {
		plan_rate(p, h, r);
	} else if (r->value) {
		s = plan_add_step(p, h, r->file, r->asked, CHECK_RAW);
		s->value = r->value;
	} else {
		char file[80];

		snprintf(file, sizeof(file), "%s%s", r->file, h->v2 ? "max" : "limit_in_bytes");
		plan_add_number(p, h, file, r->asked, CHECK_SIZE, r->rate);
		if (num_size(strchr(r->file, '.') + 1, &p->step[p->n - 1].unit) < 0)
			p->step[p->n - 1].check = CHECK_NONE;
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
		if (!need(p, name, NULL, e))
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

/* Notes which writes may fail for want of their file. */
static void mark_optional(struct plan *p, const struct settings *s)
{
	size_t i, k;

	for (i = 0; i < p->n; i++)
		for (k = 0; k < W_COUNT; k++)
			if (s->of[k].optional && p->step[i].asked == s->of[k].asked)
				p->step[i].optional = true;
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
	/* A word is one step at most, and so is a file. */
	if (!p->step)
		p->step = calloc(W_COUNT + s->n_raw, sizeof(*p->step));
	if (!p->step)
		return err_set(e, errno, "plan the settings of '%s'", group);
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
	mark_optional(p, s);
	return 0;
}
