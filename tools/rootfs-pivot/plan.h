/*
 * plan.h - what is to be done, as parsed from the command line and fstab: steps in the order given, and what follows
 * them.
 */
#ifndef ROOTFS_PIVOT_PLAN_H
#define ROOTFS_PIVOT_PLAN_H

#include "common/env.h"
#include "common/err.h"
#include "common/label.h"
#include "common/land.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum step_kind {
	STEP_BIND,    /* a tree of the old root onto target */
	STEP_FS,      /* a new file system of a type, mounted by libmount */
	STEP_SYSTEM,  /* the same onto a directory of the root that may be no link: /proc, /sys */
	STEP_DEV,     /* /dev with everything in it */
	STEP_CGROUPS, /* /sys/fs/cgroup */
	STEP_DIR,
	STEP_SYMLINK,
	STEP_DEVICE, /* a node like a device of the host */
	STEP_FILE,   /* a file with what a descriptor gives */
};

struct step {
	enum step_kind kind;
	char *origin;      /* who asked, for messages: "--bind" or "'web.fstab' line 3" */
	char *source;      /* host path, device or name; the text of a symbolic link */
	char *target;      /* path inside the root */
	char *type;        /* file system type */
	char *options;     /* for libmount */
	bool recursive;    /* bind: with what is mounted below */
	bool make_target;  /* make the mount point when it is missing */
	bool nofail;       /* bind: left out when there is no such source */
	bool fill;         /* bind: what is at the mount point fills an empty source first */
	mode_t mode;       /* of a directory that is made */
	uint64_t attr_set; /* MOUNT_ATTR_... (mount_setattr(2)) */
	uint64_t attr_clear;
	unsigned long propagation; /* MS_PRIVATE, MS_SLAVE, MS_SHARED */
	int tree;                  /* bind: the source, open or (slave, shared) cloned; -1 before */
	struct stat st;            /* of the source */
	char *idmap;               /* bind: which ids are seen for those on the disk, or NULL */
	int userns;                /* the same as a user namespace, once open */
	int fd;                    /* STEP_FILE */
};

enum profile { PROFILE_DEFAULT, PROFILE_PRIVILEGED, PROFILE_NONE };

/* Strings in order. */
struct list {
	char **v;
	size_t n, room;
};

struct plan {
	const char *newroot;
	char **command;
	struct step *step;
	size_t n_steps, room;
	char *overlay; /* LOWER[:LOWER...],UPPER,WORK of --overlay, or NULL */
	bool overlay_volatile;
	struct list mask, read_only;
	enum profile profile;
	bool open_paths;              /* the profile hides and protects none */
	struct list ambient;          /* capabilities */
	struct list caps;             /* "+NET_RAW", "-ALL" in order */
	int no_new_privs, seccomp;    /* -1: as the profile has it */
	struct label label;           /* of --apparmor-profile */
	struct seccomp_filter filter; /* of --seccomp FILE; data is NULL where there is none */
	bool root_read_only, unshare, outside, dry_run;
	bool fstab;                /* there is an --fstab */
	int unshare_index;         /* where --unshare stands in argv */
	unsigned long propagation; /* of the old tree */
	uint64_t shm_size;
	const char *user, *cwd, *init;
	bool cwd_make, new_session;
	struct list groups;
	struct limits limits;
	mode_t umask;
	bool clear_env;
	struct env env;
	int console_fd, exec_fd;
	unsigned int null_fds; /* the descriptors that the caller had closed, as bits (fd_open_stdio) */
	int guard;             /* see root_guard_begin, or -1 */
};

/* Adds an empty step of that kind; dies for want of memory. */
struct step *plan_add(struct plan *p, enum step_kind kind, const char *origin);

/* Whether a step of that kind is in it. */
bool plan_has(const struct plan *p, enum step_kind kind);

/* Adds a string to a list (by pointer); dies for want of memory. */
void list_add(struct list *l, char *s);

/* strdup(3) that dies for want of memory. */
char *keep(const char *s);

#endif
