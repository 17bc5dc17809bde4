/*
 * child.c - see child.h
 *
 * The order is one of needs: groups before the cgroup namespace; the id maps before ids are changed; joining while
 * the privileges are still there; files of the host (/proc, the groups) before a mount namespace or root is entered;
 * ids before the parent-death signal, which a change of ids clears; the report's own descriptor last.
 */
#include "child.h"
#include "attribute.h"
#include "binfmt.h"
#include "refusal.h"
#include "sysctl.h"

#include "common/chain.h"
#include "common/fd.h"
#include "common/land.h"
#include "common/msg.h"
#include "common/reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

unsigned long child_unshares(const struct config *c)
{
	unsigned long all = config_new_flags(c), flags = 0;

	if (config_ns_const(c, 'U')->how == NS_JOIN)
		return all & ~(unsigned long)CLONE_NEWPID;
	if (c->group)
		flags |= CLONE_NEWCGROUP;
	if ((c->has_monotonic || c->has_boottime) && config_ns_const(c, 'U')->how == NS_NEW)
		flags |= (unsigned long)ns_by_letter('T')->flag;
	return all & flags;
}

int child_time_offsets(const struct config *c, struct err *e)
{
	char text[96];
	int n = 0;

	if (c->has_monotonic)
		n += snprintf(text, sizeof(text), "monotonic %lld 0\n", (long long)c->monotonic);
	if (c->has_boottime)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "boottime %lld 0\n", (long long)c->boottime);
	return n ? file_write_kernel(AT_FDCWD, "/proc/self/timens_offsets", text, e) : 0;
}

/* unshare(2) of what clone3 could not make, with the offsets of the clocks. */
static int unshare_rest(const struct config *c, struct err *e)
{
	unsigned long flags = child_unshares(c);

	if (!flags)
		return 0;
	if (unshare((int)flags) < 0)
		return refusal(c, flags, errno, e);
	if (flags & (unsigned long)ns_by_letter('T')->flag)
		return child_time_offsets(c, e);
	return 0;
}

/* What uses the host's files: control groups of v1, the OOM score. */
static int enter_groups(const struct run *r, struct err *e)
{
	char text[16];

	if (r->c->group && cg_join(r->groups, r->c->group, false, e) < 0)
		return e->code == ENOENT ? err_hint(e, "make it first: cgset %s", r->c->group) : -1;
	if (!r->c->set_oom_score)
		return 0;
	snprintf(text, sizeof(text), "%d", r->c->oom_score);
	return file_write_kernel(AT_FDCWD, "/proc/self/oom_score_adj", text, e);
}

/* Lets the supervisor write the id maps and bind the namespaces. */
static void wait_for_supervisor(const struct run *r)
{
	char c = 0;
	ssize_t n;

	close(r->sync[0]);
	if (send(r->sync[1], &c, 1, MSG_NOSIGNAL) != 1)
		_exit(EXIT_OWN);
	do
		n = read(r->sync[1], &c, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(EXIT_OWN); /* the supervisor has failed, and tells it itself */
}

/* Says that the namespaces are complete and waits to be let go on, with the caller's signal mask, so that a signal
 * that ends a process ends this one too. */
static void wait_at_gate(const struct run *r)
{
	struct pollfd p = {.fd = r->sync[1], .events = POLLIN};
	char c = 0;

	if (send(r->sync[1], &c, 1, MSG_NOSIGNAL) != 1)
		_exit(EXIT_OWN);
	while (ppoll(&p, 1, NULL, &r->mask) < 0 && errno == EINTR)
		;
	if (read(r->sync[1], &c, 1) != 1)
		_exit(EXIT_OWN);
}

static int join_one(const struct run *r, int i, struct err *e)
{
	if (r->join[i] < 0 || setns(r->join[i], ns_table[i].flag) == 0)
		return 0;
	err_set(e, errno, "join %s namespace '%s'", ns_table[i].name, r->c->ns[i].path);
	return e->code == EPERM && geteuid() != 0 ? err_hint(e, "be root, or join its user namespace too") : -1;
}

/* Joins what the supervisor has not joined for us. Root joins the user namespace last, since it takes the privileges
 * over the others away; another user first, since it gives them. */
static int join_all(const struct run *r, struct err *e)
{
	bool user_last = geteuid() == 0;
	int user = (int)(ns_by_letter('U') - ns_table);
	int pid = (int)(ns_by_letter('p') - ns_table);

	if (r->c->ns[user].how == NS_NEW)
		return 0;
	if (r->join[user] >= 0 || r->join[pid] >= 0)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* nothing inside may look into us before the exec */
	if (r->join[user] >= 0)
		(void)setgroups(0, NULL); /* inside it may be denied; set_group() looks whether any are left */
	if (!user_last && join_one(r, user, e) < 0)
		return -1;
	for (int i = 0; i < NS_COUNT; i++)
		if (i != user && i != pid && join_one(r, i, e) < 0)
			return -1;
	return user_last ? join_one(r, user, e) : 0;
}

/* The network namespace's lo, up. */
static int set_loopback_up(struct err *e)
{
	AUTO_FD fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		return err_set(e, errno, "set lo up");
	return 0;
}

static int set_names(const struct config *c, struct err *e)
{
	if (c->hostname && sethostname(c->hostname, strlen(c->hostname)) < 0)
		return err_set(e, errno, "set the host name '%s'", c->hostname);
	if (c->domainname && setdomainname(c->domainname, strlen(c->domainname)) < 0)
		return err_set(e, errno, "set the domain name '%s'", c->domainname);
	if (c->loopback_up && set_loopback_up(e) < 0)
		return -1;
	for (size_t i = 0; i < c->n_sysctls; i++)
		if (sysctl_write(c->sysctls[i], e) < 0)
			return -1;
	return 0;
}

/* Mounts a proc of the PID namespace we are in. One that is there is made private first, unless that has happened to
 * all. */
static int mount_proc(const struct config *c, struct err *e)
{
	if ((c->root || c->propagation != (MS_REC | MS_PRIVATE)) &&
	    mount(NULL, c->mount_proc, NULL, MS_PRIVATE | MS_REC, NULL) < 0 && errno != EINVAL)
		return err_set(e, errno, "make '%s' private", c->mount_proc);
	if (mount("proc", c->mount_proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		err_set(e, errno, "mount proc on '%s'", c->mount_proc);
		if (e->code == EPERM)
			return err_hint(e, "the user namespace must own the PID namespace too, and the proc that is "
			                   "there must have nothing mounted over it");
		return -1;
	}
	return 0;
}

/* Propagation, root, working directory, /proc: in unshare's order. */
static int set_view(const struct config *c, struct err *e)
{
	if (config_ns_const(c, 'm')->how == NS_NEW && c->propagation &&
	    mount(NULL, "/", NULL, c->propagation, NULL) < 0)
		return err_set(e, errno, "change the propagation of '/'");
	if (binfmt_outside(c, e) < 0)
		return -1;
	if (c->root && (chroot(c->root) < 0 || chdir("/") < 0))
		return err_set(e, errno, "change the root directory to '%s'", c->root);
	if (c->wd && chdir(c->wd) < 0)
		return err_set(e, errno, "change the working directory to '%s'", c->wd);
	if (c->mount_proc && mount_proc(c, e) < 0)
		return -1;
	return binfmt_inside(c, e);
}

static int set_attributes(const struct config *c, struct err *e)
{
	if (c->set_umask)
		umask(c->umask);
	/* In a user namespace of its own the supervisor has done it. */
	return config_ns_const(c, 'U')->how == NS_NEW ? 0 : attribute_apply(&c->attributes, 0, e);
}

static int set_group(gid_t gid, struct err *e)
{
	/* Where setgroups is denied there may be nothing to drop. */
	if (setgroups(0, NULL) < 0 && getgroups(0, NULL) != 0) {
		err_set(e, errno, "drop the supplementary groups");
		return e->code == EPERM
		           ? err_hint(e, "setgroups is denied or no group is mapped in this user namespace")
		           : -1;
	}
	if (setgid(gid) < 0)
		return err_set(e, errno, "set group id %u", gid);
	return 0;
}

/* -G, -S and the capabilities; in a user namespace that was joined the ids are 0 unless told otherwise, as nsenter has it. */
static int set_ids(const struct config *c, struct err *e)
{
	bool joined = config_ns_const(c, 'U')->how == NS_JOIN;

	if (caps_bound(&c->caps, e) < 0)
		return -1;
	if ((c->keep_caps || caps_outlive_ids(&c->caps)) && c->set_uid)
		prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	if ((c->set_gid || joined) && set_group(c->gid, e) < 0)
		return -1;
	if ((c->set_uid || joined) && setuid(c->uid) < 0)
		return err_set(e, errno, "set user id %u", c->uid);
	if (c->keep_caps && config_ns_const(c, 'U')->how == NS_NEW && land_caps_keep(e) < 0)
		return -1;
	if (caps_inherit(&c->caps, e) < 0)
		return -1;
	if (c->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "set no_new_privs");
	return 0;
}

/* --kill-child. When the supervisor has died before this line, the report has lost its reader. */
static int tie_to_supervisor(struct run *r, struct err *e)
{
	struct pollfd p = {.fd = r->report[1]};

	if (!r->c->kill_child)
		return 0;
	fd_close(&r->report[0]);
	if (prctl(PR_SET_PDEATHSIG, r->c->kill_child, 0, 0, 0) < 0)
		return err_set(e, errno, "set the parent-death signal");
	if (poll(&p, 1, 0) > 0 && p.revents & POLLERR)
		_exit(EXIT_OWN);
	return 0;
}

static int set_stdio(const struct config *c, struct err *e)
{
	if (c->stdout_fd >= 0 && dup2(c->stdout_fd, STDOUT_FILENO) < 0)
		return err_set(e, errno, "make descriptor %d the standard output", c->stdout_fd);
	if (c->stderr_fd >= 0 && dup2(c->stderr_fd, STDERR_FILENO) < 0)
		return err_set(e, errno, "make descriptor %d the standard error", c->stderr_fd);
	return 0;
}

/* Puts the report where the command expects it, to survive the exec. The number may be one of our own descriptors:
 * they are not needed any more. */
static int hand_over_report(const struct run *r, struct err *e)
{
	int fd = r->c->exec_fd;

	if (fd < 0)
		return 0;
	if (fd != r->report[1] && dup2(r->report[1], fd) < 0)
		return err_set(e, errno, "make descriptor %d the exec report", fd);
	msg_report_to(fd);
	if (fd_cloexec(fd, false) < 0)
		return err_set(e, errno, "descriptor %d", fd);
	return 0;
}

/* --init: the reaper stays, its child goes on to be the command. */
static int become_init(const struct run *r, struct err *e)
{
	struct exit_info x;
	struct reaper reaper;
	pid_t pid = reaper_fork(&reaper, &r->mask, e);

	if (pid <= 0)
		return (int)pid;
	fd_close_from(3, NULL, 0);
	if (reaper_wait(&reaper, &x, e) < 0)
		die_err(EXIT_OWN, e);
	_exit(exit_to_status(&x));
}

void child_run(struct run *r)
{
	const struct config *c = r->c;
	struct err e;

	msg_report_to(r->report[1]);
	if (enter_groups(r, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (config_ns_const(c, 'U')->how != NS_JOIN && unshare_rest(c, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (r->sync[1] >= 0)
		wait_for_supervisor(r);
	if (join_all(r, &e) < 0 || (config_ns_const(c, 'U')->how == NS_JOIN && unshare_rest(c, &e) < 0) ||
	    set_names(c, &e) < 0 || set_view(c, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (config_has_gate(c))
		wait_at_gate(r);
	if (set_attributes(c, &e) < 0 || set_ids(c, &e) < 0 || tie_to_supervisor(r, &e) < 0 || set_stdio(c, &e) < 0 ||
	    hand_over_report(r, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (c->init && become_init(r, &e) < 0)
		die_err(EXIT_OWN, &e);
	sigprocmask(SIG_SETMASK, &r->mask, NULL);
	if (c->set_env)
		chain_exec_env(c->command, c->env.v ? c->env.v : (char *[]){NULL}, &e);
	else
		chain_exec(c->command, &e);
	die_err(EXIT_OWN, &e);
}
