/*
 * show.c - measurements, events and processes of a group.
 *
 * The keys are the same for both versions, so that what reads them need not know where it runs. What the kernel at hand
 * does not measure is left out.
 */
#include "show.h"

#include "common/cgroup_walk.h"
#include "group.h"
#include "members.h"
#include "record.h"
#include "value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT_MAX 16384

/* A controller that is nowhere: what every v2 group has. */
#define CORE ""

/* A file that is one number, under a key. scale: divides (nanoseconds to microseconds). */
struct single {
	const char *key, *controller;
	const char *v1, *v2;
	unsigned int scale_v1;
};

/* A line of a flat keyed file, under a key. */
struct keyed {
	const char *key, *controller;
	const char *v1_file, *v1_line, *v2_file, *v2_line;
	unsigned int scale_v1;
};

static const struct single singles[] = {
    {"memory_usage", "memory", "memory.usage_in_bytes", "memory.current", 1},
    {"memory_peak", "memory", "memory.max_usage_in_bytes", "memory.peak", 1},
    {"memory_limit", "memory", "memory.limit_in_bytes", "memory.max", 1},
    {"memory_high", "memory", NULL, "memory.high", 1},
    {"swap_usage", "memory", NULL, "memory.swap.current", 1},
    {"swap_limit", "memory", NULL, "memory.swap.max", 1},
    {"memory_swap_usage", "memory", "memory.memsw.usage_in_bytes", NULL, 1},
    {"memory_swap_limit", "memory", "memory.memsw.limit_in_bytes", NULL, 1},
    {"pids", "pids", "pids.current", "pids.current", 1},
    {"pids_limit", "pids", "pids.max", "pids.max", 1},
};

/* Where v2 does not account for cpu time in every group by itself. */
static const struct single cpuacct_singles[] = {
    {"cpu_usage_usec", "cpuacct", "cpuacct.usage", NULL, 1000},
    {"cpu_user_usec", "cpuacct", "cpuacct.usage_user", NULL, 1000},
    {"cpu_system_usec", "cpuacct", "cpuacct.usage_sys", NULL, 1000},
};

static const struct keyed keyeds[] = {
    {"memory_anon", "memory", "memory.stat", "total_rss", "memory.stat", "anon", 1},
    {"memory_file", "memory", "memory.stat", "total_cache", "memory.stat", "file", 1},
    {"memory_inactive_file", "memory", "memory.stat", "total_inactive_file", "memory.stat", "inactive_file", 1},
    {"memory_faults", "memory", "memory.stat", "total_pgfault", "memory.stat", "pgfault", 1},
    {"cpu_usage_usec", CORE, NULL, NULL, "cpu.stat", "usage_usec", 1},
    {"cpu_user_usec", CORE, NULL, NULL, "cpu.stat", "user_usec", 1},
    {"cpu_system_usec", CORE, NULL, NULL, "cpu.stat", "system_usec", 1},
    {"cpu_periods", "cpu", "cpu.stat", "nr_periods", "cpu.stat", "nr_periods", 1},
    {"cpu_throttled", "cpu", "cpu.stat", "nr_throttled", "cpu.stat", "nr_throttled", 1},
    {"cpu_throttled_usec", "cpu", "cpu.stat", "throttled_time", "cpu.stat", "throttled_usec", 1000},
};

static const struct keyed events[] = {
    {"oom", "memory", NULL, NULL, "memory.events", "oom", 1},
    {"oom_kill", "memory", "memory.oom_control", "oom_kill", "memory.events", "oom_kill", 1},
    {"memory_max", "memory", NULL, NULL, "memory.events", "max", 1},
    {"memory_high", "memory", NULL, NULL, "memory.events", "high", 1},
    {"memory_low", "memory", NULL, NULL, "memory.events", "low", 1},
    {"pids_max", "pids", "pids.events", "max", "pids.events", "max", 1},
};

static const struct single event_singles[] = {
    {"memory_max", "memory", "memory.failcnt", NULL, 1},
};

/* What has been read last: the lines of one file are asked for one after the other. */
struct cache {
	const struct cg_hierarchy *h;
	const char *file;
	char text[TEXT_MAX];
};

/* The value behind "LINE " in the text. False when there is none. */
static bool keyed_value(const char *text, const char *line, uint64_t *ret)
{
	size_t n = strlen(line);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, line, n) && text[n] == ' ') {
			*ret = strtoull(text + n + 1, NULL, 10);
			return true;
		}
	}
	return false;
}

/* Where the controller is for this group: its own hierarchy, or v2, whose core accounts cpu time everywhere. */
static const struct cg_hierarchy *where(const struct cg_map *m, const char *controller, const char *group)
{
	const struct cg_hierarchy *h = cg_find(m, controller);

	if (!h)
		h = cg_v2(m);
	return h && cg_exists(h, group) ? h : NULL;
}

/* Adds those of a table of single files that the group has. */
static void add_singles(const struct record *r, const struct cg_map *m, const char *group, const struct single *t,
                        size_t n)
{
	for (; n--; t++) {
		const struct cg_hierarchy *h = where(m, t->controller, group);
		const char *file = !h ? NULL : h->v2 ? t->v2 : t->v1;
		char text[64];
		uint64_t v;

		if (!file || cg_read(h, group, file, text, sizeof(text)) < 0 || value_size(text, true, &v) < 0)
			continue;
		if (v > INT64_MAX - 65536)
			v = VALUE_UNLIMITED;
		record_number(r, t->key, v == VALUE_UNLIMITED || h->v2 ? v : v / t->scale_v1);
	}
}

/* Adds those of a table of lines that the group has. */
static void add_keyeds(const struct record *r, const struct cg_map *m, const char *group, const struct keyed *t,
                       size_t n, struct cache *c)
{
	for (; n--; t++) {
		const struct cg_hierarchy *h = where(m, t->controller, group);
		const char *file = !h ? NULL : h->v2 ? t->v2_file : t->v1_file;
		uint64_t v;

		if (!file)
			continue;
		if (c->h != h || !c->file || strcmp(c->file, file) != 0) {
			c->h = h;
			c->file = file;
			if (cg_read(h, group, file, c->text, sizeof(c->text)) < 0)
				c->text[0] = '\0';
		}
		if (keyed_value(c->text, h->v2 ? t->v2_line : t->v1_line, &v))
			record_number(r, t->key, h->v2 ? v : v / t->scale_v1);
	}
}

/* Sums "KEY=n" of v2's io.stat over the devices. */
static void add_io_v2(const struct record *r, const char *text)
{
	static const char *const keys[][2] = {
	    {"rbytes=", "io_read_bytes"}, {"wbytes=", "io_write_bytes"}, {"rios=", "io_reads"}, {"wios=", "io_writes"}};
	size_t i;

	for (i = 0; i < 4; i++) {
		uint64_t sum = 0;
		const char *c = text;

		while ((c = strstr(c, keys[i][0]))) {
			c += strlen(keys[i][0]);
			sum += strtoull(c, NULL, 10);
		}
		record_number(r, keys[i][1], sum);
	}
}

/* Sums " Read n" of a v1 blkio file over the devices. */
static uint64_t sum_v1(const char *text, const char *direction)
{
	uint64_t sum = 0;

	while ((text = strstr(text, direction))) {
		text += strlen(direction);
		sum += strtoull(text, NULL, 10);
	}
	return sum;
}

/* Bytes and operations of block devices. */
static void add_io(const struct record *r, const struct cg_map *m, const char *group, char *text)
{
	static const char *const files[][3] = {
	    {"blkio.throttle.io_service_bytes_recursive", "io_read_bytes", "io_write_bytes"},
	    {"blkio.throttle.io_serviced_recursive", "io_reads", "io_writes"}};
	const struct cg_hierarchy *v1 = cg_find(m, "blkio"), *v2 = cg_find(m, "io");
	size_t i;

	if (v2 && cg_read(v2, group, "io.stat", text, TEXT_MAX) >= 0)
		add_io_v2(r, text);
	for (i = 0; v1 && i < 2; i++) {
		if (cg_read(v1, group, files[i][0], text, TEXT_MAX) < 0)
			continue;
		record_number(r, files[i][1], sum_v1(text, " Read "));
		record_number(r, files[i][2], sum_v1(text, " Write "));
	}
}

/* One line of a pressure file: the average of 10 seconds in percent and the total. */
static void add_pressure_line(const struct record *r, const char *text, const char *line, const char *key)
{
	char average[16], name[64], *total;
	const char *c = strstr(text, line);

	if (!c || sscanf(c + strlen(line), " avg10=%15[0-9.]", average) != 1)
		return;
	record_text(r, key, average);
	total = strstr(c, "total=");
	snprintf(name, sizeof(name), "%s_usec", key);
	if (total)
		record_number(r, name, strtoull(total + 6, NULL, 10));
}

/* v2's pressure files: how long some process, or all of them (full), waited. */
static void add_pressure(const struct record *r, const struct cg_map *m, const char *group)
{
	static const char *const names[] = {"cpu", "memory", "io"};
	const struct cg_hierarchy *h = cg_v2(m);
	char file[32], key[48], text[256];
	size_t i;

	for (i = 0; h && i < 3; i++) {
		snprintf(file, sizeof(file), "%s.pressure", names[i]);
		if (cg_read(h, group, file, text, sizeof(text)) <= 0)
			continue;
		snprintf(key, sizeof(key), "%s_pressure", names[i]);
		add_pressure_line(r, text, "some", key);
		snprintf(key, sizeof(key), "%s_pressure_full", names[i]);
		add_pressure_line(r, text, "full", key);
	}
}

/* Whether a controller counts for the group: its file is there. */
static bool counts(const struct cg_map *m, const char *group, const char *controller, const char *v1, const char *v2)
{
	const struct cg_hierarchy *h = where(m, controller, group);
	char text[32];

	return h && cg_read(h, group, h->v2 ? v2 : v1, text, sizeof(text)) >= 0;
}

/* What no controller counts. */
static int add_members(const struct record *r, const struct cg_map *m, const char *group, struct err *e)
{
	bool memory = counts(m, group, "memory", "memory.usage_in_bytes", "memory.current");
	bool pids = counts(m, group, "pids", "pids.current", "pids.current");
	bool cpu = where(m, CORE, group) || counts(m, group, "cpuacct", "cpuacct.usage", "cpu.stat");
	bool io = counts(m, group, cg_find(m, "io") ? "io" : "blkio", "blkio.throttle.io_service_bytes", "io.stat");
	struct members sum;

	if (memory && pids && cpu && io)
		return 0;
	if (members_sum(cg_home(m, group), group, &sum, e) < 0)
		return -1;
	if (!memory)
		record_number(r, "processes_memory", sum.memory);
	if (!pids)
		record_number(r, "processes_threads", sum.threads);
	if (!cpu)
		record_number(r, "processes_cpu_usec", sum.cpu_usec);
	if (!io) {
		record_number(r, "processes_read_bytes", sum.read);
		record_number(r, "processes_write_bytes", sum.written);
	}
	return 0;
}

/* When this was measured, so that whoever reads two of them has the time between. */
static void add_time(const struct record *r)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	record_number(r, "time_usec", (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
}

int show_stat(const struct cg_map *m, const char *group, bool json, struct err *e)
{
	struct cache c = {.h = NULL};
	struct record r;

	if (!cg_home(m, group))
		return err_set(e, ENOENT, "read control group '%s'", group);
	record_begin(&r, json, group);
	add_time(&r);
	add_singles(&r, m, group, singles, sizeof(singles) / sizeof(singles[0]));
	if (!where(m, CORE, group))
		add_singles(&r, m, group, cpuacct_singles, sizeof(cpuacct_singles) / sizeof(cpuacct_singles[0]));
	add_keyeds(&r, m, group, keyeds, sizeof(keyeds) / sizeof(keyeds[0]), &c);
	add_io(&r, m, group, c.text);
	add_pressure(&r, m, group);
	if (add_members(&r, m, group, e) < 0)
		return -1;
	record_end(&r);
	return 0;
}

/* populated and frozen, as the tracker or the freezer says. */
static void add_state(const struct record *r, const struct cg_map *m, const char *group, char *text)
{
	const struct cg_hierarchy *v2 = cg_v2(m), *v1 = cg_find(m, "freezer");
	uint64_t v;

	if (v2 && cg_read(v2, group, "cgroup.events", text, TEXT_MAX) >= 0) {
		if (keyed_value(text, "populated", &v))
			record_number(r, "populated", v);
		if (keyed_value(text, "frozen", &v))
			record_number(r, "frozen", v);
	} else if (v1 && cg_read(v1, group, "freezer.state", text, TEXT_MAX) >= 0) {
		record_number(r, "frozen", !strcmp(text, "FROZEN"));
	}
}

int show_events(const struct cg_map *m, const char *group, bool json, struct err *e)
{
	struct cache c = {.h = NULL};
	struct record r;

	if (!cg_home(m, group))
		return err_set(e, ENOENT, "read control group '%s'", group);
	record_begin(&r, json, group);
	add_keyeds(&r, m, group, events, sizeof(events) / sizeof(events[0]), &c);
	add_singles(&r, m, group, event_singles, sizeof(event_singles) / sizeof(event_singles[0]));
	add_state(&r, m, group, c.text);
	record_end(&r);
	return 0;
}

/* One pid a line. */
static int print_pid(pid_t pid, void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	printf("%d\n", (int)pid);
	return 0;
}

int show_procs(const struct cg_map *m, const char *group, bool recursive, struct err *e)
{
	const struct cg_hierarchy *h = cg_home(m, group);

	if (!h)
		return err_set(e, ENOENT, "read control group '%s'", group);
	return cg_walk_procs(h, group, recursive, print_pid, NULL, e);
}
