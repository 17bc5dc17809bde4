/*
 * land.h - the landing: from a process with all of the host's privileges to exactly what the command may have.
 *
 * Shared by rootfs-pivot and nsenter-lite, because after a pivot or setns no host program can be called. Nothing of the
 * image is executed or loaded here: users are looked up by reading the root's own /etc/passwd and /etc/group (no NSS),
 * capabilities are set with libcap-ng.
 *
 * Order (each step needs what the next one takes away): resolve ids while / is the new root; working directory made,
 * entered and proved inside; session keyring; resource limits; supplementary groups; bounding set; gid, uid (keeping capabilities);
 * permitted, effective, inheritable, ambient; no_new_privs; descriptors closed; umask; the system call filter (before
 * the capabilities go when no_new_privs is off: it then needs CAP_SYS_ADMIN).
 */
#ifndef COMMON_LAND_H
#define COMMON_LAND_H

#include "err.h"
#include "limit.h"
#include "seccomp_file.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LAND_GROUPS_MAX 256

/* Who the command runs as, resolved. */
struct land_ids {
	uid_t uid;
	gid_t gid;
	gid_t groups[LAND_GROUPS_MAX];
	size_t n_groups;
	char home[256]; /* from passwd; "/" when unknown */
	char name[64];  /* login name; "" when unknown */
};

/* "USER", "USER:GROUP", ids or names, as docker's -u. Names and a numeric user's home and groups come from /etc/passwd
 * and /etc/group below rootfd. A name that is not there: -1 with code 0 and a text that says so. extra[n]: further
 * groups (--group-add), ids or names. spec NULL means 0:0 with root's groups. */
int land_lookup(int rootfd, const char *spec, char *const *extra, size_t n_extra, struct land_ids *ret, struct err *e);

/* A set of capabilities as bits; capability n is bit n (capabilities(7)). */
typedef uint64_t land_caps;

/* The default set: CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP. */
land_caps land_caps_default(void);

/* The name of a capability in lower case without "cap_" ("net_raw"), or NULL. */
const char *land_caps_name(unsigned int cap);

/* Those that this kernel has and this process's bounding set allows, of some or of all. */
land_caps land_caps_bounded(land_caps of);
land_caps land_caps_all(void);

/* The number of the capability named "NET_RAW" or "CAP_NET_RAW", either case. -1 with code 0 when there is no such. */
int land_caps_parse(const char *name, unsigned int *ret, struct err *e);

/* Adds (add) or removes the capability named "NET_RAW", "CAP_NET_RAW", either case, or "ALL". -1 with code 0 when there
 * is no such. */
int land_caps_change(land_caps *set, const char *name, bool add, struct err *e);

/* The sets that the process has now, but for the bounding set. */
struct land_caps_now {
	land_caps permitted, inheritable, ambient;
};

void land_caps_now(struct land_caps_now *ret);

/* Takes everything but keep out of the bounding set. EPERM without CAP_SETPCAP. */
int land_caps_bound(land_caps keep, struct err *e);

/* Keeps every permitted capability over the exec, whoever the user is, as ambient ones. */
int land_caps_keep(struct err *e);

/* Sets the inheritable and the ambient set; a capability of the second is also put into the first, as the kernel wants
 * it. EPERM when one is not permitted. */
int land_caps_inherit(land_caps inheritable, land_caps ambient, struct err *e);

struct landing {
	struct land_ids ids;
	land_caps bounding;      /* what is left of the bounding set */
	land_caps ambient;       /* raised in permitted, inheritable and ambient; 0 normally */
	bool keep_caps_for_user; /* a user other than 0 keeps the bounding set through the exec, as ambient capabilities
	                            (never by default) */
	bool no_new_privs;
	bool filter; /* the system call filter of the default profile (seccomp.h), for these bounding capabilities */
	const struct seccomp_filter *own_filter; /* this one instead, whatever filter says; or NULL */
	bool reset_signals; /* every signal handled by default and none blocked, whatever the caller ignores */
	bool new_keyring;   /* a session keyring of its own (keyctl(2)), so that the caller's keys are out of reach */
	const struct limits *limits; /* resource limits to set, or NULL */
	mode_t umask;
	const char *cwd; /* absolute, inside; made when cwd_make */
	bool cwd_make;
	const int *keep_fds; /* besides 0, 1, 2 */
	size_t n_keep_fds;
};

/* Leaves the caller's session for one of its own: without a controlling terminal nothing can be typed into the caller's
 * (TIOCSTI of ioctl_tty(2)). EPERM when the process leads a process group: it has to be somebody's child. */
int land_new_session(struct err *e);

/* Does all of it. The process must be single-threaded. What remains for the caller is to exec. */
int land(const struct landing *l, struct err *e);

#endif
