/*
 * jail.c - see jail.h
 */
#include "jail.h"

#include "common/land.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Owners, modes and times of others' files; file capabilities; whiteouts (mknod) and overlay's marks (trusted.*). */
static const char *const needed[] = {"chown",  "dac_override", "dac_read_search", "fowner",
                                     "fsetid", "setfcap",      "mknod",           "sys_admin"};

int jail_enter(int dir, const char *name, const int *keep, size_t n, struct err *e)
{
	struct landing l = {
	    .no_new_privs = true, .filter = true, .umask = 022, .cwd = "/", .keep_fds = keep, .n_keep_fds = n};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (land_caps_change(&l.bounding, needed[i], true, e) < 0)
			return -1;
	if (fchdir(dir) < 0)
		return err_set(e, errno, "enter '%s'", name);
	if (chroot(".") < 0) {
		err_set(e, errno, "make '%s' the root", name);
		return errno == EPERM ? err_hint(e, "root is needed") : -1;
	}
	return land(&l, e);
}
