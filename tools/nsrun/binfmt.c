/* binfmt.c - see binfmt.h */
#include "binfmt.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>

/* The user namespace's own binfmt_misc. */
static int mount_binfmt(const char *dir, struct err *e)
{
	if (mount("binfmt_misc", dir, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
		return 0;
	err_set(e, errno, "mount binfmt_misc on '%s'", dir);
	return err_hint(e, "in a user namespace it needs Linux 6.7 and CONFIG_BINFMT_MISC");
}

/* Registers a binary format. */
static int load_interp(const char *dir, const char *format, struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/register", dir);
	if (file_write_kernel(AT_FDCWD, path, format, e) == 0)
		return 0;
	return err_hint(e, "the form is :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS");
}

int binfmt_outside(const struct config *c, struct err *e)
{
	static const char dir[] = "/proc/sys/fs/binfmt_misc";

	if (!c->root || !c->load_interp)
		return 0;
	return mount_binfmt(dir, e) < 0 ? -1 : load_interp(dir, c->load_interp, e);
}

int binfmt_inside(const struct config *c, struct err *e)
{
	if (!c->mount_binfmt)
		return 0;
	if (mount_binfmt(c->mount_binfmt, e) < 0)
		return -1;
	return c->load_interp && !c->root ? load_interp(c->mount_binfmt, c->load_interp, e) : 0;
}
