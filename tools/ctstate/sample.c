/* sample.c - see sample.h */
#include "sample.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The counter of a key. cgset sums over the processes ("processes_...") only what no controller counts. */
static uint64_t *counter(struct sample *s, const char *key, size_t n)
{
	static const struct {
		const char *key;
		size_t at;
	} keys[] = {
	    {"time_usec", offsetof(struct sample, time)},
	    {"cpu_usage_usec", offsetof(struct sample, cpu)},
	    {"processes_cpu_usec", offsetof(struct sample, cpu)},
	    {"memory_usage", offsetof(struct sample, memory)},
	    {"processes_memory", offsetof(struct sample, memory)},
	    {"memory_inactive_file", offsetof(struct sample, cache)},
	    {"memory_limit", offsetof(struct sample, limit)},
	    {"pids", offsetof(struct sample, threads)},
	    {"processes_threads", offsetof(struct sample, threads)},
	    {"io_read_bytes", offsetof(struct sample, read)},
	    {"processes_read_bytes", offsetof(struct sample, read)},
	    {"io_write_bytes", offsetof(struct sample, written)},
	    {"processes_write_bytes", offsetof(struct sample, written)},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i].key) == n && strncmp(key, keys[i].key, n) == 0)
			return (uint64_t *)(void *)((char *)s + keys[i].at);
	return NULL;
}

/* Begins a group. */
static void begin(struct arena *a, struct samples *s, const char *group)
{
	const char *slash = strrchr(group, '/');
	struct sample *new;

	s->v = arena_grow(a, s->v, s->n, &s->room, sizeof(*s->v));
	new = &s->v[s->n++];
	*new = (struct sample){.limit = UINT64_MAX};
	snprintf(new->id, sizeof(new->id), "%s", slash ? slash + 1 : group);
}

void sample_line(struct arena *a, struct samples *s, const char *line)
{
	size_t n = strcspn(line, " ");
	uint64_t *to;

	if (strncmp(line, "group ", 6) == 0) {
		begin(a, s, line + 6);
		return;
	}
	to = s->n ? counter(&s->v[s->n - 1], line, n) : NULL;
	if (to && line[n] == ' ' && line[n + 1] >= '0' && line[n + 1] <= '9')
		*to = strtoull(line + n + 1, NULL, 10);
}

const struct sample *sample_find(const struct samples *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].id, id) == 0)
			return &s->v[i];
	return NULL;
}

uint64_t sample_memory(const struct sample *s)
{
	return s->memory > s->cache ? s->memory - s->cache : s->memory;
}

double sample_cpu(const struct sample *before, const struct sample *now)
{
	if (!before || now->time <= before->time || now->cpu < before->cpu)
		return 0;
	return 100.0 * (double)(now->cpu - before->cpu) / (double)(now->time - before->time);
}

void sample_net(const char *text, uint64_t *ret_received, uint64_t *ret_sent)
{
	*ret_received = *ret_sent = 0;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		unsigned long long received, sent;
		const char *colon;

		line += strspn(line, "\n ");
		colon = line + strcspn(line, ":\n");
		if (*colon != ':' || strncmp(line, "lo:", 3) == 0)
			continue;
		if (sscanf(colon + 1, "%llu %*u %*u %*u %*u %*u %*u %*u %llu", &received, &sent) != 2)
			continue;
		*ret_received += received;
		*ret_sent += sent;
	}
}

char *sample_size(uint64_t n, bool decimal, char buf[16])
{
	static const char *const binary_units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	static const char *const decimal_units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)n, base = decimal ? 1000 : 1024;
	size_t i = 0;

	while (v >= base && i < 6) {
		v /= base;
		i++;
	}
	if (decimal)
		snprintf(buf, 16, "%.3g%s", v, decimal_units[i]);
	else
		snprintf(buf, 16, "%.4g%s", v, binary_units[i]);
	return buf;
}
