/*
 * log.c - see log.h.
 */
#include "log.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_PATIENCE 5 /* seconds that a writer which is about to end is given */

int log_locate(const char *path, int *ret_dir, char name[NAME_MAX + 1], struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	char dir[PATH_MAX] = ".";

	/* ".NNNNNNNNNN" must fit behind it. */
	if (!*base || strlen(base) > NAME_MAX - 11 || strlen(path) >= sizeof(dir))
		return err_set(e, *base ? ENAMETOOLONG : EISDIR, "open log '%s'", path);
	memcpy(name, base, strlen(base) + 1);
	if (slash == path)
		snprintf(dir, sizeof(dir), "/");
	else if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	*ret_dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_dir < 0 ? err_set(e, errno, "open directory '%s'", dir) : 0;
}

void log_name(const char *name, unsigned int number, char buf[NAME_MAX + 1])
{
	if (number)
		snprintf(buf, NAME_MAX + 1, "%.*s.%u", NAME_MAX - 11, name, number);
	else
		snprintf(buf, NAME_MAX + 1, "%s", name);
}

/* For the alarm that ends a wait: nothing has to be done. */
static void wake(int sig)
{
	(void)sig;
}

/* Takes the lock, waiting for it a little. */
static int lock(int fd)
{
	struct sigaction on = {.sa_handler = wake}, old;
	int r, code;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	sigaction(SIGALRM, &on, &old);
	alarm(LOCK_PATIENCE);
	r = flock(fd, LOCK_EX);
	code = errno == EINTR ? EBUSY : errno;
	alarm(0);
	sigaction(SIGALRM, &old, NULL);
	errno = code;
	return r;
}

/* A writer that was killed, or the machine, may have left half a record: ends it. */
static int end_torn_record(const struct log *l)
{
	char last = '\n';
	int fd;

	if (l->size == 0 || l->raw)
		return 0;
	fd = openat(l->dir, l->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		if (pread(fd, &last, 1, (off_t)l->size - 1) < 0)
			last = '\n';
		close(fd);
	}
	return last != '\n' && write(l->fd, "\n", 1) == 1;
}

int log_open(struct log *l, const char *path, struct err *e)
{
	struct stat st;

	if (log_locate(path, &l->dir, l->name, e) < 0)
		return -1;
	l->fd = openat(l->dir, l->name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (l->fd < 0 || fstat(l->fd, &st) < 0)
		return err_set(e, errno, "open log '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, 0, "open log '%s': not a regular file", path);
	if (lock(l->fd) < 0) {
		err_set(e, errno, "lock log '%s'", path);
		return errno == EBUSY ? err_hint(e, "another logwrite is writing it") : -1;
	}
	l->size = (uint64_t)st.st_size;
	l->size += (uint64_t)end_torn_record(l);
	return 0;
}

int log_is_full(const struct log *l, size_t pending, size_t n)
{
	uint64_t held = l->size + pending;

	return l->max_size && held && held + n > l->max_size;
}

size_t log_room(const struct log *l, const char *data, size_t n)
{
	size_t room;
	const char *newline;

	if (!l->max_size || (l->size < l->max_size && n <= l->max_size - l->size))
		return n;
	room = l->size < l->max_size ? (size_t)(l->max_size - l->size) : 0;
	newline = memrchr(data, '\n', room);
	if (newline)
		return (size_t)(newline - data) + 1;
	return l->size ? 0 : room;
}

/* Moves a file to the next number, over what is there: by way of a second link, so that a reader who looks at any moment
 * finds it under one name or both. Where links cannot be had it is without a name for a moment. */
static void move_up(const struct log *l, unsigned int number)
{
	char from[NAME_MAX + 1], to[NAME_MAX + 1], link[NAME_MAX + 1];

	log_name(l->name, number, from);
	log_name(l->name, number + 1, to);
	snprintf(link, sizeof(link), "%.*s.old", NAME_MAX - 11, l->name);
	if (linkat(l->dir, from, l->dir, link, 0) < 0 || renameat(l->dir, link, l->dir, to) < 0)
		renameat(l->dir, from, l->dir, to);
	/* Left by a writer that was killed here, or because both names were the same file's already. */
	unlinkat(l->dir, link, 0);
}

/* Moves LOG to LOG.1, that to LOG.2 and so on, over the last one; LOG stays until it is replaced. The highest goes
 * first, so that files move only upwards for whoever reads the names upwards. */
static void shift(const struct log *l)
{
	char name[NAME_MAX + 1];
	unsigned int last = 0;

	do
		log_name(l->name, ++last, name);
	while (last < l->max_file - 1 && faccessat(l->dir, name, F_OK, 0) == 0);
	while (l->max_file > 1 && last-- > 0)
		move_up(l, last);
}

void log_rotate(struct log *l)
{
	char tmp[NAME_MAX + 1];
	int fd;

	snprintf(tmp, sizeof(tmp), "%.*s.new", NAME_MAX - 11, l->name);
	unlinkat(l->dir, tmp, 0);
	fd = openat(l->dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	flock(fd, LOCK_EX | LOCK_NB);
	shift(l);
	if (renameat(l->dir, tmp, l->dir, l->name) < 0) {
		unlinkat(l->dir, tmp, 0);
		close(fd);
		return;
	}
	close(l->fd);
	l->fd = fd;
	l->size = 0;
}

/* Notes that records are lost, and cuts the file back to whole ones. */
static void drop(struct log *l, uint64_t records)
{
	l->drop_errno = errno;
	l->dropped += records;
	if (ftruncate(l->fd, (off_t)l->size) < 0)
		l->drop_errno = errno;
}

void log_append(struct log *l, const char *data, size_t n, uint64_t records)
{
	if (n == 0)
		return;
	if (fd_write_all(l->fd, data, n) < 0) {
		drop(l, records);
		return;
	}
	l->size += n;
	l->mid_line = data[n - 1] != '\n';
}
