/* disk.c - see disk.h */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* Whether something is mounted on a name. */
static bool is_mounted(const char *name)
{
	struct statx x;

	return statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &x) == 0 &&
	       (x.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

int disk_error(struct archive *disk, struct archive_entry *entry, const char *verb, struct err *e)
{
	const char *name = archive_entry_pathname(entry), *link = archive_entry_hardlink(entry);
	const char *text = archive_error_string(disk);
	int code = archive_errno(disk);

	if ((code == EBUSY || code == ENOTDIR) && is_mounted(name)) {
		err_set(e, EBUSY, "%s '%s': something is mounted there", verb, name);
		return err_hint(e, "what is mounted can be written to, not replaced");
	}
	if (code == ENOENT && link)
		return err_set(e, code, "%s '%s' as a link to '%s'", verb, name, link);
	/* Some failures are libarchive's own and have no errno. */
	return code > 0 ? err_set(e, code, "%s '%s'", verb, name)
	                : err_set(e, 0, "%s '%s': %s", verb, name, text ? text : "failed");
}
