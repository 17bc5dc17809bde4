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
	bool no_fork, join_cgroup, preserve, target_env;
	bool set_uid, set_gid; /* plain nsenter(1) mode */
	uid_t uid;
	gid_t gid;

	bool like_target;
	const char *run_as; /* USER[:GROUP] of the target's root; NULL: as the target is */
	char *group[REQUEST_GROUPS_MAX];
	size_t n_group;
	const char *cwd;
	land_caps cap_add, cap_drop;
	bool clear_env;
	struct env env; /* set on top of everything */

	int console_fd, exec_fd; /* -1: none */
	int keep_fd[REQUEST_KEEP_MAX];
	size_t n_keep;
	bool pty;
	const char *pid_file;
	bool detach;
	char **command;
};

/* Reads the command line, opening what it names. Exits with 125 and a line when it is wrong. */
void request_parse(struct request *r, int argc, char **argv);

#endif
