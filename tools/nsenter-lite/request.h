/*
 * request.h - what the command line asks for.
 */
#ifndef NSENTER_LITE_REQUEST_H
#define NSENTER_LITE_REQUEST_H

#include "target.h"

#include "common/env.h"
#include "common/nstab.h"

#include <stdbool.h>
#include <sys/types.h>

#define REQUEST_GROUPS_MAX 64
#define REQUEST_KEEP_MAX 32

/* A place that the caller names, or the target's own. */
struct place {
	bool wanted;
	int fd; /* opened before anything is entered */
};

struct request {
	struct target target;
	bool all;
	int flags;             /* CLONE_NEW... to be taken from the target */
	int ns_file[NS_COUNT]; /* the namespace's own file, or -1; in the order of ns_table */
	struct place root, wd;
	const char *root_path, *wd_path; /* NULL: the target's */
	const char *wdns;                /* a path that is opened inside */
	int socket;                      /* a descriptor of the target's whose network namespace is meant, or -1 */
	bool user_parent;                /* the user namespace that owns the one that was named */
	bool no_fork, join_cgroup, preserve, target_env, keep_caps, follow_context;
	bool set_uid, set_gid; /* plain nsenter(1) mode */
	bool follow_uid, follow_gid;
	uid_t uid;
	gid_t gid;

	bool like_target;
	const char *run_as; /* USER[:GROUP] of the target's root; NULL: as the target is */
	char *group[REQUEST_GROUPS_MAX];
	size_t n_group;
	const char *cwd;
	land_caps cap_add, cap_drop;
	struct seccomp_filter filter; /* of --seccomp; data is NULL where there is none */
	bool clear_env;
	struct env env; /* set on top of everything */

	int console_fd, exec_fd; /* -1: none */
	int keep_fd[REQUEST_KEEP_MAX];
	size_t n_keep;
	const char *pid_file;
	bool detach;
	bool new_session, guard_stdio;
	char **command;
};

/* What has to be known before anything is opened. */
struct outline {
	bool pty;    /* --pty without the --console-fd that ptyrun(1) adds */
	bool shield; /* another mount namespace or root is entered */
	int free_fd; /* a number from 3 on that no option names */
};

/* Looks through the command line without any effect. Exits with 125 and a line when it is wrong. */
void request_scan(struct outline *ret, int argc, char **argv);

/* Reads the command line, opening what it names. Exits with 125 and a line when it is wrong. */
void request_parse(struct request *r, int argc, char **argv);

#endif
