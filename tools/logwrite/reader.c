/*
 * reader.c - see reader.h.
 *
 * All files are opened before the first is read, the newest first. A rotation moves files upwards only, and no file is
 * without a name meanwhile, so one in between can neither hide a file nor show one twice: whose inode is known is
 * passed over. Following goes from file to file by inode, not by name, and sleeps in inotify(7). Its end: the writer
 * holds a lock on the file that it writes, so when the command has ended and the lock is free, everything is there -
 * if that file is still the newest after the lock was looked at.
 *
 * A follower that its own reader holds up may be several files behind when the container is removed. It holds a shared
 * lock on the directory, for which `ctstate reap` waits a while after it has renamed it.
 */
#include "reader.h"

#include "log.h"
#include "print.h"

#include "common/fd.h"
#include "common/timepoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 1000
#define READ_SIZE 131072
#define UNLOCK_INTERVAL 20    /* ms; the lock goes a moment after the event that says so */
#define UNLOCK_PATIENCE 10000 /* ms */

struct reader {
	const struct read_options *o;
	const char *path;
	int dir;
	char name[NAME_MAX + 1];
	int fd[FILES_MAX]; /* oldest last; [0] is the current file */
	ino_t ino[FILES_MAX];
	size_t n;
	off_t offset; /* in fd[0] */
	bool counting;
	uint64_t lines, skip;       /* lines seen while counting; still to be left out */
	bool inside[CRI_STREAMS];   /* the stream's last record was partial */
	bool left_out[CRI_STREAMS]; /* ... and belongs to a line that is left out */
	struct printer printer;
	char buf[READ_SIZE];
};

/* Whether a file has been opened already. */
static bool is_open(const struct reader *r, ino_t ino)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->ino[i] == ino)
			return true;
	return false;
}

/* Opens LOG, LOG.1, ...; when a rotation has moved one meanwhile, it is met again under a higher number. */
static int open_files(struct reader *r, struct err *e)
{
	char name[NAME_MAX + 1];

	for (unsigned int i = 0; r->n < FILES_MAX; i++) {
		struct stat st;
		int fd;

		log_name(r->name, i, name);
		fd = openat(r->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 && i == 0)
			return err_set(e, errno, "open log '%s'", name);
		if (fd < 0)
			return 0;
		if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
			close(fd);
			return i ? 0 : err_set(e, 0, "open log '%s': not a regular file", name);
		}
		if (is_open(r, st.st_ino)) {
			close(fd);
			continue;
		}
		r->ino[r->n] = st.st_ino;
		r->fd[r->n++] = fd;
	}
	return 0;
}

/* Whether a record lies in the time asked for. One without a readable time does. */
static bool in_time(const struct reader *r, const struct cri_record *rec)
{
	int64_t t;

	if (r->o->since == INT64_MIN && r->o->until == INT64_MAX)
		return true;
	return timepoint_parse(rec->time, rec->time_n, &t) < 0 || (t >= r->o->since && t <= r->o->until);
}

/* Counts or prints a record. */
static void take_record(struct reader *r, const struct cri_record *rec)
{
	bool first = !r->inside[rec->stream];

	r->inside[rec->stream] = rec->partial;
	if (r->counting) {
		r->lines += first;
		return;
	}
	if (first) {
		r->left_out[rec->stream] = r->skip > 0;
		r->skip -= r->skip > 0;
	}
	if (!r->left_out[rec->stream])
		print_record(&r->printer, rec);
}

/* Counts or prints one line of the file. What is no record is printed as it is. */
static void take_line(struct reader *r, const char *line, size_t n)
{
	struct cri_record rec;

	if (cri_parse(line, n, &rec) < 0)
		rec = (struct cri_record){.time = "-", .time_n = 1, .stream = CRI_STDOUT, .text = line, .text_n = n};
	if (in_time(r, &rec))
		take_record(r, &rec);
}

/* The same of a raw log, whose lines need no end. */
static void take_plain(struct reader *r, const char *line, size_t n, bool ends)
{
	struct cri_record rec = {.stream = CRI_STDOUT, .partial = !ends, .text = line, .text_n = n};

	take_record(r, &rec);
}

/* Takes the whole lines of the buffer's n bytes, of a raw log everything; returns how many bytes that is. A line as long
 * as the buffer is cut. */
static size_t take_lines(struct reader *r, size_t n)
{
	size_t done = 0;
	const char *newline;

	while ((newline = memchr(r->buf + done, '\n', n - done))) {
		size_t len = (size_t)(newline - r->buf) - done;

		if (r->o->plain)
			take_plain(r, r->buf + done, len, true);
		else
			take_line(r, r->buf + done, len);
		done += len + 1;
	}
	if (r->o->plain && done < n) {
		take_plain(r, r->buf + done, n - done, false);
		done = n;
	}
	if (done == 0 && n == sizeof(r->buf)) {
		take_line(r, r->buf, n);
		done = n;
	}
	return done;
}

/* Reads a file from an offset to its end; returns the offset behind the last whole line. */
static off_t read_file(struct reader *r, int fd, off_t offset)
{
	for (;;) {
		ssize_t n = pread(fd, r->buf, sizeof(r->buf), offset);
		size_t done;

		if (n < 0 && errno == EINTR)
			continue;
		done = n > 0 ? take_lines(r, (size_t)n) : 0;
		if (done == 0 || r->printer.failed)
			return offset;
		offset += (off_t)done;
	}
}

/* Reads all files, oldest first. */
static void read_files(struct reader *r)
{
	memset(r->inside, 0, sizeof(r->inside));
	for (size_t i = r->n; i-- > 0 && !r->printer.failed;)
		r->offset = read_file(r, r->fd[i], 0);
}

/* The inode of a file of the log by its number, 0 when there is none. */
static ino_t inode_of(const struct reader *r, unsigned int number)
{
	char name[NAME_MAX + 1];
	struct stat st;

	log_name(r->name, number, name);
	return fstatat(r->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

/* Opens the file that follows the one with this inode: the number below, or the oldest that is left when it is gone.
 * A rotation while we look is noticed by the inode having moved on. */
static int open_next(const struct reader *r, ino_t ours)
{
	char name[NAME_MAX + 1];

	for (;;) {
		unsigned int i = 0;
		ino_t above;
		int fd;

		while ((above = inode_of(r, i + 1)) != 0 && above != ours)
			i++;
		log_name(r->name, i, name);
		fd = openat(r->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 || above == 0 || inode_of(r, i + 1) == ours)
			return fd;
		close(fd);
	}
}

/* After a rotation: goes on to the file that follows the one that was read. Returns whether there is one. */
static bool next_file(struct reader *r)
{
	ino_t newest = inode_of(r, 0);
	struct stat st;
	int fd;

	if (fstat(r->fd[0], &st) < 0 || newest == 0 || newest == st.st_ino)
		return false;
	/* Nothing is added to it any more. */
	r->offset = read_file(r, r->fd[0], r->offset);
	fd = open_next(r, st.st_ino);
	if (fd < 0)
		return false;
	close(r->fd[0]);
	r->fd[0] = fd;
	r->offset = 0;
	return true;
}

/* Whether nobody writes the log any more. */
static bool unlocked(const struct reader *r)
{
	if (flock(r->fd[0], LOCK_SH | LOCK_NB) < 0)
		return false;
	flock(r->fd[0], LOCK_UN);
	return true;
}

/* Whether the log's directory goes by another name now: it is about to be removed. */
static bool set_aside(const struct reader *r)
{
	struct stat ours, now;
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%.*s.", (int)(strlen(r->path) - strlen(r->name)), r->path);
	if (fstat(r->dir, &ours) < 0)
		return false;
	return stat(dir, &now) < 0 ? errno == ENOENT : now.st_ino != ours.st_ino;
}

/* Whether the log has been removed. */
static bool removed(const struct reader *r)
{
	struct stat st;

	if (set_aside(r))
		return true;
	return fstat(r->fd[0], &st) == 0 && st.st_nlink == 0 && inode_of(r, 0) == 0;
}

/* Watches a directory for what can change in it. */
static void watch(int inotify, const char *dir)
{
	inotify_add_watch(inotify, dir,
	                  IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF |
	                      IN_MOVE_SELF);
}

/* Watches the log's directory and that of the file that ends it all. */
static int watch_all(const struct reader *r)
{
	int inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char dir[PATH_MAX];
	const char *slash;

	snprintf(dir, sizeof(dir), "/proc/self/fd/%d", r->dir);
	watch(inotify, dir);
	if (!r->o->until_file)
		return inotify;
	slash = strrchr(r->o->until_file, '/');
	if (!slash)
		strcpy(dir, ".");
	else
		snprintf(dir, sizeof(dir), "%.*s", slash == r->o->until_file ? 1 : (int)(slash - r->o->until_file),
		         r->o->until_file);
	watch(inotify, dir);
	return inotify;
}

/* Sleeps until something has changed, at most timeout ms. False when standard output is a pipe that nobody reads any
 * more. */
static bool wait_change(int inotify, int timeout)
{
	char events[4096];
	struct pollfd p[2] = {{.fd = inotify, .events = POLLIN}, {.fd = STDOUT_FILENO}};

	if (poll(p, 2, timeout) > 0 && (p[1].revents & (POLLERR | POLLHUP)))
		return false;
	while (read(inotify, events, sizeof(events)) > 0)
		;
	return true;
}

/* Prints what has come. Returns whether there was a rotation. */
static bool catch_up(struct reader *r)
{
	bool rotated = false;

	r->offset = read_file(r, r->fd[0], r->offset);
	while (next_file(r)) {
		rotated = true;
		r->offset = read_file(r, r->fd[0], r->offset);
	}
	print_flush(&r->printer);
	return rotated;
}

/* Whether all of it could be printed. That nobody wants any more of what is followed is its end. */
static int written(const struct reader *r, struct err *e)
{
	int why = r->printer.failed;

	if (!why || (r->o->follow && why == EPIPE))
		return 0;
	return err_set(e, why, "write to standard output");
}

/* Prints what comes, until the end. Of a log that has been removed too all is printed when its end can be known. */
static int follow(struct reader *r, int inotify, struct err *e)
{
	bool last = false;

	if (inotify < 0)
		return err_set(e, errno, "follow log '%s'", r->name);
	for (;;) {
		bool rotated = catch_up(r), ended;

		/* After a rotation it was an old file's lock that was free. */
		if (r->printer.failed || (last && !rotated))
			return written(r, e);
		ended = removed(r) || (r->o->until_file && access(r->o->until_file, F_OK) == 0);
		last = ended && (!r->o->until_file || unlocked(r));
		if (!last && !wait_change(inotify, ended ? UNLOCK_INTERVAL : -1))
			return 0;
	}
}

/* Waits a while for the writer of what has ended: it has the last words still in hand. */
static void await_writer(const struct reader *r)
{
	for (int waited = 0; waited < UNLOCK_PATIENCE && access(r->o->until_file, F_OK) == 0;
	     waited += UNLOCK_INTERVAL) {
		AUTO_FD fd = openat(r->dir, r->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0)
			return;
		poll(NULL, 0, UNLOCK_INTERVAL);
	}
}

/* Prints what is there, then what comes. The watch begins before the first look, so that no change falls between. */
static int print_all(struct reader *r, struct err *e)
{
	AUTO_FD inotify = -1;

	if (r->o->follow)
		inotify = watch_all(r);
	if (r->o->tail != UINT64_MAX) {
		r->counting = true;
		read_files(r);
		r->counting = false;
		r->skip = r->lines > r->o->tail ? r->lines - r->o->tail : 0;
	}
	read_files(r);
	print_flush(&r->printer);
	return r->o->follow ? follow(r, inotify, e) : written(r, e);
}

int log_print(const char *path, const struct read_options *o, struct err *e)
{
	AUTO_FREE struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return err_set(e, ENOMEM, "read log '%s'", path);
	r->o = o;
	r->path = path;
	r->printer.timestamps = o->timestamps;
	r->printer.escape[CRI_STDOUT] = !o->raw && isatty(STDOUT_FILENO);
	r->printer.escape[CRI_STDERR] = !o->raw && isatty(STDERR_FILENO);
	if (log_locate(path, &r->dir, r->name, e) < 0)
		return -1;
	if (o->until_file && !o->follow)
		await_writer(r);
	if (o->follow)
		flock(r->dir, LOCK_SH | LOCK_NB); /* refused only when it is being removed already */
	if (open_files(r, e) < 0)
		return -1;
	return print_all(r, e);
}
