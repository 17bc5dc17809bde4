/*
 * get.c - from files of either version back to the vocabulary.
 */
#include "get.h"

#include "gate.h"
#include "group.h"

#include "common/msg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Reads a file of the group's, with the error. */
static int read_file(const struct cg_hierarchy *h, const char *group, const char *file, char *buf, size_t size,
                     struct err *e)
{
	if (cg_read(h, group, file, buf, size) >= 0)
		return 0;
	return err_set(e, errno, "read '%s/%s/%s'", h->mount, group, file);
}

/* Reads a limit: a number, or VALUE_UNLIMITED for "max", -1 and v1's huge number. */
static int read_limit(const struct cg_hierarchy *h, const char *group, const char *file, uint64_t *ret, struct err *e)
{
	char text[64];

	if (read_file(h, group, file, text, sizeof(text), e) < 0)
		return -1;
	if (value_size(text, true, ret) < 0)
		return err_set(e, errno, "read '%s/%s/%s': '%s'", h->mount, group, file, text);
	if (*ret > INT64_MAX - 65536)
		*ret = VALUE_UNLIMITED;
	return 0;
}

/* Quota and period in microseconds. */
static int read_cpu(const struct cg_hierarchy *h, const char *group, uint64_t *quota, uint64_t *period, struct err *e)
{
	char text[64];

	if (!h->v2)
		return read_limit(h, group, "cpu.cfs_quota_us", quota, e) < 0 ||
		               read_limit(h, group, "cpu.cfs_period_us", period, e) < 0
		           ? -1
		           : 0;
	if (read_file(h, group, "cpu.max", text, sizeof(text), e) < 0)
		return -1;
	if (value_cpu_max(text, quota, period) < 0)
		return err_set(e, errno, "read '%s/%s/cpu.max': '%s'", h->mount, group, text);
	return 0;
}

/* cpu, cpu-quota, cpu-period. */
static int get_cpu(const struct cg_hierarchy *h, const char *group, enum word_id id, char *buf, size_t size,
                   struct err *e)
{
	uint64_t quota, period = 1, n;
	char text[24];

	if (read_cpu(h, group, &quota, &period, e) < 0)
		return -1;
	if (id == W_CPU && quota != VALUE_UNLIMITED) {
		n = quota * 1000000 / period;
		snprintf(buf, size, "%llu.%06llu", (unsigned long long)n / 1000000, (unsigned long long)n % 1000000);
		while (buf[strlen(buf) - 1] == '0')
			buf[strlen(buf) - 1] = '\0';
		if (buf[strlen(buf) - 1] == '.')
			buf[strlen(buf) - 1] = '\0';
		return 0;
	}
	snprintf(buf, size, "%s", value_text(id == W_CPU_PERIOD ? period : quota, text));
	return 0;
}

/* memory-swap, the total, and swap alone. */
static int get_swap(const struct cg_hierarchy *h, const char *group, enum word_id id, char *buf, size_t size,
                    struct err *e)
{
	uint64_t memory, other;
	char text[24];

	if (read_limit(h, group, h->v2 ? "memory.max" : "memory.limit_in_bytes", &memory, e) < 0 ||
	    read_limit(h, group, h->v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes", &other, e) < 0)
		return -1;
	if (other != VALUE_UNLIMITED && h->v2 == (id == W_MEMORY_SWAP))
		other = memory == VALUE_UNLIMITED ? VALUE_UNLIMITED : h->v2 ? memory + other : other - memory;
	snprintf(buf, size, "%s", value_text(other, text));
	return 0;
}

/* Shares and weights, on the scale that was asked for. */
static int get_weight(const struct cg_hierarchy *h, const char *group, enum word_id id, char *buf, size_t size,
                      struct err *e)
{
	bool cpu = id == W_CPU_SHARES || id == W_CPU_WEIGHT;
	const char *file = cpu ? (h->v2 ? "cpu.weight" : "cpu.shares") : (h->v2 ? "io.weight" : "blkio.bfq.weight");
	char text[64], *number = text;
	uint64_t n;

	if (read_file(h, group, file, text, sizeof(text), e) < 0)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	if (!strncmp(text, "default ", 8))
		number += 8;
	if (value_count(number, 0, INT64_MAX, false, &n) < 0)
		return err_set(e, errno, "read '%s/%s/%s': '%s'", h->mount, group, file, text);
	if (h->v2)
		n = id == W_CPU_SHARES ? value_weight_to_shares(n) : id == W_BLKIO_WEIGHT ? value_io_to_blkio(n) : n;
	else
		n = id == W_CPU_WEIGHT ? value_shares_to_weight(n) : id == W_IO_WEIGHT ? value_blkio_to_io(n) : n;
	snprintf(buf, size, "%llu", (unsigned long long)n);
	return 0;
}

/* A word that is one file. */
static int get_plain(const struct cg_hierarchy *h, const char *group, const struct word *w, char *buf, size_t size,
                     struct err *e)
{
	const char *file = h->v2 ? w->v2 : w->v1;
	char effective[64], text[24];
	uint64_t n;

	if (!file)
		return err_set(e, 0, "read '%s' of control group '%s': version %d of control groups has no such limit",
		               w->name, group, h->v2 ? 2 : 1);
	if (w->kind == KIND_SIZE || w->kind == KIND_COUNT) {
		if (read_limit(h, group, file, &n, e) < 0)
			return -1;
		snprintf(buf, size, "%s", value_text(n, text));
		return 0;
	}
	if (read_file(h, group, file, buf, size, e) < 0)
		return -1;
	if (w->kind != KIND_CPULIST || buf[0] || !h->v2)
		return 0;
	snprintf(effective, sizeof(effective), "%s.effective", file);
	return read_file(h, group, effective, buf, size, e);
}

/* The hierarchy of a controller of either version's name, in which the group must exist. */
static const struct cg_hierarchy *hierarchy_of(const struct cg_map *m, const char *group, const char *controller,
                                               const char *name, struct err *e)
{
	const struct cg_hierarchy *h = cg_find(m, controller);

	if (!h && !strcmp(controller, "blkio"))
		h = cg_find(m, "io");
	if (!h && !strcmp(controller, "cgroup"))
		h = cg_home(m, group);
	/* cpu.stat and the pressure files are in every v2 group. */
	if (!h)
		h = cg_v2(m);
	if (!h)
		err_set(e, 0, "read '%s': no control group hierarchy has the controller '%s'", name, controller);
	else if (!cg_exists(h, group))
		err_set(e, ENOENT, "read '%s' of control group '%s' in '%s'", name, group, h->mount);
	else
		return h;
	return NULL;
}

int get_word(const struct cg_map *m, const char *group, const struct word *w, char *buf, size_t size, struct err *e)
{
	const struct cg_hierarchy *h = hierarchy_of(m, group, w->controller, w->name, e);

	if (!h)
		return -1;
	switch (word_id(w)) {
	case W_MEMORY_SWAP:
	case W_SWAP:
		return get_swap(h, group, word_id(w), buf, size, e);
	case W_CPU:
	case W_CPU_QUOTA:
	case W_CPU_PERIOD:
		return get_cpu(h, group, word_id(w), buf, size, e);
	case W_CPU_SHARES:
	case W_CPU_WEIGHT:
	case W_IO_WEIGHT:
	case W_BLKIO_WEIGHT:
		return get_weight(h, group, word_id(w), buf, size, e);
	default:
		return get_plain(h, group, w, buf, size, e);
	}
}

/* The text of a file of the kernel's. */
static int get_file(const struct cg_map *m, const char *group, const char *name, char *buf, size_t size, struct err *e)
{
	const struct cg_hierarchy *h;
	const struct word *w;
	char controller[64];

	snprintf(controller, sizeof(controller), "%.*s", (int)strcspn(name, "."), name);
	h = hierarchy_of(m, group, controller, name, e);
	if (!h)
		return -1;
	if (read_file(h, group, name, buf, size, e) == 0)
		return 0;
	/* The other version's name for a thing that this one has too. */
	w = word_by_file(name);
	return e->code == ENOENT && w ? get_word(m, group, w, buf, size, e) : -1;
}

/* The list of devices, as the word devices takes it. */
static int get_devices(const struct cg_map *m, const char *group, char *buf, size_t size, struct err *e)
{
	const struct cg_hierarchy *h = hierarchy_of(m, group, "devices", "devices", e);
	char text[DEVICE_TEXT_MAX];
	struct device_list l;

	if (!h || gate_read(h, group, &l, e) < 0)
		return -1;
	snprintf(buf, size, "%s", device_list_text(&l, text));
	return 0;
}

int get_name(const struct cg_map *m, const char *group, const char *name, char *buf, size_t size, struct err *e)
{
	const struct word *w = word_by_name(name);

	if (w)
		return get_word(m, group, w, buf, size, e);
	if (!strcmp(name, "devices"))
		return get_devices(m, group, buf, size, e);
	if (strchr(name, '.') && !strchr(name, '/') && name[0] != '.')
		return get_file(m, group, name, buf, size, e);
	err_set(e, 0, "no such setting: '%s'", name);
	e->status = EXIT_USAGE;
	return err_hint(e, "wanted: a word such as memory, cpu, pids (see cgset(1)), or a file such as memory.max");
}

/* Whether the value is what a new group has anyway. */
static bool is_default(enum word_id id, const char *value)
{
	return !value[0] || !strcmp(value, "max") || (id == W_CPU_PERIOD && !strcmp(value, "100000")) ||
	       (id == W_CPU_WEIGHT && !strcmp(value, "100")) || (id == W_CPU_SHARES && !strcmp(value, "1024")) ||
	       (id == W_MEMORY_RESERVATION && !strcmp(value, "0"));
}

/* The weight is copied on the scale of the version at hand, so that nothing is lost by conversion. */
static bool is_copied(const struct cg_map *m, enum word_id id)
{
	const struct cg_hierarchy *cpu = cg_find(m, "cpu");

	return (id != W_CPU_SHARES && id != W_CPU_WEIGHT) || (cpu && cpu->v2 == (id == W_CPU_WEIGHT));
}

/* Adds "NAME=VALUE". */
static int add_copy(struct settings *s, const char *name, const char *value, struct err *e)
{
	char *text;

	if (asprintf(&text, "%s=%s", name, value) < 0)
		text = NULL;
	return settings_keep(s, text, e) < 0 || settings_add(s, text, e) < 0 ? -1 : 0;
}

int get_all(const struct cg_map *m, const char *group, struct settings *s, struct err *e)
{
	static const enum word_id ids[] = {
	    W_MEMORY,     W_MEMORY_SWAP, W_MEMORY_RESERVATION, W_MEMORY_HIGH, W_CPU_PERIOD, W_CPU_QUOTA,
	    W_CPU_SHARES, W_CPU_WEIGHT,  W_CPUSET_CPUS,        W_CPUSET_MEMS, W_PIDS};
	char value[DEVICE_TEXT_MAX] = "";
	struct err missing;
	size_t i;

	if (!cg_home(m, group))
		return err_set(e, ENOENT, "copy from control group '%s'", group);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (!is_copied(m, ids[i]) || get_word(m, group, &words[ids[i]], value, sizeof(value), &missing) < 0 ||
		    is_default(ids[i], value))
			continue;
		if (add_copy(s, words[ids[i]].name, value, e) < 0)
			return -1;
	}
	if (get_devices(m, group, value, sizeof(value), &missing) < 0 || !strcmp(value, "all"))
		return 0;
	return add_copy(s, "devices", value, e);
}
