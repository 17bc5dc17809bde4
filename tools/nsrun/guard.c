/*
 * guard.c - see guard.h
 *
 * prctl(2)'s PR_SET_PDEATHSIG would be less work and has traps: it is about the thread that forked and not the process,
 * it is lost when the command changes its ids or executes a program with file capabilities, and a parent that dies
 * before it is set is never noticed. A pidfd names the process itself, whatever becomes of the command, and the child
 * goes on only when there is a guard.
 *
 * The child is killed. As the init of a PID namespace it takes everything in it along (pid_namespaces(7)).
 */
#include "guard.h"

#include "common/fd.h"
#include "common/proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

int guard_parent(pid_t expected, int *ret_fd, struct err *e)
{
	pid_t parent = getppid();

	if (expected && parent != expected)
		return err_set(e, 0, "--die-with-parent: the parent is process %ld and not %ld", (long)parent,
		               (long)expected);
	if (parent == 0)
		return err_set(e, 0, "--die-with-parent: the parent is outside of this PID namespace");
	*ret_fd = sys_pidfd_open(parent, 0);
	if (*ret_fd < 0)
		return err_set(e, errno, "--die-with-parent: open process %ld", (long)parent);
	/* Still our parent, so that the descriptor is its and not somebody's who got the number later. */
	if (getppid() != parent) {
		fd_close(ret_fd);
		return err_set(e, ESRCH, "--die-with-parent: process %ld", (long)parent);
	}
	return 0;
}

/* The guard's life: polls until one of the three has ended. Every signal that it could be sent by a terminal is
 * blocked already. */
static _Noreturn void watch(int parent_fd, int self_fd, int child_fd)
{
	const int keep[] = {parent_fd, self_fd, child_fd};
	struct pollfd p[] = {
	    {.fd = child_fd, .events = POLLIN}, {.fd = parent_fd, .events = POLLIN}, {.fd = self_fd, .events = POLLIN}};

	setsid();
	fd_close_from(0, keep, sizeof(keep) / sizeof(keep[0]));
	if (chdir("/") < 0)
		_exit(1);
	while (poll(p, sizeof(p) / sizeof(p[0]), -1) < 0 && errno == EINTR)
		;
	if (!p[0].revents)
		sys_pidfd_send_signal(child_fd, SIGKILL);
	_exit(0);
}

int guard_start(int parent_fd, int child_fd, struct err *e)
{
	AUTO_FD self = sys_pidfd_open(getpid(), 0);
	pid_t pid = self < 0 ? -1 : fork();

	if (pid < 0)
		return err_set(e, errno, "start the guard of --die-with-parent");
	if (pid == 0)
		watch(parent_fd, self, child_fd);
	return 0;
}
