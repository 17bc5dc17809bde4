/* facts.c - see facts.h */
#include "facts.h"
#include "common/fd.h"
#include "common/name.h"
#include "common/num.h"
#include "common/proc.h"
#include "when.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FACT_MAX ((size_t)8 * 1024 * 1024)
#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* A directory, or -1 where there is none. */
static int open_dir(int dirfd, const char *path, int *ret, struct err *e)
{
	*ret = openat(dirfd, path, DIR_FLAGS);
	if (*ret < 0 && errno != ENOENT)
		return err_set(e, errno, "open '%s'", path);
	return 0;
}

int state_open(const char *root, const char *run, struct state_dirs *ret, struct err *e)
{
	char path[PATH_MAX];

	*ret = (struct state_dirs){-1, -1, root};
	if (snprintf(path, sizeof(path), "%s/containers", root) >= (int)sizeof(path))
		return err_set(e, ENAMETOOLONG, "open '%s'", root);
	if (open_dir(AT_FDCWD, path, &ret->containers, e) < 0)
		return -1;
	return open_dir(AT_FDCWD, run, &ret->run, e);
}

void state_close(struct state_dirs *d)
{
	fd_close(&d->containers);
	fd_close(&d->run);
}

int state_each(int dirfd, const char *path, void (*fn)(void *arg, const char *name), void *arg, struct err *e)
{
	int fd = dirfd < 0 ? -1 : openat(dirfd, path, DIR_FLAGS);
	struct dirent *ent;
	DIR *dir;

	if (fd < 0)
		return dirfd < 0 || errno == ENOENT ? 0 : err_set(e, errno, "open '%s'", path);
	dir = fdopendir(fd);
	if (!dir) {
		err_set(e, errno, "list '%s'", path);
		fd_close(&fd);
		return -1;
	}
	while ((ent = readdir(dir)))
		if (name_is_file(ent->d_name))
			fn(arg, ent->d_name);
	closedir(dir);
	return 0;
}

/* Reads the rest of what did not fit into the first buffer. */
static struct fact read_long(struct arena *a, int fd, const char *head, size_t n)
{
	struct fact f = {0};
	char *tail = NULL;
	size_t more;

	if (fd_read_all(fd, FACT_MAX, &tail, &more) < 0)
		return f;
	f.n = n + more;
	f.p = arena_alloc(a, f.n + 1);
	memcpy(f.p, head, n);
	memcpy(f.p + n, tail, more);
	free(tail);
	return f;
}

/* What is known of a fact besides its text. */
struct glance {
	int64_t mtime; /* nanoseconds since the epoch */
	bool held;     /* file_is_held */
};

/* The file ID/NAME. A regular file that gives less than was asked for is at its end: three system calls for most
 * facts. glance may be NULL. */
static struct fact read_fact(struct arena *a, int dirfd, const char *id, const char *name, struct glance *glance)
{
	char path[600], buf[4096];
	struct fact f = {0};
	struct stat st;
	AUTO_FD fd = -1;
	ssize_t n;

	if (dirfd == -1 || snprintf(path, sizeof(path), "%s/%s", id, name) >= (int)sizeof(path))
		return f;
	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return f;
	n = read(fd, buf, sizeof(buf));
	if (n < 0)
		return f;
	if (glance && fstat(fd, &st) == 0)
		*glance =
		    (struct glance){(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec, file_is_held(fd)};
	if (n == sizeof(buf))
		return read_long(a, fd, buf, (size_t)n);
	f.p = arena_copy(a, buf, (size_t)n);
	f.n = (size_t)n;
	return f;
}

struct fact fact_line(struct arena *a, int dirfd, const char *id, const char *name)
{
	struct fact f = read_fact(a, dirfd, id, name, NULL);

	if (f.n && f.p[f.n - 1] == '\n')
		f.p[--f.n] = '\0';
	return f;
}

struct fact fact_list(struct arena *a, int dirfd, const char *id, const char *name)
{
	return read_fact(a, dirfd, id, name, NULL);
}

const char *fact_next(const struct fact *list, const char *at)
{
	at = at ? at + strlen(at) + 1 : list->p;
	return at && at < list->p + list->n ? at : NULL;
}

bool fact_has_word(const struct fact *f, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = f->p; p && (p = strstr(p, word)); p += n)
		if ((p == f->p || strchr(" \n", p[-1])) && strchr(" \n", p[n]))
			return true;
	return false;
}

/* "exited N TIME [core] [oom]" or "signaled N TIME ..." */
static int parse_exit(const char *line, struct life *ret)
{
	char how[12], value[8], time[40];
	uint64_t v;
	int n = 0;

	if (sscanf(line, "%11s %7[0-9] %39s%n", how, value, time, &n) != 3 || num_u64(value, 0, 255, &v) < 0 ||
	    when_parse(time, &ret->finished) < 0)
		return -1;
	if (strcmp(how, "exited") == 0)
		ret->exit_code = (int)v;
	else if (strcmp(how, "signaled") == 0)
		ret->exit_code = 128 + (int)v;
	else
		return -1;
	ret->oom = strstr(line + n, " oom") != NULL;
	return 0;
}

/* The identity kept in RUN/ID/NAME. -1 absent, 0 of no known form, 1 read. */
static int read_identity(struct arena *a, const struct state_dirs *d, const char *id, const char *name,
                         struct proc_id *ret, struct glance *glance)
{
	struct fact f = read_fact(a, d->run, id, name, glance);

	if (!f.p)
		return -1;
	return proc_id_parse(f.p, ret) == 0;
}

/* Whether the first line is the identity of a process that runs. */
static bool is_alive(struct fact f)
{
	struct proc_id who;

	if (!f.p)
		return false;
	f.p[strcspn(f.p, "\n")] = '\0';
	return proc_id_parse(f.p, &who) == 0 && proc_alive(&who);
}

bool fact_alive(struct arena *a, int dirfd, const char *id, const char *name)
{
	return is_alive(fact_line(a, dirfd, id, name));
}

static bool supervised(struct arena *a, const struct state_dirs *d, const char *id)
{
	return fact_alive(a, d->run, id, "supervisor");
}

bool life_removes_itself(struct arena *a, const struct state_dirs *d, const char *id)
{
	struct fact flags = fact_line(a, d->containers, id, "flags");

	return fact_has_word(&flags, "rm");
}

/* The exit fact, from RUN while it is there, else the copy that survives a reboot. */
static struct fact read_exit(struct arena *a, const struct state_dirs *d, const char *id)
{
	struct fact f = fact_line(a, d->run, id, "exit");

	return f.p ? f : fact_line(a, d->containers, id, "exit");
}

bool fact_exists(int dirfd, const char *id, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", id, name);
	return dirfd >= 0 && faccessat(dirfd, path, F_OK, 0) == 0;
}

/* Its process is alive. */
static void life_running(const struct state_dirs *d, const char *id, struct life *ret)
{
	ret->state = fact_exists(d->run, id, "paused") ? LIFE_PAUSED : LIFE_RUNNING;
}

/* There is an exit fact. One that removes itself and is still there has lost its supervisor. */
static void life_exited(struct arena *a, const struct state_dirs *d, const char *id, const char *line, bool want_stale,
                        struct life *ret)
{
	ret->state = parse_exit(line, ret) < 0 ? LIFE_BROKEN : LIFE_EXITED;
	if (fact_exists(d->run, id, "restarting") && supervised(a, d, id)) {
		ret->state = LIFE_RESTARTING;
		return;
	}
	ret->stale = want_stale && life_removes_itself(a, d, id) && !supervised(a, d, id);
}

/* Neither alive nor an exit fact, but a pid: either its supervisor is just about to write the fact, or nobody saw
 * the end. */
static void life_unseen(struct arena *a, const struct state_dirs *d, const char *id, struct life *ret)
{
	ret->state = LIFE_RUNNING;
	if (supervised(a, d, id))
		return;
	*ret = (struct life){
	    .state = LIFE_EXITED, .exit_code = 255, .started = ret->started, .finished = ret->started, .stale = true};
}

/* Neither a process nor an end: waits for its first start, or is being started; or it ran when the machine went down,
 * and nobody saw the end. */
static void life_created(struct arena *a, const struct state_dirs *d, const char *id, struct life *ret)
{
	ret->state = LIFE_CREATED;
	if (fact_exists(d->run, id, "restarts") && supervised(a, d, id)) {
		ret->state = LIFE_RESTARTING;
		ret->finished = when_now();
		return;
	}
	if (fact_exists(d->containers, id, "unstarted") || fact_exists(d->run, "starting", id) || supervised(a, d, id))
		return;
	*ret = (struct life){.state = LIFE_EXITED, .exit_code = 255, .finished = when_now(), .stale = true};
}

void life_read(struct arena *a, const struct state_dirs *d, const char *id, bool want_stale, struct life *ret)
{
	struct proc_id pid;
	struct glance glance = {0};
	struct fact exited;
	int have;

	*ret = (struct life){0};
	have = read_identity(a, d, id, "pid", &pid, &glance);
	ret->started = glance.mtime;
	/* Its supervisor vouches for it as long as both live: one call in place of a look at /proc, which is the dearest. */
	if (have == 1 && (glance.held || proc_alive(&pid))) {
		ret->pid = pid.pid;
		life_running(d, id, ret);
		return;
	}
	exited = read_exit(a, d, id);
	if (exited.p)
		life_exited(a, d, id, exited.p, want_stale, ret);
	else if (have == 1)
		life_unseen(a, d, id, ret);
	else if (have == 0)
		*ret = (struct life){.state = LIFE_BROKEN, .stale = true};
	else
		life_created(a, d, id, ret);
}

const char *life_name(enum life_state s)
{
	static const char *const names[] = {"created", "running", "paused", "restarting", "exited", "dead"};

	return names[s];
}

struct abandoned {
	struct arena *a;
	const struct state_dirs *d;
	void (*fn)(void *arg, const char *id);
	void *arg;
};

/* An empty marker is being written just now; a name with a dot is a temporary file on its way to its name. */
static void look_at_maker(void *arg, const char *id)
{
	const struct abandoned *x = arg;
	struct fact f = fact_line(x->a, x->d->run, "starting", id);

	if (f.n && !strchr(id, '.') && !is_alive(f))
		x->fn(x->arg, id);
}

int state_each_abandoned(struct arena *a, const struct state_dirs *d, void (*fn)(void *arg, const char *id), void *arg,
                         struct err *e)
{
	struct abandoned x = {a, d, fn, arg};

	return state_each(d->run, "starting", look_at_maker, &x, e);
}
