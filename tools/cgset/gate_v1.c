/*
 * gate_v1.c - the device list of a version 1 group: devices.allow, devices.deny, devices.list.
 *
 * The kernel keeps a base and exceptions to it, of which only those of a list that begins with none can be read. It
 * cannot take a device out of a wider rule: that write succeeds and changes nothing, and so is found by reading back.
 */
#include "gate.h"

#include "common/cgroup_wait.h"
#include "group.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a group that was removed may still count as one that is there, in nanoseconds. */
#define GONE_SOON UINT64_C(2000000000)

int gate_read(const struct cg_hierarchy *h, const char *group, struct device_list *ret, struct err *e)
{
	return h->v2 ? gate_v2_read(h, group, ret, e) : gate_v1_read(h, group, ret, e);
}

int gate_change(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e)
{
	return h->v2 ? gate_v2_change(h, group, change, e) : gate_v1_change(h, group, change, e);
}

int gate_v1_read(const struct cg_hierarchy *h, const char *group, struct device_list *ret, struct err *e)
{
	char text[DEVICE_TEXT_MAX], *line, *save = NULL;

	ret->base = DEVICE_NONE;
	ret->n = 0;
	if (cg_read(h, group, "devices.list", text, sizeof(text)) < 0)
		return err_set(e, errno, "read '%s/%s/devices.list'", h->mount, group);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (device_list_change(ret, true, line, NULL) < 0)
			return err_set(e, errno, "read '%s/%s/devices.list': '%s'", h->mount, group, line);
	return 0;
}

/* The two files, opened when they are first written to. */
struct files {
	const struct cg_hierarchy *h;
	const char *group;
	int fd[2]; /* deny, allow */
};

/* Whether a group is below: the directory has a link from each. */
static bool has_below(const struct cg_hierarchy *h, const char *group)
{
	char path[PATH_MAX];
	struct stat st;
	struct err e;

	return cg_path(h, group, path, &e) < 0 || stat(path, &st) < 0 || st.st_nlink > 2;
}

/* One write. The kernel changes all of a list only while no group is below, and takes notice of one that was removed a
 * little later. */
static int write_text(const struct files *f, bool allow, const char *text)
{
	struct cg_wait w;

	cg_wait_begin(&w, GONE_SOON);
	while (write(f->fd[allow], text, strlen(text)) < 0)
		if (errno != EINVAL || strcmp(text, "a") != 0 || has_below(f->h, f->group) || !cg_wait_pause(&w))
			return -1;
	return 0;
}

/* Writes a rule to devices.allow or devices.deny. */
static int write_rule(struct files *f, bool allow, const char *text, const char *asked, struct err *e)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s/devices.%s", f->h->mount, f->group, allow ? "allow" : "deny");

	if (n < 0 || n >= (int)sizeof(path))
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", f->group);
	if (f->fd[allow] < 0)
		f->fd[allow] = open(path, O_WRONLY | O_CLOEXEC);
	if (f->fd[allow] >= 0 && write_text(f, allow, text) == 0)
		return 0;
	err_set(e, errno, "setting '%s': write '%s' to '%s'", asked, text, path);
	if (e->code == EPERM && allow)
		return err_hint(e, "the parent group may not use that device (or it takes CAP_SYS_ADMIN)");
	if (e->code == EINVAL && !strcmp(text, "a"))
		return err_hint(e, "the kernel changes all of a list only while no group is below");
	return -1;
}

/* Every write of a change. */
static int write_all(struct files *f, const struct device_list *change, struct err *e)
{
	char text[32];
	size_t i;

	if (change->base != DEVICE_KEEP && write_rule(f, change->base == DEVICE_ALL, "a", change->asked, e) < 0)
		return -1;
	for (i = 0; i < change->n; i++)
		if (write_rule(f, change->rule[i].allow, device_rule_text(&change->rule[i], text),
		               change->rule[i].asked, e) < 0)
			return -1;
	return 0;
}

/* Whether a later rule says otherwise about the same device. */
static bool is_overruled(const struct device_list *change, size_t i)
{
	size_t k;

	for (k = i + 1; k < change->n; k++)
		if (change->rule[k].allow != change->rule[i].allow &&
		    device_rules_meet(&change->rule[i], &change->rule[k]))
			return true;
	return false;
}

/* Whether what was written holds. A list that begins with all does not tell its exceptions. */
static int check(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e)
{
	struct device_list now;
	char text[32];
	size_t i;

	if (gate_v1_read(h, group, &now, e) < 0)
		return -1;
	for (i = 0; now.base == DEVICE_NONE && i < change->n; i++) {
		const struct device_rule *r = &change->rule[i];

		if (is_overruled(change, i) || (r->allow ? device_list_covers(&now, r) : !device_list_touches(&now, r)))
			continue;
		err_set(e, 0, "setting '%s' did not hold: '%s/%s/devices.list' %s '%s'", r->asked, h->mount, group,
		        r->allow ? "lacks" : "still allows", device_rule_text(r, text));
		return r->allow ? -1 : err_hint(e, "version 1 takes nothing out of a wider rule: deny that one");
	}
	return 0;
}

int gate_v1_change(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e)
{
	struct files f = {.h = h, .group = group, .fd = {-1, -1}};
	int r = write_all(&f, change, e);

	fd_close(&f.fd[0]);
	fd_close(&f.fd[1]);
	return r < 0 ? -1 : check(h, group, change, e);
}
