/*
 * view_device.c - the parts of inspect about devices and the limits of resources that are lists (view_host.h).
 */
#include "common/num.h"
#include "view_host.h"

#include <stdlib.h>
#include <string.h>

/* "HOST:PATH:ACCESS" */
static struct jval *make_device(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text)), *access = strrchr(copy, ':'), *path;
	struct jval *o = j_new(a, J_STRUCT);

	if (access)
		*access++ = '\0';
	path = strchr(copy, ':');
	if (path)
		*path++ = '\0';
	j_set(a, o, "PathOnHost", j_str(a, copy));
	j_set(a, o, "PathInContainer", j_str(a, path ? path : copy));
	j_set(a, o, "CgroupPermissions", j_str(a, access ? access : "rwm"));
	return o;
}

/* "NAME=SOFT:HARD" */
static struct jval *make_ulimit(struct arena *a, const char *text)
{
	size_t n = strcspn(text, "=");
	struct jval *o = j_new(a, J_STRUCT);
	char *end = NULL;
	long long soft = text[n] ? strtoll(text + n + 1, &end, 10) : 0;

	j_set(a, o, "Name", j_string(a, text, n));
	j_set(a, o, "Hard", j_int(a, end && *end == ':' ? strtoll(end + 1, NULL, 10) : soft));
	j_set(a, o, "Soft", j_int(a, soft));
	return o;
}

/* The rules of --device-cgroup-rule among the settings "device-allow=WHAT" of the group; null when there are none. The
 * others are of --device, paths. */
static struct jval *make_rules(struct arena *a, const struct state_dirs *d, const char *id)
{
	static const char allow[] = "device-allow=";
	struct fact f = fact_line(a, d->containers, id, "device-rules");
	char *save = NULL, *text = f.n ? arena_copy(a, f.p, f.n) : NULL;
	struct jval *v = j_new(a, J_ARRAY);

	for (char *s = text ? strtok_r(text, "\n", &save) : NULL; s; s = strtok_r(NULL, "\n", &save))
		if (strncmp(s, allow, strlen(allow)) == 0 && s[strlen(allow)] != '/')
			j_push(a, v, j_str(a, s + strlen(allow)));
	v->b = true;
	return v;
}

/* The rates "WORD=DEVICE:RATE" of one word; null when there are none. */
static struct jval *make_rates(struct arena *a, const struct fact *f, const char *word)
{
	struct jval *v = j_new(a, J_ARRAY);
	size_t n = strlen(word);

	for (const char *p = NULL; (p = fact_next(f, p));) {
		const char *colon = strrchr(p, ':');
		struct jval *o = j_new(a, J_STRUCT);
		uint64_t rate = 0;

		if (strncmp(p, word, n) != 0 || p[n] != '=' || !colon)
			continue;
		if (num_size(colon + 1, &rate) < 0 || rate > INT64_MAX)
			rate = 0;
		j_set(a, o, "Path", j_string(a, p + n + 1, (size_t)(colon - p) - n - 1));
		j_set(a, o, "Rate", j_int(a, (int64_t)rate));
		j_push(a, v, o);
	}
	v->b = true;
	return v;
}

/* The rates of block devices. */
static void set_rates(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o)
{
	static const char *const words[][2] = {
	    {"BlkioDeviceReadBps", "io-rbps"},
	    {"BlkioDeviceWriteBps", "io-wbps"},
	    {"BlkioDeviceReadIOps", "io-riops"},
	    {"BlkioDeviceWriteIOps", "io-wiops"},
	};
	struct fact f = fact_list(a, d->containers, id, "device-rates");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		j_set(a, o, words[i][0], make_rates(a, &f, words[i][1]));
}

void view_set_devices(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o)
{
	struct fact devices = fact_list(a, d->containers, id, "devices");
	struct fact ulimits = fact_list(a, d->containers, id, "ulimits");
	struct jval *list = j_new(a, J_ARRAY);

	for (const char *p = NULL; (p = fact_next(&devices, p));)
		j_push(a, list, make_device(a, p));
	j_set(a, o, "Devices", list);
	j_set(a, o, "DeviceCgroupRules", make_rules(a, d, id));
	list = j_new(a, J_ARRAY);
	for (const char *p = NULL; (p = fact_next(&ulimits, p));)
		j_push(a, list, make_ulimit(a, p));
	j_set(a, o, "Ulimits", list);
	set_rates(a, d, id, o);
}
