/* member.c - see member.h */
#include "member.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { BLOCK = 1 << 18 };

int member_write(struct archive *tar, struct archive_entry *entry, const char *source, struct err *e)
{
	static char block[BLOCK];
	AUTO_FD fd = -1;
	la_int64_t left = archive_entry_size(entry);

	if (archive_write_header(tar, entry) < ARCHIVE_WARN)
		return err_set(e, archive_errno(tar), "pack '%s': %s", source, archive_error_string(tar));
	if (archive_entry_filetype(entry) != AE_IFREG || left <= 0)
		return 0;
	fd = open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open '%s'", source);
	while (left > 0) {
		ssize_t n = read(fd, block, left < BLOCK ? (size_t)left : BLOCK);

		if (n < 0)
			return err_set(e, errno, "read '%s'", source);
		if (n == 0)
			return err_set(e, 0, "read '%s': it became shorter meanwhile", source);
		if (archive_write_data(tar, block, (size_t)n) < 0)
			return err_set(e, archive_errno(tar), "pack '%s'", source);
		left -= n;
	}
	return 0;
}
