/*
 * nsenter-lite - run a command in the namespaces of another process, and, if asked, exactly as that process is.
 *
 * First the process cuts itself off its own program file (shield.h); then what is needed of the host is opened or
 * read, and nobody can look into it any more; then it enters, in a child where a PID namespace is entered, because
 * only children are born into one.
 */
#include "arrive.h"
#include "enter.h"
#include "shield.h"
#include "supervise.h"
#include "terminal.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/proc.h"
#include "common/sig.h"
#include "common/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define NAME "nsenter-lite"
#define EVERY_NAMESPACE (~0)

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* What turns this process into another, before anything is opened or read that would then be missing: ptyrun around
 * it, or the same program from where nobody can write to it. */
static void change_process(int argc, char **argv)
{
	struct outline o;
	struct err e;

	request_scan(&o, argc, argv);
	if ((o.pty && terminal(o.free_fd, argc, argv, &e) < 0) || (o.shield && shield(argv, &e) < 0))
		die_err(EXIT_OWN, &e);
}

/* In the child: becomes the command, or reports why not. */
_Noreturn static void be_command(struct request *r, const struct facts *f, int mask, bool v2_done, int report)
{
	struct err e;

	if (report >= 0) {
		fd_close(&r->exec_fd);
		r->exec_fd = report;
	}
	if (r->exec_fd >= 0)
		msg_report_to(r->exec_fd);
	arrive(r, f, mask, v2_done, &e);
	die_err(EXIT_OWN, &e);
}

/* Writes who the command is, as seen from here: this process has stayed in its own mount namespace. */
static void write_pid_file(const struct request *r, pid_t child)
{
	struct proc_id id;
	struct err e;

	if (proc_identify(child, &id, &e) < 0 || proc_id_write(AT_FDCWD, r->pid_file, &id, &e) < 0)
		die_err(EXIT_OWN, &e);
}

/* Waits for the answer whether the command was executed; ends as it says when it was not. */
static void await_exec(const struct request *r, int report, pid_t child)
{
	char text[2048];
	struct exit_info how;
	int status = msg_read_report(report, text, sizeof(text));

	if (status > 0) {
		exit_wait(child, &how);
		if (r->exec_fd >= 0)
			msg_report_to(r->exec_fd);
		/* The text has the tool's name already when it is ours. */
		die(status, "%s", strncmp(text, NAME ": ", sizeof(NAME) + 1) == 0 ? text + sizeof(NAME) + 1 : text);
	}
}

/* The fork for a caller who has no rights but those that the user namespace gives: a process in between enters
 * everything and makes the command's process as a sibling of its own. So this one stays where it is, and writes the
 * pid file there. Returns 0 in the command's process. */
static pid_t fork_inside(struct supervisor *s, const struct request *r, const struct facts *f)
{
	int told[2];
	pid_t between;
	struct exit_info how;
	struct err e;

	if (pipe2(told, O_CLOEXEC) < 0 || (between = fork()) < 0)
		die(EXIT_OWN, "start a process: %s", strerror(errno));
	if (between == 0) {
		if (enter(r, EVERY_NAMESPACE, &e) < 0 || supervise_fork(s, f->cgroup_v2, true, &e) < 0)
			die_err(EXIT_OWN, &e);
		if (s->child == 0)
			return 0;
		_exit(fd_write_all(told[1], &s->child, sizeof(s->child)) < 0 ? EXIT_OWN : 0);
	}
	close(told[1]);
	if (read(told[0], &s->child, sizeof(s->child)) != sizeof(s->child))
		s->child = -1;
	close(told[0]);
	if (exit_wait(between, &how) < 0 || s->child < 0)
		_exit(EXIT_OWN); /* it has said why */
	return s->child;
}

/* Makes the command's process, in the PID namespace, which only children are born into. Returns 0 there, with the
 * namespaces that are left to be entered. */
static pid_t fork_command(struct supervisor *s, const struct request *r, const struct facts *f, int *ret_mask)
{
	struct err e;

	*ret_mask = ~CLONE_NEWPID;
	if (enter(r, CLONE_NEWPID, &e) < 0) {
		if (e.code != EPERM || !enter_wants(r, CLONE_NEWUSER))
			die_err(EXIT_OWN, &e);
		*ret_mask = 0;
		return fork_inside(s, r, f);
	}
	if (supervise_fork(s, f->cgroup_v2, false, &e) < 0)
		die_err(EXIT_OWN, &e);
	return s->child;
}

/* The fork, and the parent's part until the command's end. */
static int run(struct request *r, const struct facts *f)
{
	struct supervisor s = {.own_session = r->console_fd >= 0 || r->new_session, .output = OUTPUT_NONE};
	static const int stdio[3] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
	struct stdio_guard guard = STDIO_NO_GUARD;
	int report[2] = {-1, -1}, mask, status;
	struct err e;

	/* The last two need to know when the command is executed; so does who lets the guard's mounts go. */
	if ((r->guard_stdio || r->detach || r->pid_file) && pipe2(report, O_CLOEXEC) < 0)
		die(EXIT_OWN, "make a pipe: %s", strerror(errno));
	if (r->guard_stdio && (stdio_guard(stdio, &guard, &e) < 0 || (!r->detach && output_begin(&s.output, &e) < 0)))
		die_err(EXIT_OWN, &e);
	if (supervise_begin(&s, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (fork_command(&s, r, f, &mask) == 0) {
		sigprocmask(SIG_SETMASK, &s.old_mask, NULL);
		if (output_give(&s.output, &e) < 0)
			die_err(EXIT_OWN, &e);
		be_command(r, f, mask, f->cgroup_v2 >= 0, report[1]);
	}
	output_keep(&s.output);
	fd_close_from(STDERR_FILENO + 1,
	              (int[]){s.sigfd, report[0], report[0] >= 0 ? r->exec_fd : -1, s.output.from[0], s.output.from[1],
	                      guard.tree[0], guard.tree[1], guard.tree[2]},
	              8);
	if (report[0] >= 0)
		await_exec(r, report[0], s.child);
	stdio_release(&guard);
	if (r->pid_file)
		write_pid_file(r, s.child);
	if (r->detach)
		return 0;
	if (report[0] >= 0)
		fd_close(&r->exec_fd);
	status = supervise(&s, &e);
	if (status < 0)
		die_err(EXIT_OWN, &e);
	return status;
}

int main(int argc, char **argv)
{
	struct request r = {.target = {.pidfd = -1, .dir = -1},
	                    .socket = -1,
	                    .root = {.fd = -1},
	                    .wd = {.fd = -1},
	                    .console_fd = -1,
	                    .exec_fd = -1};
	static struct facts f;
	struct err e;

	msg_init(NAME);
	fd_open_stdio();
	sig_children();
	for (int i = 0; i < NS_COUNT; i++)
		r.ns_file[i] = -1;
	change_process(argc, argv);
	request_parse(&r, argc, argv);
	if (enter_plan(&r, &e) < 0)
		die_err(EXIT_OWN, &e);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* nothing inside may look into this process */
	if (facts_read(&r, &f, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (!r.no_fork && (enter_wants(&r, CLONE_NEWPID) || r.detach || r.pid_file))
		return run(&r, &f);
	be_command(&r, &f, EVERY_NAMESPACE, false, -1);
}
