/*
 * table.h - the table of options, and what the two files that read it share.
 */
#ifndef ROOTFS_PIVOT_TABLE_H
#define ROOTFS_PIVOT_TABLE_H

#include "common/opt.h"
#include "plan.h"

enum {
	OPT_OVERLAY = OPT_LONG,
	OPT_OVERLAY_VOLATILE,
	OPT_BIND,
	OPT_TMPFS,
	OPT_FSTAB,
	OPT_PROC,
	OPT_SYS,
	OPT_DEV,
	OPT_MQUEUE,
	OPT_CGROUPS,
	OPT_DIR,
	OPT_SYMLINK,
	OPT_DEVICE,
	OPT_FILE,
	OPT_SHM_SIZE,
	OPT_RO,
	OPT_MASK,
	OPT_READ_ONLY_PATH,
	OPT_OPEN_PATHS,
	OPT_PROFILE,
	OPT_CAP_ADD,
	OPT_CAP_DROP,
	OPT_CAP_AMBIENT,
	OPT_NO_NEW_PRIVS,
	OPT_SECCOMP,
	OPT_APPARMOR_PROFILE,
	OPT_GROUP_ADD,
	OPT_CWD_MAKE,
	OPT_NEW_SESSION,
	OPT_UMASK,
	OPT_RLIMIT,
	OPT_ENV_FILE,
	OPT_CLEAR_ENV,
	OPT_INIT,
	OPT_UNSHARE,
	OPT_OUTSIDE,
	OPT_PROPAGATION,
	OPT_CONSOLE_FD,
	OPT_EXEC_FD,
	OPT_DRY_RUN,
};

extern const struct opt_spec pivot_options;

/* Takes an option about what the command runs as; others are none of its business. Dies of an error. */
void take_landing_option(struct plan *p, int id, char *arg, struct err *e);

/* Dies of a usage error that a parser has worded. */
void need(int r, const struct err *e);

#endif
