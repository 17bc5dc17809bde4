/*
 * release.c - what a container has while it runs is given back: its control group and its networks.
 *
 * The two have nothing to do with each other and both wait for the kernel: the first network goes down beside the group.
 * The namespace goes with it; a container that has left its first network has a namespace of nobody's.
 */
#include "common/cgroup_end.h"
#include "common/msg.h"
#include "common/name.h"
#include "common/proc.h"
#include "ending.h"

#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

#define KILL_LIMIT UINT64_C(10000000000)

/* The name of its group; NULL when it has none. */
static const char *group_of(struct ending *x, const char *id)
{
	struct fact group = fact_line(&x->a, x->d.run, id, "cgroup");

	if (!group.n)
		return NULL;
	if (name_is_group(group.p))
		return group.p;
	msg("container '%.12s': its control group is damaged: '%s'", id, group.p);
	return NULL;
}

/* Where the groups are, found once. NULL when that fails, which is told. */
static const struct cg_map *groups(struct ending *x)
{
	static struct cg_map map;
	struct err e;

	if (!x->groups && cg_discover(&map, &e) < 0)
		msg_err(&e);
	else
		x->groups = &map;
	return x->groups;
}

void ending_kill(struct ending *x, const char *id)
{
	const char *group = group_of(x, id);
	struct err e;

	if (group && groups(x) && cg_kill(x->groups, group, KILL_LIMIT, &e) < 0 && e.code != ENOENT)
		msg_err(&e);
}

static void release_group(struct ending *x, const char *id)
{
	const char *group = group_of(x, id);
	struct err e;

	if (group && groups(x) && cg_end(x->groups, group, &e) < 0)
		msg_err(&e);
}

/* Starts netns-veth with those words, as vfork(2) does. Its pid, or 0. */
static pid_t start(struct ending *x, const char *one, const char *two, const char *three, const char *four)
{
	const char *const argv[] = {"netns-veth", one, two, three, four, NULL};
	pid_t pid;
	int code = posix_spawnp(&pid, x->netns_veth, NULL, NULL, (char *const *)(uintptr_t)argv, environ);

	if (code == 0)
		return pid;
	msg("start '%s': %s", x->netns_veth, strerror(code));
	return 0;
}

static void await(pid_t pid)
{
	struct exit_info ignored; /* it has told what failed */

	if (pid > 0)
		exit_wait(pid, &ignored);
}

/* Begins to take the namespace out of the next network of the list, which moves on. 0 at its end. */
static pid_t leave_next(struct ending *x, const char *netns, char **networks)
{
	char *name;

	while ((name = strsep(networks, "\n")) != NULL)
		if (name_is_file(name) && fact_exists(x->root_fd, arena_printf(&x->a, "networks/%s", name), "subnet"))
			return start(x, "down", netns, "--network",
			             arena_printf(&x->a, "%s/networks/%s", x->root, name));
	return 0;
}

void ending_release(struct ending *x, const char *id)
{
	struct fact netns = fact_line(&x->a, x->d.run, id, "netns");
	struct fact list = fact_line(&x->a, x->d.run, id, "networks");
	char *networks = list.p ? list.p : arena_copy(&x->a, "bridge", 6);
	bool has_net = netns.n && name_is_file(netns.p);
	pid_t pid = 0;

	if (fact_exists(x->d.run, id, "released"))
		return;
	if (has_net)
		pid = leave_next(x, netns.p, &networks);
	release_group(x, id);
	for (; pid > 0; pid = leave_next(x, netns.p, &networks))
		await(pid);
	if (has_net && access(arena_printf(&x->a, "/run/netns/%s", netns.p), F_OK) == 0)
		await(start(x, "netns", "del", netns.p, NULL));
}
