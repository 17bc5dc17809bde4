/*
 * group.c - making a group's directory, with what each version asks for on the way.
 *
 * v1: a new cpuset group has no CPU and no node and so takes no process: both are copied from its parent.
 * v2: a controller works in a group only when each of its ancestors has it in cgroup.subtree_control, and a group that
 *     has any there may not hold processes itself (the root may): the kernel then says EBUSY, and we say who it is.
 */
#include "group.h"

#include "own.h"

#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often a path is made again that others remove meanwhile. */
#define MAKE_TRIES 100

/* Whether one component of a path may be one. */
static bool component_ok(const char *c, size_t n)
{
	size_t i;

	if (n == 0 || n > NAME_MAX || c[0] == '.' || c[0] == '-')
		return false;
	for (i = 0; i < n; i++)
		if ((unsigned char)c[i] <= ' ' || c[i] == 0x7f || c[i] == '=')
			return false;
	return true;
}

/* A group's name that cannot be. */
static int name_error(const char *typed, struct err *e)
{
	err_set(e, 0, "control group '%s'", typed);
	e->status = EXIT_USAGE;
	return err_hint(e, "wanted: a path such as web/db, without '..', blanks, '=', a leading '.' or '-'");
}

int group_name(const char *typed, char ret[PATH_MAX], struct err *e)
{
	const char *c = typed + strspn(typed, "/");
	size_t len = strlen(c);

	if (!strcmp(typed, "/") || !strcmp(typed, ".")) {
		memcpy(ret, ".", sizeof("."));
		return 0;
	}
	if (len && c[len - 1] == '/')
		len--;
	if (len >= PATH_MAX - 600)
		return name_error(typed, e);
	memcpy(ret, c, len);
	ret[len] = '\0';
	for (c = ret;; c++) {
		size_t n = strcspn(c, "/");

		if (!component_ok(c, n))
			return name_error(typed, e);
		c += n;
		if (!*c)
			return 0;
	}
}

/* Adds an entry; -1 when memory is out. */
static int undo_add(struct undo *u, const struct cg_hierarchy *h, const char *group, const char *enabled)
{
	struct undo_entry *entry;

	if (u->n == u->room) {
		entry = realloc(u->entry, (u->room + 16) * sizeof(*entry));
		if (!entry)
			return -1;
		u->entry = entry;
		u->room += 16;
	}
	entry = &u->entry[u->n];
	*entry = (struct undo_entry){.h = h, .group = strdup(group), .enabled = enabled ? strdup(enabled) : NULL};
	u->n++;
	return entry->group && (!enabled || entry->enabled) ? 0 : -1;
}

/* "+a +b" or "-a -b" out of "a,b". */
static void control_text(const char *list, char sign, char *buf, size_t size)
{
	size_t n = 0;

	while (*list && n + 3 < size) {
		buf[n++] = sign;
		while (*list && *list != ',' && n + 3 < size)
			buf[n++] = *list++;
		if (*list == ',') {
			buf[n++] = ' ';
			list++;
		}
	}
	buf[n] = '\0';
}

/* Takes one entry back. What cannot be taken back (a stranger moved in meanwhile) stays. */
static void undo_one(const struct undo_entry *entry)
{
	char path[PATH_MAX], text[200];
	struct err e;

	if (!entry->group || (entry->enabled && !entry->enabled[0]))
		return;
	if (entry->enabled) {
		control_text(entry->enabled, '-', text, sizeof(text));
		cg_write(entry->h, entry->group, "cgroup.subtree_control", text, &e);
	} else if (cg_path(entry->h, entry->group, path, &e) == 0) {
		rmdir(path);
	}
}

void undo_run(struct undo *u)
{
	size_t i;

	for (i = u->n; i > 0; i--)
		undo_one(&u->entry[i - 1]);
	undo_forget(u);
}

void undo_forget(struct undo *u)
{
	size_t i;

	for (i = 0; i < u->n; i++) {
		free(u->entry[i].group);
		free(u->entry[i].enabled);
	}
	free(u->entry);
	*u = (struct undo){0};
}

/* Copies one file from the parent where the group's own is empty. */
static int inherit(const struct cg_hierarchy *h, const char *parent, const char *group, const char *file, struct err *e)
{
	char text[1024];

	if (cg_read(h, group, file, text, sizeof(text)) > 0)
		return 0;
	if (cg_read(h, parent, file, text, sizeof(text)) <= 0)
		return err_set(e, errno, "read '%s/%s/%s'", h->mount, parent, file);
	return cg_write(h, group, file, text, e);
}

/* A name and the command of a process that sits in the group, for messages; "" when none is seen. */
static void who_sits(const struct cg_hierarchy *h, const char *group, char *buf, size_t size)
{
	char procs[64], comm[32] = "?", path[64];
	int pid;

	buf[0] = '\0';
	if (cg_read(h, group, "cgroup.procs", procs, sizeof(procs)) <= 0)
		return;
	pid = atoi(procs);
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file_read_line(AT_FDCWD, path, comm, sizeof(comm));
	snprintf(buf, size, "process %d (%s) sits in it", pid, comm);
}

/* Words a refused write to cgroup.subtree_control. */
static int enable_error(const struct cg_hierarchy *h, const char *group, const char *list, int code, struct err *e)
{
	char who[96];

	err_set(e, code, "enable '%s' in '%s/%s/cgroup.subtree_control'", list, h->mount, group);
	if (code == ENOENT)
		return err_hint(e, "the group's own parent does not give it these controllers");
	if (code != EBUSY)
		return own_hint(e);
	who_sits(h, group, who, sizeof(who));
	return err_hint(e,
	                "on v2 a group with processes cannot hand controllers to its children: %s; move it to a child "
	                "of its own (cgset --pid)",
	                who[0] ? who : "a process sits in it");
}

/* Removes from list what the group's subtree_control has already. */
static void only_missing(const struct cg_hierarchy *h, const char *group, const char *list, char *ret, size_t size)
{
	char have[256] = "", *c;
	size_t n = 0;

	cg_read(h, group, "cgroup.subtree_control", have, sizeof(have));
	for (c = have; *c; c++)
		if (*c == ' ')
			*c = ',';
	ret[0] = '\0';
	while (*list) {
		size_t len = strcspn(list, ",");
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		if (!cg_list_has(have, name))
			n += (size_t)snprintf(ret + n, size - n, "%s%s", n ? "," : "", name);
		list += len + (list[len] == ',');
	}
}

/* Enables the controllers for the children of a group on v2. */
static int enable(const struct cg_hierarchy *h, const char *group, const char *list, struct undo *undo, struct err *e)
{
	char missing[160], text[200];

	only_missing(h, group, list, missing, sizeof(missing));
	if (!missing[0])
		return 0;
	control_text(missing, '+', text, sizeof(text));
	if (cg_write(h, group, "cgroup.subtree_control", text, e) < 0)
		return enable_error(h, group, missing, e->code, e);
	if (undo_add(undo, h, group, missing) < 0)
		return err_set(e, ENOMEM, "make control group '%s'", group);
	return 0;
}

/* A child of a v2 group that has processes and hands out only threaded controllers (cpu, cpuset, pids) is made without
 * complaint, but its type is "domain invalid" and nothing can ever join it. */
static int check_type(const struct cg_hierarchy *h, const char *parent, const char *group, struct err *e)
{
	char type[32], who[96];

	if (!strcmp(parent, ".") || cg_read(h, group, "cgroup.type", type, sizeof(type)) < 0 ||
	    strcmp(type, "domain invalid") != 0)
		return 0;
	who_sits(h, parent, who, sizeof(who));
	err_set(e, EBUSY, "make control group '%s/%s'", h->mount, group);
	return err_hint(
	    e,
	    "no process could join it, for its parent has processes and hands out controllers: %s; move it to "
	    "a child of its own (cgset --pid)",
	    who[0] ? who : "a process sits in it");
}

/* Makes one directory below an existing parent. */
static int make_one(const struct cg_hierarchy *h, const char *parent, const char *group, struct undo *undo,
                    struct err *e)
{
	char path[PATH_MAX];
	bool made;

	if (cg_path(h, group, path, e) < 0)
		return -1;
	made = mkdir(path, 0755) == 0;
	if (!made) {
		struct stat st;

		if (errno == EEXIST && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
			errno = ENOTDIR;
		if (errno != EEXIST) {
			err_set(e, errno, "make control group '%s'", path);
			return own_hint(e);
		}
	}
	if (made && undo_add(undo, h, group, NULL) < 0)
		return err_set(e, ENOMEM, "make control group '%s'", group);
	if (h->v2)
		return made ? check_type(h, parent, group, e) : 0;
	if (!cg_list_has(h->controllers, "cpuset"))
		return 0;
	/* Who made it may not have come so far yet. */
	if (inherit(h, parent, group, "cpuset.cpus", e) < 0)
		return -1;
	return inherit(h, parent, group, "cpuset.mems", e);
}

/* Makes the group and what is missing above it, from the top. */
static int make_path(const struct cg_hierarchy *h, const char *group, const char *enable_list, struct undo *undo,
                     struct err *e)
{
	char part[PATH_MAX], parent[PATH_MAX] = ".";
	const char *c = group;

	if (!strcmp(group, "."))
		return 0;
	for (;;) {
		size_t n = (size_t)(c - group) + strcspn(c, "/");

		memcpy(part, group, n);
		part[n] = '\0';
		if (h->v2 && enable_list[0] && enable(h, parent, enable_list, undo, e) < 0)
			return -1;
		if (make_one(h, parent, part, undo, e) < 0)
			return -1;
		if (!group[n])
			return 0;
		memcpy(parent, part, n + 1);
		c = group + n + 1;
	}
}

int group_make(const struct cg_hierarchy *h, const char *group, const char *enable_list, struct undo *undo,
               struct err *e)
{
	int tries = MAKE_TRIES;

	/* Others may remove a group above as empty between our making it and what comes next. */
	while (make_path(h, group, enable_list, undo, e) < 0)
		if ((e->code != ENOENT && e->code != ENODEV) || --tries == 0)
			return -1;
	return 0;
}

/* Gives away one file of the group's; one that this kernel has not is passed over. */
static int chown_one(const struct cg_hierarchy *h, const char *group, const char *file, uid_t uid, gid_t gid,
                     struct err *e)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s/%s", h->mount, group, file);

	if (n < 0 || n >= (int)sizeof(path))
		return err_set(e, ENAMETOOLONG, "give away control group '%.200s...'", group);
	if (chown(path, uid, gid) < 0 && errno != ENOENT)
		return err_set(e, errno, "give '%s' to %u:%u", path, (unsigned int)uid, (unsigned int)gid);
	return 0;
}

int group_chown(const struct cg_hierarchy *h, const char *group, uid_t uid, gid_t gid, struct err *e)
{
	char files[1024] = "cgroup.procs\ncgroup.threads\ncgroup.subtree_control", *file, *save = NULL;
	AUTO_FD fd = h->v2 ? open("/sys/kernel/cgroup/delegate", O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd < 0 ? -1 : read(fd, files, sizeof(files) - 1);

	if (n > 0)
		files[n] = '\0';
	if (!h->v2)
		snprintf(files, sizeof(files), "cgroup.procs\ntasks");
	for (file = strtok_r(files, "\n", &save); file; file = strtok_r(NULL, "\n", &save))
		if (!strchr(file, '/') && chown_one(h, group, file, uid, gid, e) < 0)
			return -1;
	return chown_one(h, group, "", uid, gid, e);
}
