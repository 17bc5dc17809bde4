/* output.c - see output.h. */
#include "output.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptor that the i-th pipe stands for. */
static int real(int i)
{
	return STDOUT_FILENO + i;
}

/* Whether a descriptor is a regular file that can be written. */
static bool is_written_file(int fd, struct stat *ret)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH) && fstat(fd, ret) == 0 &&
	       S_ISREG(ret->st_mode);
}

/* The pipe at i. Reading from it never waits. */
static int make_pipe(struct output *o, int i, struct err *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "make a pipe for the output");
	o->from[i] = ends[0];
	o->to[i] = ends[1];
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ? err_set(e, errno, "make a pipe for the output") : 0;
}

int output_begin(struct output *o, struct err *e)
{
	struct stat out, err;
	bool out_is = is_written_file(STDOUT_FILENO, &out), err_is = is_written_file(STDERR_FILENO, &err);

	if (out_is && make_pipe(o, 0, e) < 0)
		return -1;
	if (!err_is)
		return 0;
	if (!out_is || out.st_dev != err.st_dev || out.st_ino != err.st_ino)
		return make_pipe(o, 1, e);
	o->to[1] = fcntl(o->to[0], F_DUPFD_CLOEXEC, 0);
	return o->to[1] < 0 ? err_set(e, errno, "make a pipe for the output") : 0;
}

int output_give(const struct output *o, struct err *e)
{
	for (int i = 0; i < 2; i++)
		if (o->to[i] >= 0 && dup2(o->to[i], real(i)) < 0)
			return err_set(e, errno, "give the command its output");
	return 0;
}

void output_keep(struct output *o)
{
	fd_close(&o->to[0]);
	fd_close(&o->to[1]);
}

/* One pipe, until it is empty. */
static void copy_one(struct output *o, int i)
{
	char buf[16384];
	ssize_t n;

	while (o->from[i] >= 0) {
		n = read(o->from[i], buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0 || fd_write_all(real(i), buf, (size_t)n) < 0)
			fd_close(&o->from[i]);
	}
}

void output_copy(struct output *o)
{
	copy_one(o, 0);
	copy_one(o, 1);
}
