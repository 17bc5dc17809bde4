/*
 * config.h - what the command line asked for. Filled in once, constant afterwards.
 */
#ifndef NSRUN_CONFIG_H
#define NSRUN_CONFIG_H

#include "attribute.h"
#include "caps.h"
#include "idmap.h"
#include "restart.h"

#include "common/env.h"
#include "common/nstab.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum ns_how { NS_KEEP, NS_NEW, NS_JOIN };

/* One of the eight kinds, in the order of ns_table. */
struct ns_want {
	enum ns_how how;
	const char *path; /* NS_NEW: persist it there, or NULL; NS_JOIN: what follows "join:" */
	int fd;           /* NS_JOIN: the descriptor named by "join:fd:N", else -1 */
};

enum setgroups { SETGROUPS_LEAVE, SETGROUPS_ALLOW, SETGROUPS_DENY };

#define KEEP_FDS_MAX 32
#define ON_EXIT_MAX 32
#define STATUS_WORD 4
#define SYSCTLS_MAX 32

struct config {
	struct ns_want ns[NS_COUNT];
	/* User namespace; the id maps stand last. */
	enum setgroups setgroups;
	bool keep_caps;
	bool set_owner;
	uid_t owner_uid;
	gid_t owner_gid;
	/* Mount namespace and what the command sees. */
	unsigned long propagation; /* MS_REC | MS_PRIVATE ...; 0: leave it */
	const char *mount_proc, *root, *wd;
	const char *mount_binfmt, *load_interp;
	const char *hostname, *domainname;
	bool loopback_up;
	const char *sysctls[SYSCTLS_MAX];
	size_t n_sysctls;
	/* Time namespace, seconds. */
	bool has_monotonic, has_boottime;
	int64_t monotonic, boottime;
	/* The command's attributes. */
	bool set_uid, set_gid, set_umask, set_oom_score;
	uid_t uid;
	gid_t gid;
	mode_t umask;
	int oom_score;
	struct attributes attributes;
	struct caps_wish caps;
	bool no_new_privs;
	const char *group;
	bool init;
	int kill_child; /* a signal, or 0 */
	bool die_with_parent;
	pid_t parent; /* who that must be, or 0 */
	/* Descriptors, -1 when not given. */
	int exec_fd, stdout_fd, stderr_fd, drain_fd, status_fd, block_fd;
	int keep_fds[KEEP_FDS_MAX];
	size_t n_keep_fds;
	bool guard_stdio;
	/* The supervisor. */
	bool detach;
	const char *pid_file, *supervisor_file, *exit_file, *event_log, *event_id;
	struct restart_policy restart;
	char *on_exit[ON_EXIT_MAX + 2];
	char *on_exit_status; /* the one of its arguments that is the exit status, STATUS_WORD bytes; or NULL */
	size_t n_on_exit;
	bool set_env, clear_env;
	struct env kept; /* --whitelist-env: what is left of the caller's */
	struct env env;  /* with set_env: the command's whole environment */
	char **command;
	/* Large and mostly untouched: behind the rest they cost no memory. */
	struct idmap uids, gids;
};

/* Reads the command line into *c, which is zero. Ends the process with 125 and a line on bad usage. */
void config_read(struct config *c, int argc, char **argv);

/* What is wanted of one kind, by its letter in ns_table. */
struct ns_want *config_ns(struct config *c, int letter);
const struct ns_want *config_ns_const(const struct config *c, int letter);

/* An option that needs a namespace creates it unless it is given. */
void config_imply(struct config *c, int letter);

/* The CLONE_NEW... flags of the new namespaces. */
unsigned long config_new_flags(const struct config *c);

/* Whether the child, once its namespaces are complete, waits until it is let go on. */
bool config_has_gate(const struct config *c);

#endif
