/* fd.c - see fd.h */
#include "fd.h"
#include "num.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void mem_free(void *pointer_to_pointer)
{
	void *p;

	memcpy(&p, pointer_to_pointer, sizeof(p));
	free(p);
}

int fd_take(int *fd)
{
	int v = *fd;

	*fd = -1;
	return v;
}

int fd_cloexec(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0)
		return -1;
	return fcntl(fd, F_SETFD, on ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC);
}

/* close_range(2) has no wrapper in musl 1.2.3. */
static int range_close(unsigned int from, unsigned int to)
{
	return (int)syscall(SYS_close_range, from, to, 0U);
}

/* Whether /proc/self/fd is the kernel's: after a pivot it is what the image has there. */
static bool is_list(DIR *d)
{
	struct statfs fs;

	return fstatfs(dirfd(d), &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Without close_range (before Linux 5.9): every descriptor that /proc lists. */
static int close_listed(int lowest, const int *keep, size_t n)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *ent;

	if (!d || !is_list(d)) {
		if (d)
			closedir(d);
		errno = ENOSYS;
		return -1;
	}
	while ((ent = readdir(d))) {
		uint64_t fd;
		bool kept = num_u64(ent->d_name, (uint64_t)lowest, INT_MAX, &fd) < 0 || (int)fd == dirfd(d);

		for (size_t i = 0; i < n && !kept; i++)
			kept = keep[i] == (int)fd;
		if (!kept)
			close((int)fd);
	}
	closedir(d);
	return 0;
}

int fd_close_from(int lowest, const int *keep, size_t n)
{
	int from = lowest;

	for (;;) {
		int next = INT_MAX;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= from && keep[i] < next)
				next = keep[i];
		if (next == INT_MAX)
			break;
		if (next > from && range_close((unsigned int)from, (unsigned int)next - 1) < 0)
			return close_listed(lowest, keep, n);
		from = next + 1;
	}
	return range_close((unsigned int)from, UINT_MAX) < 0 ? close_listed(lowest, keep, n) : 0;
}

int fd_open_stdio(void)
{
	int opened = 0;

	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", O_RDWR) != fd)
			return -1;
		opened |= 1 << fd;
	}
	return opened;
}

int fd_parse(const char *s, int *ret, struct err *e)
{
	uint64_t v;

	if (num_u64(s, 0, INT_MAX, &v) < 0)
		return err_set(e, 0, "not a descriptor number: '%s'", s);
	if (fcntl((int)v, F_GETFD) < 0)
		return err_set(e, errno, "descriptor %s", s);
	*ret = (int)v;
	return 0;
}

int fd_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Reads until the buffer is full or the end of the file: that is when less is returned than asked for. */
static ssize_t read_full(int fd, char *buf, size_t size)
{
	size_t n = 0;
	ssize_t r;

	while (n < size && (r = read(fd, buf + n, size - n)) != 0) {
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		n += (size_t)r;
	}
	return (ssize_t)n;
}

/* Goes on reading behind the n bytes of *buf, which fill it, until the end of the file. */
static int read_rest(int fd, char **buf, size_t *n, size_t max)
{
	size_t room = *n;
	ssize_t r;

	do {
		char *p;

		/* One byte more than allowed, to see that there is more, and one for the NUL. */
		room = room < max / 2 ? room * 2 : max + 1;
		p = realloc(*buf, room + 1);
		if (!p)
			return -1;
		*buf = p;
		r = read_full(fd, p + *n, room - *n);
		if (r < 0)
			return -1;
		*n += (size_t)r;
	} while (*n == room && room <= max);
	return 0;
}

/* Most files are short: they take no more of the heap than they are long. */
int fd_read_all(int fd, size_t max, char **ret_data, size_t *ret_n)
{
	char first[4096];
	ssize_t r = read_full(fd, first, sizeof(first));
	AUTO_FREE char *buf = NULL;
	size_t n = (size_t)r;

	if (r < 0 || !(buf = malloc(n + 1)))
		return -1;
	memcpy(buf, first, n);
	if (n == sizeof(first) && n <= max && read_rest(fd, &buf, &n, max) < 0)
		return -1;
	if (n > max) {
		errno = EFBIG;
		return -1;
	}
	buf[n] = '\0';
	*ret_data = buf;
	*ret_n = n;
	buf = NULL;
	return 0;
}

int file_read(int dirfd, const char *path, size_t max, char **ret_data, size_t *ret_n, struct err *e)
{
	AUTO_FD fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "open '%s'", path);
	if (fd_read_all(fd, max, ret_data, ret_n) < 0)
		return err_set(e, errno, "read '%s'", path);
	return 0;
}

ssize_t file_read_line(int dirfd, const char *path, char *buf, size_t size)
{
	AUTO_FD fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read_full(fd, buf, size);
	if (n < 0)
		return -1;
	if ((size_t)n == size) {
		errno = EFBIG;
		return -1;
	}
	if (n && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return n;
}

int file_write_atomic(int dirfd, const char *path, const void *data, size_t n, mode_t mode, struct err *e)
{
	return file_write_held(dirfd, path, data, n, mode, NULL, e);
}

bool file_is_held(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
}

int file_write_held(int dirfd, const char *path, const void *data, size_t n, mode_t mode, int *ret_fd, struct err *e)
{
	static unsigned int serial;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char tmp[PATH_MAX];
	AUTO_FD fd = -1;

	if (snprintf(tmp, sizeof(tmp), "%s.tmp.%ld.%u", path, (long)getpid(), serial++) >= (int)sizeof(tmp))
		return err_set(e, ENAMETOOLONG, "write '%s'", path);
	fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return err_set(e, errno, "create '%s'", tmp);
	if (fd_write_all(fd, data, n) < 0 || (ret_fd && fcntl(fd, F_OFD_SETLK, &lock) < 0) ||
	    renameat(dirfd, tmp, dirfd, path) < 0) {
		err_set(e, errno, "write '%s'", path);
		unlinkat(dirfd, tmp, 0);
		return -1;
	}
	if (ret_fd)
		*ret_fd = fd_take(&fd);
	return 0;
}

int file_write_kernel(int dirfd, const char *path, const char *s, struct err *e)
{
	AUTO_FD fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(s);

	if (fd < 0)
		return err_set(e, errno, "open '%s'", path);
	if (write(fd, s, n) != (ssize_t)n)
		return err_set(e, errno, "write '%s' to '%s'", s, path);
	return 0;
}
