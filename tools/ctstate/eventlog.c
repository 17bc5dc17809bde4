/* eventlog.c - see eventlog.h */
#include "eventlog.h"
#include "common/event.h"
#include "common/fd.h"
#include "common/num.h"
#include "when.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG_MAX ((off_t)1024 * 1024)
#define READ_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)

int64_t event_boot_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return when_now() - ((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

/* RFC 3339, or "+SECONDS.FRACTION" since boot. */
static bool parse_time(const char *s, int64_t boot, int64_t *ret)
{
	uint64_t ns;

	if (*s != '+')
		return when_parse(s, ret) == 0;
	if (num_fixed(s + 1, 9, &ns) < 0 || ns > INT64_MAX / 2)
		return false;
	*ret = boot + (int64_t)ns;
	return true;
}

bool event_parse(struct arena *a, const char *line, size_t n, int64_t boot, struct event *ret)
{
	char *text = arena_copy(a, line, n), *save = NULL, *word[4], *pair;

	for (int i = 0; i < 4; i++) {
		word[i] = strtok_r(i ? NULL : text, " ", &save);
		if (!word[i])
			return false;
		event_decode(word[i]);
	}
	if (!parse_time(word[0], boot, &ret->time))
		return false;
	ret->type = word[1];
	ret->action = word[2];
	ret->id = word[3];
	ret->attributes = j_map(a, J_STRING);
	while ((pair = strtok_r(NULL, " ", &save))) {
		size_t key = strcspn(pair, "=");
		char *value = pair[key] ? pair + key + 1 : pair + key;

		pair[key] = '\0';
		event_decode(pair);
		event_decode(value);
		j_set(a, ret->attributes, j_str(a, pair)->s, j_str(a, value));
	}
	return true;
}

const char *event_attribute(const struct event *e, const char *key)
{
	struct jval *v = j_get(e->attributes, key);

	return v ? v->s : "";
}

/* Appends what fd has behind *offset. */
static void read_rest(struct buf *b, int fd, off_t *offset)
{
	char chunk[16384];
	ssize_t n;

	while ((n = pread(fd, chunk, sizeof(chunk), *offset)) > 0) {
		buf_add(b, chunk, (size_t)n);
		*offset += n;
	}
}

/* Leaves a line that is being written to the next time. */
static void drop_half_line(struct buf *b, off_t *offset)
{
	while (b->n && b->p[b->n - 1] != '\n') {
		b->n--;
		--*offset;
	}
}

/* Whether the name stands for another file by now. */
static bool moved(int run, int fd)
{
	struct stat mine, now;

	return fstat(fd, &mine) == 0 && fstatat(run, EVENT_LOG, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       mine.st_ino != now.st_ino;
}

struct fact eventlog_read(struct arena *a, const struct state_dirs *d, bool old, int *fd, off_t *offset)
{
	struct buf b = {.a = a};
	off_t begin = 0;

	if (d->run < 0)
		return (struct fact){NULL, 0};
	if (old) {
		AUTO_FD before = openat(d->run, EVENT_LOG_OLD, READ_FLAGS);

		if (before >= 0)
			read_rest(&b, before, &begin);
	}
	for (;;) {
		if (*fd < 0)
			*fd = openat(d->run, EVENT_LOG, READ_FLAGS);
		if (*fd < 0)
			break;
		read_rest(&b, *fd, offset);
		if (!moved(d->run, *fd))
			break;
		fd_close(fd);
		*offset = 0;
	}
	drop_half_line(&b, offset);
	return (struct fact){b.p, b.n};
}

void eventlog_rotate(int run)
{
	struct stat st;
	AUTO_FD fd = -1;

	if (fstatat(run, EVENT_LOG, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_size < LOG_MAX)
		return;
	fd = openat(run, EVENT_LOG, READ_FLAGS);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && !moved(run, fd))
		renameat(run, EVENT_LOG, run, EVENT_LOG_OLD);
}
