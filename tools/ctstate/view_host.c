/* view_host.c - see view_host.h */
#include "view_host.h"
#include "common/num.h"
#include "common/shielded.h"

#include <string.h>

#define SHM_SIZE_DEFAULT (64 << 20)

/* Whether a comma-separated list has the word. */
static bool has_option(const char *opts, const char *word)
{
	size_t n = strlen(word);

	for (; opts; opts = strchr(opts, ',')) {
		opts += *opts == ',';
		if (strncmp(opts, word, n) == 0 && (opts[n] == ',' || !opts[n]))
			return true;
	}
	return false;
}

/* The word of propagation in the options; volumes and tmpfs have none. */
static const char *propagation(const struct ct_mount *m)
{
	static const char *const words[] = {"rshared", "shared", "rslave", "slave", "private"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_option(m->options, words[i]))
			return words[i];
	return strcmp(m->type, "bind") == 0 ? "rprivate" : "";
}

/* One mount, in docker's order. */
static struct jval *make_mount(struct arena *a, const struct ct_mount *m)
{
	struct jval *o = j_new(a, J_STRUCT);

	j_set(a, o, "Type", j_str(a, m->type));
	if (strcmp(m->type, "volume") == 0)
		j_set(a, o, "Name", j_str(a, m->name));
	j_set(a, o, "Source", j_str(a, m->source));
	j_set(a, o, "Destination", j_str(a, m->target));
	if (strcmp(m->type, "volume") == 0)
		j_set(a, o, "Driver", j_str(a, "local"));
	j_set(a, o, "Mode", j_str(a, m->options));
	j_set(a, o, "RW", j_bool(a, !has_option(m->options, "ro")));
	j_set(a, o, "Propagation", j_str(a, propagation(m)));
	return o;
}

struct jval *view_mounts(struct arena *a, const struct ct *c)
{
	struct jval *v = j_new(a, J_ARRAY);
	const char *at = NULL;
	struct ct_mount m;

	while (ct_mount_next(&c->mounts, &at, &m))
		j_push(a, v, make_mount(a, &m));
	return v;
}

/* A fact's entries as a list; null when there are none, as docker has it. */
static void set_list(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o, const char *key,
                     const char *name)
{
	struct fact f = fact_list(a, d->containers, id, name);
	struct jval *v = j_new(a, J_ARRAY);

	for (const char *p = NULL; (p = fact_next(&f, p));)
		j_push(a, v, j_str(a, p));
	v->b = true;
	j_set(a, o, key, v);
}

/* The line of a fact, or what stands for none. */
static void set_mode(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o, const char *key,
                     const char *name, const char *none)
{
	struct fact f = fact_line(a, d->containers, id, name);

	j_set(a, o, key, j_str(a, f.n ? f.p : none));
}

void view_set_log(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o)
{
	/* With what holds where there is none (chain.sh). */
	static const char *const facts[][2] = {{"log-max-file", "3"}, {"log-max-size", "10m"}};
	struct jval *log = j_new(a, J_STRUCT), *config = j_map(a, J_STRING);
	struct fact driver = fact_line(a, d->containers, id, "log-driver");
	bool kept = !driver.n || strcmp(driver.p, "none") != 0;

	for (size_t i = 0; kept && i < sizeof(facts) / sizeof(facts[0]); i++) {
		const char *name = facts[i][0];

		set_mode(a, d, id, config, name + strlen("log-"), name, facts[i][1]);
	}
	set_mode(a, d, id, log, "Type", "log-driver", "cri");
	j_set(a, log, "Config", config);
	j_set(a, o, "LogConfig", log);
}

/* "ADDRESS\tNAME" entries as docker's "NAME:ADDRESS"; null when there are none. */
static void set_hosts(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o)
{
	struct fact f = fact_list(a, d->containers, id, "extra-hosts");
	struct jval *v = j_new(a, J_ARRAY);

	for (const char *p = NULL; (p = fact_next(&f, p));) {
		const char *tab = strchr(p, '\t');

		if (tab)
			j_push(a, v, j_str(a, arena_printf(a, "%s:%.*s", tab + 1, (int)(tab - p), p)));
	}
	v->b = true;
	j_set(a, o, "ExtraHosts", v);
}

void view_set_sharing(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o)
{
	set_list(a, d, id, o, "VolumesFrom", "volumes-from");
	set_list(a, d, id, o, "CapAdd", "cap-add");
	set_list(a, d, id, o, "CapDrop", "cap-drop");
	j_set(a, o, "CgroupnsMode", j_str(a, "private"));
	set_list(a, d, id, o, "Dns", "dns");
	set_list(a, d, id, o, "DnsOptions", "dns-option");
	set_list(a, d, id, o, "DnsSearch", "dns-search");
	set_hosts(a, d, id, o);
	set_list(a, d, id, o, "GroupAdd", "group-add");
	set_mode(a, d, id, o, "IpcMode", "ipc-mode", "private");
	set_mode(a, d, id, o, "PidMode", "pid-mode", "");
}

/* "NAME=VALUE" entries as a map. */
static struct jval *make_map(struct arena *a, const struct fact *f)
{
	struct jval *map = j_map(a, J_STRING);

	for (const char *p = NULL; (p = fact_next(f, p));) {
		const char *eq = strchr(p, '=');

		if (eq)
			j_set(a, map, j_string(a, p, (size_t)(eq - p))->s, j_str(a, eq + 1));
	}
	return map;
}

/* The tmpfs mounts by their paths. */
static struct jval *make_tmpfs(struct arena *a, const struct ct *c)
{
	struct jval *map = j_map(a, J_STRING);
	const char *at = NULL;
	struct ct_mount m;

	while (ct_mount_next(&c->mounts, &at, &m))
		if (strcmp(m.type, "tmpfs") == 0)
			j_set(a, map, j_str(a, m.target)->s, j_str(a, m.options));
	return map;
}

/* A map that is printed only when there is something in it. */
static void set_map(struct arena *a, struct jval *o, const char *key, struct jval *map)
{
	j_set(a, o, key, map);
	o->members[o->n - 1].hidden = map->n == 0;
}

void view_set_security(struct arena *a, const struct state_dirs *d, const struct ct *c, struct jval *o)
{
	struct fact sysctls = fact_list(a, d->containers, c->id, "sysctls");
	struct fact shm = fact_line(a, d->containers, c->id, "shm-size");
	uint64_t size = SHM_SIZE_DEFAULT;

	if (shm.n && (num_size(shm.p, &size) < 0 || size > INT64_MAX))
		size = 0;
	set_list(a, d, c->id, o, "SecurityOpt", "security-opt");
	set_map(a, o, "Tmpfs", make_tmpfs(a, c));
	set_mode(a, d, c->id, o, "UTSMode", "uts-mode", "");
	j_set(a, o, "UsernsMode", j_str(a, ""));
	j_set(a, o, "ShmSize", j_int(a, (int64_t)size));
	set_map(a, o, "Sysctls", make_map(a, &sysctls));
}

/* A list of the default profile's paths; empty with open, null where the container has no such profile. */
static struct jval *make_paths(struct arena *a, const char *const *path, bool privileged, bool open)
{
	struct jval *v = j_new(a, J_ARRAY);

	for (; *path && !privileged && !open; path++)
		j_push(a, v, j_str(a, *path));
	v->b = privileged;
	return v;
}

void view_set_paths(struct arena *a, const struct state_dirs *d, const char *id, bool privileged, struct jval *o)
{
	struct fact f = fact_line(a, d->containers, id, "open-paths");

	j_set(a, o, "MaskedPaths", make_paths(a, shielded_masked, privileged, f.n > 0));
	j_set(a, o, "ReadonlyPaths", make_paths(a, shielded_read_only, privileged, f.n > 0));
}
