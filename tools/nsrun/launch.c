/*
 * launch.c - see launch.h
 *
 * Who does what, and why there:
 *
 *   supervisor, before the clone   opens what is joined (paths are the caller's); enters a PID namespace that is
 *                                  joined, because setns(2) moves only children into it; makes a time namespace
 *                                  with offsets, because they cannot be set once a process is in it. Both are taken
 *                                  back after the clone.
 *   clone3(2)                      every new namespace at once, owned by the new user namespace if there is one, and
 *                                  the v2 group.
 *   child                          v1 groups, then the cgroup namespace (its root is the group that it is made in);
 *                                  what else is in child.c.
 *   supervisor, after the clone    id maps (only a process outside may write more than one line) and bind mounts of
 *                                  persistent namespaces (only here is the caller's mount namespace). The child
 *                                  waits for both on a socket pair. For --status-fd and --block-fd it waits there a
 *                                  second time, when its namespaces are complete (supervise.c).
 *
 * With a new user namespace the joining is done in the supervisor and taken back: the child has no privileges over
 * namespaces that are not its own user namespace's.
 */
#include "launch.h"
#include "child.h"
#include "guard.h"
#include "owner.h"
#include "refusal.h"
#include "subids.h"

#include "common/fd.h"
#include "common/num.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int run_find_groups(struct run *r, struct err *e)
{
	const struct cg_hierarchy *memory;

	/* Not from the heap, which never shrinks: a supervisor lives long. */
	r->groups = mmap(NULL, sizeof(*r->groups), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (r->groups == MAP_FAILED) {
		r->groups = NULL;
		return err_set(e, errno, "allocate");
	}
	if (cg_discover(r->groups, e) < 0)
		return -1;
	memory = cg_find(r->groups, "memory");
	if (memory)
		r->memory = *memory;
	return 0;
}

void run_drop_groups(struct run *r)
{
	if (r->groups)
		munmap(r->groups, sizeof(*r->groups));
	r->groups = NULL;
}

/* "fd:N", a pid, or the path of a namespace file. */
static int open_join(const struct ns_want *w, const struct ns_kind *k, struct err *e)
{
	char path[64];
	pid_t pid;
	int fd;

	if (w->fd >= 0)
		return w->fd;
	if (num_pid(w->path, &pid) == 0) {
		snprintf(path, sizeof(path), "/proc/%ld/ns/%s", (long)pid, k->proc_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	} else {
		fd = open(w->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	if (fd < 0)
		err_set(e, errno, "join %s namespace '%s'", k->name, w->path);
	return fd;
}

/* A namespace file of another kind, or none at all, is refused by name; a pidfd passes. */
static int check_join(int fd, const char *what, const struct ns_kind *k, struct err *e)
{
	int type = ioctl(fd, NS_GET_NSTYPE);
	const struct ns_kind *is = type > 0 ? ns_by_flag(type) : NULL;
	char link[32], target[64];
	ssize_t n;

	if (type == k->flag)
		return 0;
	if (is)
		return err_set(e, 0, "join %s namespace '%s': it is a %s namespace", k->name, what, is->name);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof(target) - 1);
	if (n > 0 && (size_t)n < sizeof(target)) {
		target[n] = '\0';
		if (strstr(target, "[pidfd]"))
			return 0;
	}
	return err_set(e, 0, "join %s namespace '%s': not a namespace", k->name, what);
}

static int open_joins(struct run *r, struct err *e)
{
	for (int i = 0; i < NS_COUNT; i++) {
		const struct ns_want *w = &r->c->ns[i];

		if (w->how != NS_JOIN)
			continue;
		r->join[i] = open_join(w, &ns_table[i], e);
		if (r->join[i] < 0 || check_join(r->join[i], w->path, &ns_table[i], e) < 0)
			return -1;
	}
	return 0;
}

/* Whether a namespace is joined in the supervisor, for the child to be born into. */
static bool joins_outside(const struct config *c, const struct ns_kind *k)
{
	if (config_ns_const(c, k->letter)->how != NS_JOIN)
		return false;
	return k->letter == 'p' || (k->letter != 'U' && config_ns_const(c, 'U')->how == NS_NEW);
}

/* Whether the supervisor makes the time namespace: with offsets and without a new user namespace, which would have to
 * own it. */
static bool makes_time(const struct config *c)
{
	return (c->has_monotonic || c->has_boottime) && config_ns_const(c, 'U')->how == NS_KEEP;
}

/* The supervisor's own namespaces and directory, kept to come back to. */
struct home {
	int ns[NS_COUNT];
	int cwd;
};

/* Enters or makes what the child is to be born into. */
static int leave_home(struct run *r, struct home *h, struct err *e)
{
	for (int i = 0; i < NS_COUNT; i++) {
		const struct ns_kind *k = &ns_table[i];
		bool makes = k->letter == 'T' && makes_time(r->c);
		char path[32];

		if (!makes && !joins_outside(r->c, k))
			continue;
		snprintf(path, sizeof(path), "/proc/self/ns/%s", k->proc_name);
		h->ns[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (k->letter == 'm')
			h->cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (h->ns[i] < 0 || (k->letter == 'm' && h->cwd < 0))
			return err_set(e, errno, "open '%s'", path);
		if (makes ? unshare(k->flag) < 0 : setns(r->join[i], k->flag) < 0) {
			return makes ? refusal(r->c, (unsigned long)k->flag, errno, e)
			             : err_set(e, errno, "join %s namespace '%s'", k->name, r->c->ns[i].path);
		}
		if (makes && child_time_offsets(r->c, e) < 0)
			return -1;
	}
	return 0;
}

/* Comes back; the supervisor sees the caller's files and starts on-exit in the caller's namespaces. */
static int come_home(struct home *h, struct err *e)
{
	for (int i = NS_COUNT - 1; i >= 0; i--) {
		if (h->ns[i] < 0)
			continue;
		if (setns(h->ns[i], ns_table[i].flag) < 0)
			return err_set(e, errno, "return to the own %s namespace", ns_table[i].name);
		fd_close(&h->ns[i]);
	}
	if (h->cwd >= 0 && fchdir(h->cwd) < 0)
		return err_set(e, errno, "return to the own directory");
	fd_close(&h->cwd);
	return 0;
}

/* The flags for clone3: without what the child has to make later itself. */
static unsigned long long clone_flags(const struct run *r)
{
	unsigned long long flags = config_new_flags(r->c);

	flags &= ~(unsigned long long)child_unshares(r->c);
	if (makes_time(r->c))
		flags &= ~(unsigned long long)ns_by_letter('T')->flag;
	return flags;
}

/* What a refused clone3 means; codes that only the group can cause first. */
static int clone_error(const struct run *r, unsigned long long flags, int code, struct err *e)
{
	if (code == ENOSYS) {
		err_set(e, code, "clone3");
		return err_hint(e, "Linux 5.3 or newer is needed, and a seccomp filter that allows it");
	}
	if (r->group_fd >= 0 && r->c->set_owner && code == EACCES) {
		err_set(e, code, "start in control group '%s'", r->c->group);
		return err_hint(e, "the owner must be allowed to write to its cgroup.procs");
	}
	if (r->group_fd >= 0 && (code == EBUSY || code == EOPNOTSUPP || code == ENODEV)) {
		err_set(e, code, "start in control group '%s'", r->c->group);
		return err_hint(e, "a v2 group takes a process only when its type is 'domain' and its "
		                   "cgroup.subtree_control is empty");
	}
	return refusal(r->c, (unsigned long)flags, code, e);
}

/* The one clone. In the child it does not come back. */
static int clone_child(struct run *r, struct err *e)
{
	unsigned long long flags = clone_flags(r);
	struct owner_before before;
	struct err other;
	struct clone_args a = {
	    .flags = flags | CLONE_PIDFD,
	    .pidfd = (uint64_t)(uintptr_t)&r->pidfd,
	    .exit_signal = SIGCHLD,
	};
	long pid;
	int code;

	if (r->group_fd >= 0) {
		a.flags |= CLONE_INTO_CGROUP;
		a.cgroup = (uint64_t)r->group_fd;
	}
	if (owner_become(r->c, &before, e) < 0) {
		owner_leave(r->c, &before, &other);
		return -1;
	}
	pid = syscall(SYS_clone3, &a, sizeof(a));
	if (pid == 0)
		child_run(r);
	code = errno;
	r->pid = pid < 0 ? 0 : (pid_t)pid;
	if (owner_leave(r->c, &before, e) < 0)
		return -1;
	return pid < 0 ? clone_error(r, flags, code, e) : 0;
}

/* Binds one namespace of the child to its file, which is made when it is missing. */
static int persist(struct run *r, int i, struct err *e)
{
	const char *path = r->c->ns[i].path;
	char source[64];
	AUTO_FD fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

	r->made[i] = fd >= 0;
	if (fd < 0 && errno != EEXIST)
		return err_set(e, errno, "make '%s'", path);
	/* A time namespace made by the child itself is entered only at its exec. */
	snprintf(source, sizeof(source), "/proc/%ld/ns/%s%s", (long)r->pid, ns_table[i].proc_name,
	         ns_table[i].letter == 'T' ? "_for_children" : "");
	r->bound[i] = mount(source, path, NULL, MS_BIND, NULL) == 0;
	if (r->bound[i])
		return 0;
	err_set(e, errno, "bind the %s namespace to '%s'", ns_table[i].name, path);
	if (ns_table[i].letter == 'm' && e->code == EINVAL)
		err_hint(e, "the file must lie on a mount that is not shared: mount --make-private");
	return -1;
}

void launch_undo(struct run *r)
{
	for (int i = 0; i < NS_COUNT; i++) {
		if (r->bound[i])
			umount2(r->c->ns[i].path, MNT_DETACH);
		if (r->made[i])
			unlink(r->c->ns[i].path);
		r->bound[i] = r->made[i] = false;
	}
}

static bool persists(const struct config *c)
{
	for (int i = 0; i < NS_COUNT; i++)
		if (c->ns[i].how == NS_NEW && c->ns[i].path)
			return true;
	return false;
}

/* Whether the child's own user namespace keeps it from setting its attributes. */
static bool child_lacks_rights(const struct config *c)
{
	return attribute_any(&c->attributes) && config_ns_const(c, 'U')->how == NS_NEW;
}

/* Whether the child has to wait for work from outside. */
static bool needs_sync(const struct config *c)
{
	return c->uids.n || c->gids.n || c->setgroups || persists(c) || config_has_gate(c) || c->die_with_parent ||
	       child_lacks_rights(c);
}

/* Waits until the child is where its namespaces exist, does the work from outside, lets it go on. */
static int serve_child(struct run *r, struct err *e)
{
	char c;
	ssize_t n;

	do
		n = read(r->sync[0], &c, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		return 0; /* it has died: the report says why */
	for (int i = 0; i < NS_COUNT; i++)
		if (r->c->ns[i].how == NS_NEW && r->c->ns[i].path && persist(r, i, e) < 0)
			return -1;
	if (subids_write(r->pid, r->c, e) < 0 ||
	    (child_lacks_rights(r->c) && attribute_apply(&r->c->attributes, r->pid, e) < 0) ||
	    (r->parent_fd >= 0 && guard_start(r->parent_fd, r->pidfd, e) < 0))
		return -1;
	fd_close(&r->parent_fd);
	/* A child that has died meanwhile needs no answer. */
	(void)send(r->sync[0], &c, 1, MSG_NOSIGNAL);
	return 0;
}

/* Everything that has to exist before the clone. */
static int prepare(struct run *r, struct err *e)
{
	const int stdio[3] = {STDIN_FILENO, r->c->stdout_fd >= 0 ? r->c->stdout_fd : STDOUT_FILENO,
	                      r->c->stderr_fd >= 0 ? r->c->stderr_fd : STDERR_FILENO};

	/* Of those of a further start that has been done. */
	if (r->c->guard_stdio && r->restart.count == 0 && stdio_guard(stdio, &r->guard, e) < 0)
		return -1;
	if (open_joins(r, e) < 0)
		return -1;
	if (r->c->group && cg_open_v2(r->groups, r->c->group, &r->group_fd, e) < 0)
		return -1;
	/* A chain that reports and does not end may not hold the supervisor up. */
	if (pipe2(r->report, O_CLOEXEC) < 0 || fcntl(r->report[0], F_SETFL, O_NONBLOCK) < 0)
		return err_set(e, errno, "pipe");
	if (needs_sync(r->c) && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, r->sync) < 0)
		return err_set(e, errno, "socket pair");
	return 0;
}

/* A child that cannot be completed goes. */
static void end_child(struct run *r)
{
	struct exit_info x;

	sys_pidfd_send_signal(r->pidfd, SIGKILL);
	exit_wait(r->pid, &x);
	r->pid = 0;
	launch_undo(r);
}

int launch(struct run *r, struct err *e)
{
	struct home home = {.cwd = -1};
	struct err other;
	int failed;

	for (int i = 0; i < NS_COUNT; i++)
		home.ns[i] = -1;
	if (prepare(r, e) < 0)
		return -1;
	failed = leave_home(r, &home, e) < 0 || clone_child(r, e) < 0;
	if (come_home(&home, failed ? &other : e) < 0 || failed) {
		if (r->pid)
			end_child(r);
		return -1;
	}
	fd_close(&r->report[1]);
	fd_close(&r->sync[1]);
	fd_close(&r->group_fd);
	for (int i = 0; i < NS_COUNT; i++)
		fd_close(&r->join[i]);
	if (r->sync[0] >= 0 && serve_child(r, e) < 0) {
		end_child(r);
		return -1;
	}
	if (!config_has_gate(r->c))
		fd_close(&r->sync[0]);
	return 0;
}
