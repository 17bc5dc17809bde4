/*
 * label.h - the label that a security module puts on a process (SELinux's context, AppArmor's profile): another one's, or
 * a profile by its name.
 *
 * The kernel keeps it in /proc/PID/attr (proc(5)): 'current' is the process's own, and what a process writes to its
 * 'exec' it gets by its next execve(2), which is the command's. AppArmor has a directory of its own there since
 * Linux 5.8; before, and for SELinux, the files are in 'attr' itself.
 */
#ifndef COMMON_LABEL_H
#define COMMON_LABEL_H

#include "common/err.h"

#define LABEL_MAX 512

struct label {
	const char *file; /* below /proc/self, where it is written; NULL: there is none to take over */
	char text[LABEL_MAX];
};

/* Reads the label of the process whose /proc directory is dir. No module, or a process that is not confined: none. */
int label_read(int dir, struct label *ret, struct err *e);

/* The profile of AppArmor of that name, which need not be loaded yet; "unconfined" is none. EINVAL for what cannot be a
 * name. */
int label_profile(const char *name, struct label *ret, struct err *e);

/* Has the next execve(2) take the label. /proc must be the host's still. */
int label_take(const struct label *l, struct err *e);

#endif
