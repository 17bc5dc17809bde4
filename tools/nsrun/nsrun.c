/*
 * nsrun - create or join namespaces, run a command in them and supervise it.
 *
 *   nsrun ──(--detach: fork)── supervisor ──clone3── child ──exec── command
 *
 * config.c (and maps.c) read the options, detach.c goes into the background, supervise.c is the supervisor's life, launch.c its
 * way to the child, child.c the child's way to the command, finish.c the end; guard.c is --die-with-parent.
 */
#include "config.h"
#include "detach.h"
#include "guard.h"
#include "supervise.h"

#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <string.h>

/* Closes every descriptor above 2 that was not named; of those only the ones for the command survive an exec. */
static void adopt_fds(const struct config *c)
{
	int keep[5 + NS_COUNT + KEEP_FDS_MAX];
	size_t n = 0;

	if (c->stdout_fd >= 0)
		keep[n++] = c->stdout_fd;
	if (c->stderr_fd >= 0)
		keep[n++] = c->stderr_fd;
	if (c->drain_fd >= 0)
		keep[n++] = c->drain_fd;
	if (c->status_fd >= 0)
		keep[n++] = c->status_fd;
	if (c->block_fd >= 0)
		keep[n++] = c->block_fd;
	for (int i = 0; i < NS_COUNT; i++)
		if (c->ns[i].how == NS_JOIN && c->ns[i].fd >= 0)
			keep[n++] = c->ns[i].fd;
	for (size_t i = 0; i < n; i++)
		fd_cloexec(keep[i], true);
	for (size_t i = 0; i < c->n_keep_fds; i++)
		keep[n++] = c->keep_fds[i];
	fd_close_from(3, keep, n);
}

int main(int argc, char **argv)
{
	static struct config c;
	int parent_fd = -1;
	struct err e;

	msg_init("nsrun");
	if (fd_open_stdio() < 0)
		die(EXIT_OWN, "open '/dev/null': %s", strerror(errno));
	config_read(&c, argc, argv);
	adopt_fds(&c);
	if (c.die_with_parent && guard_parent(c.parent, &parent_fd, &e) < 0)
		die_err(EXIT_OWN, &e);
	return supervise(&c, c.detach ? detach() : -1, parent_fd);
}
