/* view.c - see view.h. The members stand in docker's order. */
#include "view.h"
#include "common/num.h"
#include "ct.h"
#include "health.h"
#include "size.h"
#include "view_host.h"
#include "view_image.h"
#include "view_net.h"
#include "when.h"

#include <stdlib.h>
#include <string.h>

struct making {
	struct arena *a;
	const struct state_dirs *d;
	struct ct c;
	struct fact flags;
};

static void set_str(struct making *m, struct jval *o, const char *key, const char *s)
{
	j_set(m->a, o, key, j_str(m->a, s));
}

static void set_int(struct making *m, struct jval *o, const char *key, int64_t i)
{
	j_set(m->a, o, key, j_int(m->a, i));
}

static void set_bool(struct making *m, struct jval *o, const char *key, bool b)
{
	j_set(m->a, o, key, j_bool(m->a, b));
}

/* A one-line fact as text, "" when there is none. */
static const char *line(struct making *m, const char *name)
{
	struct fact f = fact_line(m->a, m->d->containers, m->c.id, name);

	return f.p ? f.p : "";
}

static void set_line(struct making *m, struct jval *o, const char *key, const char *name)
{
	set_str(m, o, key, line(m, name));
}

/* What is never there, for templates that ask whether it is. */
static void set_nothing(struct making *m, struct jval *o, const char *key)
{
	j_set(m->a, o, key, j_new(m->a, J_NULL));
	o->members[o->n - 1].hidden = true;
}

/* What may not be there. */
static void set_found(struct making *m, struct jval *o, const char *key, struct jval *v)
{
	if (v)
		j_set(m->a, o, key, v);
	else
		set_nothing(m, o, key);
}

/* A number kept as it was typed; 0 when there is none, -1 for "-1", no limit. digits: as a count of 10^-digits. */
static void set_number(struct making *m, struct jval *o, const char *key, const char *name, unsigned int digits)
{
	const char *typed = line(m, name);
	uint64_t v = 0;

	if (num_fixed(typed, digits, &v) < 0 || v > INT64_MAX)
		v = 0;
	set_int(m, o, key, strcmp(typed, "-1") == 0 ? -1 : (int64_t)v);
}

/* The same of a size. */
static void set_size(struct making *m, struct jval *o, const char *key, const char *name)
{
	const char *typed = line(m, name);
	uint64_t v = 0;

	if (num_size(typed, &v) < 0 || v > INT64_MAX)
		v = 0;
	set_int(m, o, key, strcmp(typed, "-1") == 0 ? -1 : (int64_t)v);
}

/* Entries from to to (not included) of a list; null when there are none and or_null. */
static struct jval *list(struct making *m, const struct fact *f, size_t from, size_t to, bool or_null)
{
	struct jval *v = j_new(m->a, J_ARRAY);
	size_t i = 0;

	for (const char *p = NULL; (p = fact_next(f, p)); i++)
		if (i >= from && i < to)
			j_push(m->a, v, j_str(m->a, p));
	v->b = or_null;
	return v;
}

static void set_list_fact(struct making *m, struct jval *o, const char *key, const char *name, bool or_null)
{
	struct fact f = fact_list(m->a, m->d->containers, m->c.id, name);

	j_set(m->a, o, key, list(m, &f, 0, SIZE_MAX, or_null));
}

static bool flag(const struct making *m, const char *word)
{
	return fact_has_word(&m->flags, word);
}

static struct jval *make_state(struct making *m)
{
	struct jval *o = j_new(m->a, J_STRUCT);
	const struct life *l = &m->c.life;
	char buf[WHEN_TEXT];

	set_str(m, o, "Status", life_name(l->state));
	set_bool(m, o, "Running", ct_is_up(&m->c));
	set_bool(m, o, "Paused", l->state == LIFE_PAUSED);
	set_bool(m, o, "Restarting", l->state == LIFE_RESTARTING);
	set_bool(m, o, "OOMKilled", l->oom);
	set_bool(m, o, "Dead", l->state == LIFE_BROKEN);
	set_int(m, o, "Pid", l->pid);
	set_int(m, o, "ExitCode", l->exit_code);
	set_str(m, o, "Error", l->state == LIFE_BROKEN ? "its state files are damaged" : "");
	set_str(m, o, "StartedAt", when_rfc3339(l->started, buf));
	set_str(m, o, "FinishedAt", when_rfc3339(l->finished, buf));
	set_found(m, o, "Health", health_view(m->a, m->d, m->c.id));
	return o;
}

static struct jval *port_list(struct making *m, struct jval *map, const char *key)
{
	struct jval *ports = j_get(map, key);

	return ports ? ports : j_set(m->a, map, key, j_new(m->a, J_ARRAY));
}

static void add_port(struct making *m, struct jval *map, const char *key, const char *ip, const char *port)
{
	struct jval *o = j_new(m->a, J_STRUCT);

	set_str(m, o, "HostIp", ip);
	set_str(m, o, "HostPort", port);
	j_push(m->a, port_list(m, map, j_str(m->a, key)->s), o);
}

/* What was typed, "[[IP:]HPORT:]CPORT[/PROTO]", under "CPORT/PROTO". */
static struct jval *make_bindings(struct making *m)
{
	struct fact f = fact_list(m->a, m->d->containers, m->c.id, "publish");
	struct jval *map = j_map(m->a, J_ARRAY);

	for (const char *p = NULL; (p = fact_next(&f, p));) {
		const char *inside = arena_copy(m->a, p, strlen(p)), *host = "", *ip = "";
		char *colon = strrchr(inside, ':');

		if (colon) {
			*colon = '\0';
			host = inside;
			inside = colon + 1;
			colon = strrchr(host, ':');
		}
		if (colon) {
			*colon = '\0';
			ip = host;
			host = colon + 1;
		}
		add_port(m, map, strchr(inside, '/') ? inside : arena_printf(m->a, "%s/tcp", inside), ip, host);
	}
	return map;
}

/* How often its supervisor has started it again. */
static int64_t restarts(const struct making *m)
{
	struct fact f = fact_line(m->a, m->d->run, m->c.id, "restarts");
	uint64_t n;

	return f.p && num_u64(f.p, 0, UINT32_MAX, &n) == 0 ? (int64_t)n : 0;
}

static struct jval *make_restart(struct making *m)
{
	struct jval *o = j_new(m->a, J_STRUCT);
	struct fact f = fact_line(m->a, m->d->containers, m->c.id, "restart");
	const char *max = f.p ? strchr(f.p, ':') : NULL;
	uint64_t n = 0;

	if (max && num_u64(max + 1, 0, UINT32_MAX, &n) < 0)
		n = 0;
	set_str(m, o, "Name", f.p ? j_string(m->a, f.p, strcspn(f.p, ":"))->s : "no");
	set_int(m, o, "MaximumRetryCount", (int64_t)n);
	return o;
}

/* What limits.sh has kept. */
static void set_limits(struct making *m, struct jval *o)
{
	int64_t score = 0;

	set_number(m, o, "CpuShares", "cpu-shares", 0);
	set_size(m, o, "Memory", "memory");
	set_size(m, o, "MemorySwap", "memory-swap");
	set_size(m, o, "MemoryReservation", "memory-reservation");
	set_number(m, o, "NanoCpus", "cpus", 9);
	set_str(m, o, "CgroupParent", line(m, "cgroup-parent"));
	set_number(m, o, "CpuQuota", "cpu-quota", 0);
	set_number(m, o, "CpuPeriod", "cpu-period", 0);
	set_line(m, o, "CpusetCpus", "cpuset-cpus");
	set_line(m, o, "CpusetMems", "cpuset-mems");
	if (*line(m, "memory-swappiness"))
		set_number(m, o, "MemorySwappiness", "memory-swappiness", 0);
	else
		j_set(m->a, o, "MemorySwappiness", j_new(m->a, J_NULL));
	set_number(m, o, "PidsLimit", "pids-limit", 0);
	set_number(m, o, "BlkioWeight", "blkio-weight", 0);
	set_bool(m, o, "OomKillDisable", line(m, "oom-kill-disable")[0] == '1');
	if (num_i64(line(m, "oom-score-adj"), -1000, 1000, &score) < 0)
		score = 0;
	set_int(m, o, "OomScoreAdj", score);
}

static struct jval *make_host_config(struct making *m)
{
	struct jval *o = j_new(m->a, J_STRUCT);

	set_list_fact(m, o, "Binds", "binds", true);
	set_line(m, o, "ContainerIDFile", "cidfile");
	view_set_log(m->a, m->d, m->c.id, o);
	set_str(m, o, "NetworkMode", m->c.network);
	j_set(m->a, o, "PortBindings", make_bindings(m));
	j_set(m->a, o, "RestartPolicy", make_restart(m));
	set_bool(m, o, "AutoRemove", flag(m, "rm"));
	view_set_sharing(m->a, m->d, m->c.id, o);
	set_bool(m, o, "Privileged", flag(m, "privileged"));
	set_bool(m, o, "PublishAllPorts", *line(m, "publish-all"));
	set_bool(m, o, "ReadonlyRootfs", flag(m, "read-only"));
	view_set_security(m->a, m->d, &m->c, o);
	set_limits(m, o);
	view_set_devices(m->a, m->d, m->c.id, o);
	view_set_paths(m->a, m->d, m->c.id, flag(m, "privileged"), o);
	set_bool(m, o, "Init", flag(m, "init"));
	return o;
}

/* Cmd and Entrypoint: the fact entrypoint-length tells how many of the command's first words were the entry point. */
static void set_command(struct making *m, struct jval *o, bool entrypoint)
{
	uint64_t n = 0;

	if (num_u64(line(m, "entrypoint-length"), 0, SIZE_MAX, &n) < 0)
		n = 0;
	if (entrypoint)
		j_set(m->a, o, "Entrypoint", list(m, &m->c.command, 0, n, true));
	else
		j_set(m->a, o, "Cmd", list(m, &m->c.command, n, SIZE_MAX, true));
}

static struct jval *make_config(struct making *m)
{
	struct jval *o = j_new(m->a, J_STRUCT), *exposed, *volumes;
	bool attached = !flag(m, "detach");

	set_line(m, o, "Hostname", "hostname");
	set_line(m, o, "Domainname", "domainname");
	set_line(m, o, "User", "user");
	set_bool(m, o, "AttachStdin", attached && flag(m, "stdin"));
	set_bool(m, o, "AttachStdout", attached);
	set_bool(m, o, "AttachStderr", attached);
	exposed = view_exposed(m->a, m->d, &m->c);
	set_found(m, o, "ExposedPorts", exposed->n ? exposed : NULL);
	set_bool(m, o, "Tty", flag(m, "tty"));
	set_bool(m, o, "OpenStdin", flag(m, "stdin"));
	set_bool(m, o, "StdinOnce", attached && flag(m, "stdin"));
	set_list_fact(m, o, "Env", "env", false);
	set_command(m, o, false);
	set_str(m, o, "Image", m->c.image);
	volumes = view_volumes(m->a, m->d, &m->c);
	j_set(m->a, o, "Volumes", volumes ? volumes : j_new(m->a, J_NULL));
	set_line(m, o, "WorkingDir", "workdir");
	set_command(m, o, true);
	j_set(m->a, o, "Labels", ct_labels(m->a, &m->c));
	set_line(m, o, "StopSignal", "stop-signal");
	if (*line(m, "stop-timeout"))
		set_number(m, o, "StopTimeout", "stop-timeout", 0);
	set_found(m, o, "Healthcheck", health_config(m->a, m->d, m->c.id));
	return o;
}

static struct jval *make_ports(struct making *m)
{
	struct jval *map = j_map(m->a, J_ARRAY), *exposed = m->c.net.n ? view_exposed(m->a, m->d, &m->c) : NULL;
	size_t n;
	struct ct_port *ports = ct_ports(m->a, &m->c, &n);

	/* Those that are not published have none of the host's. */
	for (size_t i = 0; exposed && i < exposed->n; i++)
		port_list(m, map, exposed->members[i].key)->b = true;
	for (size_t i = 0; i < n; i++)
		add_port(m, map, arena_printf(m->a, "%u/%s", ports[i].inside, ports[i].proto), ports[i].ip,
		         arena_printf(m->a, "%u", ports[i].host));
	return map;
}

static struct jval *make_network_settings(struct making *m)
{
	struct jval *o = j_new(m->a, J_STRUCT);
	struct fact f = {0};

	/* The file of its network namespace, where ip netns looks for it. */
	if (ct_is_up(&m->c))
		f = fact_line(m->a, m->d->run, m->c.id, "netns");
	set_str(m, o, "SandboxKey", f.n ? arena_printf(m->a, "/run/netns/%s", f.p) : "");
	j_set(m->a, o, "Ports", make_ports(m));
	view_set_addresses(m->a, &m->c.net, o);
	j_set(m->a, o, "Networks", view_networks(m->a, m->d, &m->c));
	return o;
}

/* A file or directory of the container's own. */
static void set_own_path(struct making *m, struct jval *o, const char *key, const char *name)
{
	set_str(m, o, key, arena_printf(m->a, "%s/containers/%s/%s", m->d->root_path, m->c.id, name));
}

/* Path is the first word of the command, Args are the others. */
static void set_path(struct making *m, struct jval *o)
{
	const char *path = fact_next(&m->c.command, NULL);

	set_str(m, o, "Path", path ? path : "");
	j_set(m->a, o, "Args", list(m, &m->c.command, 1, SIZE_MAX, false));
}

/* SizeRw and SizeRootFs. */
static void set_sizes(struct making *m, struct jval *o)
{
	int64_t image, layer = size_of(m->a, m->d, &m->c, &image);

	set_int(m, o, "SizeRw", layer);
	set_int(m, o, "SizeRootFs", layer + image);
}

struct jval *view_make(struct arena *a, const struct state_dirs *d, const char *id, bool size)
{
	struct making m = {.a = a, .d = d};
	struct jval *o = j_new(a, J_STRUCT);
	const char *image_id, *driver;
	char buf[WHEN_TEXT];

	if (!ct_begin(a, d, id, false, &m.c))
		return NULL;
	ct_need(a, d, &m.c,
	        NEED_NAME | NEED_IMAGE | NEED_COMMAND | NEED_LABELS | NEED_NETWORK | NEED_MOUNTS | NEED_NET);
	m.flags = fact_line(a, d->containers, id, "flags");
	image_id = line(&m, "image-id");
	driver = line(&m, "storage");
	driver = *driver ? driver : "overlay";
	set_str(&m, o, "Id", id);
	set_str(&m, o, "Created", when_rfc3339(m.c.created, buf));
	set_path(&m, o);
	j_set(a, o, "State", make_state(&m));
	set_str(&m, o, "Image", *image_id ? image_id : m.c.image);
	set_own_path(&m, o, "ResolvConfPath", "resolv.conf");
	set_own_path(&m, o, "HostnamePath", "hostname");
	set_own_path(&m, o, "HostsPath", "hosts");
	set_own_path(&m, o, "LogPath", "log");
	set_str(&m, o, "Name", arena_printf(a, "/%s", m.c.name));
	set_int(&m, o, "RestartCount", restarts(&m));
	set_str(&m, o, "Driver", driver);
	set_str(&m, o, "Platform", "linux");
	set_str(&m, o, "AppArmorProfile", line(&m, "apparmor"));
	j_set(a, o, "HostConfig", make_host_config(&m));
	if (size)
		set_sizes(&m, o);
	j_set(a, o, "GraphDriver", view_graph(a, d, &m.c, driver));
	j_set(a, o, "Mounts", view_mounts(a, &m.c));
	j_set(a, o, "Config", make_config(&m));
	j_set(a, o, "NetworkSettings", make_network_settings(&m));
	return o;
}
