/* subids.c - see subids.h */
#include "subids.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACCOUNTS_MAX (16 << 20)

/* What differs between users and groups. */
static const struct {
	const char *subids, *accounts, *map, *helper, *what;
} kinds[] = {
    [SUBID_USER] = {"/etc/subuid", "/etc/passwd", "uid_map", "newuidmap", "user"},
    [SUBID_GROUP] = {"/etc/subgid", "/etc/group", "gid_map", "newgidmap", "group"},
};

/* The login name of the current user into buf; "" when it has none. */
static void login_name(char *buf, size_t size)
{
	AUTO_FREE char *text = NULL;
	struct err e;
	size_t n;

	if (file_read(AT_FDCWD, "/etc/passwd", ACCOUNTS_MAX, &text, &n, &e) < 0 ||
	    idmap_account_name(text, geteuid(), buf, size) < 0)
		buf[0] = '\0';
}

/* "auto" and "subids": the first range of the user, by whom both files name their owners. */
static int add_owned(struct idmap *m, enum subid_kind kind, bool from_zero, struct err *e)
{
	AUTO_FREE char *text = NULL;
	struct id_range r;
	char name[256];
	size_t n;

	if (file_read(AT_FDCWD, kinds[kind].subids, ACCOUNTS_MAX, &text, &n, e) < 0)
		return -1;
	login_name(name, sizeof(name));
	if (idmap_subid(text, name[0] ? name : NULL, geteuid(), &r) < 0) {
		err_set(e, 0, "id map: '%s' has no range for user %u", kinds[kind].subids, geteuid());
		return err_hint(e, "add one: usermod --add-sub%cids 100000-165535 NAME",
		                kind == SUBID_USER ? 'u' : 'g');
	}
	if (r.outer == 0)
		return err_set(e, 0, "id map: '%s' gives user %u a range with id 0, which is root's own",
		               kinds[kind].subids, geteuid());
	r.inner = from_zero ? 0 : r.outer;
	return idmap_add(m, &r, e);
}

/* "all": what /proc/self/uid_map lists, each id to itself. */
static int add_all(struct idmap *m, enum subid_kind kind, struct err *e)
{
	AUTO_FREE char *text = NULL;
	char path[32], *save = NULL;
	size_t n;

	snprintf(path, sizeof(path), "/proc/self/%s", kinds[kind].map);
	if (file_read(AT_FDCWD, path, IDMAP_TEXT * 4, &text, &n, e) < 0)
		return -1;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct id_range r;

		if (sscanf(line, "%u %*u %u", &r.inner, &r.count) != 2)
			return err_set(e, 0, "read '%s': '%s'", path, line);
		r.outer = r.inner;
		if (idmap_add(m, &r, e) < 0)
			return -1;
	}
	return 0;
}

int subids_add(struct idmap *m, enum subid_kind kind, const char *what, struct err *e)
{
	if (strcmp(what, "all") == 0)
		return add_all(m, kind, e);
	return add_owned(m, kind, strcmp(what, "auto") == 0, e);
}

int subids_account(enum subid_kind kind, const char *name, uint32_t *ret, struct err *e)
{
	AUTO_FREE char *text = NULL;
	size_t n;

	if (file_read(AT_FDCWD, kinds[kind].accounts, ACCOUNTS_MAX, &text, &n, e) < 0)
		return -1;
	if (idmap_account(text, name, ret) < 0)
		return err_set(e, 0, "id map: no %s '%s' in '%s'", kinds[kind].what, name, kinds[kind].accounts);
	return 0;
}

/* newuidmap's arguments: its name, the pid, three numbers a range, NULL. The numbers lie in one block of text. */
static char **helper_argv(const char *helper, pid_t pid, const struct idmap *m, const char *text)
{
	size_t words = 3 + 3 * m->n, bytes = strlen(text) + 1 + 16;
	char **argv = malloc(words * sizeof(*argv) + bytes), *block, *save = NULL;
	size_t k = 2;

	if (!argv)
		return NULL;
	block = (char *)(argv + words);
	argv[0] = (char *)(uintptr_t)helper;
	argv[1] = block;
	block += snprintf(block, 16, "%ld", (long)pid) + 1;
	memcpy(block, text, strlen(text) + 1);
	for (char *w = strtok_r(block, " \n", &save); w && k + 1 < words; w = strtok_r(NULL, " \n", &save))
		argv[k++] = w;
	argv[k] = NULL;
	return argv;
}

/* The set-user-ID helper of package uidmap; it says itself what it refuses. */
static int write_by_helper(pid_t pid, enum subid_kind kind, const struct idmap *m, const char *text, struct err *e)
{
	AUTO_FREE char **argv = helper_argv(kinds[kind].helper, pid, m, text);
	struct exit_info x;
	pid_t helper = argv ? fork() : -1;

	if (helper < 0)
		return err_set(e, errno, "start %s", kinds[kind].helper);
	if (helper == 0) {
		chain_exec(argv, e);
		_exit(e->status);
	}
	if (exit_wait(helper, &x) < 0)
		return err_set(e, errno, "wait for %s", kinds[kind].helper);
	if (exit_to_status(&x) == 0)
		return 0;
	err_set(e, 0, "write %s by %s: status %d", kinds[kind].map, kinds[kind].helper, exit_to_status(&x));
	if (exit_to_status(&x) == EXIT_NOTFOUND)
		return err_hint(e, "install package uidmap");
	return err_hint(e, "'%s' must give these ids to user %u", kinds[kind].subids, geteuid());
}

/* Writes one map; by the helper where an ordinary user may not. */
static int write_map(pid_t pid, enum subid_kind kind, const struct idmap *m, struct err *e)
{
	char path[48], text[IDMAP_TEXT];

	if (m->n == 0)
		return 0;
	if (idmap_text(m, text, e) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, kinds[kind].map);
	if (file_write_kernel(AT_FDCWD, path, text, e) == 0)
		return 0;
	if (e->code == EPERM && geteuid() != 0)
		return write_by_helper(pid, kind, m, text, e);
	if (e->code == EPERM)
		return err_hint(e, "an id outside must be one that this user namespace has");
	return -1;
}

int subids_write(pid_t pid, const struct config *c, struct err *e)
{
	char path[48];

	if (c->setgroups != SETGROUPS_LEAVE) {
		snprintf(path, sizeof(path), "/proc/%ld/setgroups", (long)pid);
		if (file_write_kernel(AT_FDCWD, path, c->setgroups == SETGROUPS_DENY ? "deny" : "allow", e) < 0)
			return -1;
	}
	if (write_map(pid, SUBID_USER, &c->uids, e) < 0)
		return -1;
	return write_map(pid, SUBID_GROUP, &c->gids, e);
}
