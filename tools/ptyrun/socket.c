/*
 * socket.c - the socket of attach.h by its path.
 *
 * A path may be longer than a socket's address has room for; the way through the directory's descriptor never is.
 */
#include "attach.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The directory of path opened, and the address of the file in it. */
static int make_address(const char *path, int *ret_dir, struct sockaddr_un *ret, struct err *e)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char dir[4096] = ".";

	if (slash && snprintf(dir, sizeof(dir), "%.*s/", (int)(slash - path), path) >= (int)sizeof(dir))
		return err_set(e, ENAMETOOLONG, "the socket '%s'", path);
	*ret_dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return err_set(e, errno, "the socket '%s'", path);
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", *ret_dir, name) >=
	    (int)sizeof(ret->sun_path))
		return err_set(e, ENAMETOOLONG, "the socket '%s'", path);
	return 0;
}

int attach_listen(const char *path, int *ret_fd, struct err *e)
{
	struct sockaddr_un address;
	AUTO_FD dir = -1;
	AUTO_FD fd = -1;
	mode_t old;
	int bound;

	if (make_address(path, &dir, &address, e) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(address.sun_path);
	old = umask(0177);
	bound = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(old);
	if (bound < 0 || listen(fd, 16) < 0)
		return err_set(e, errno, "listen on the socket '%s'", path);
	*ret_fd = fd_take(&fd);
	return 0;
}

int attach_connect(const char *path, int *ret_fd, struct err *e)
{
	struct sockaddr_un address;
	AUTO_FD dir = -1;
	AUTO_FD fd = -1;

	if (make_address(path, &dir, &address, e) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return err_set(e, errno, "connect to the socket '%s'", path);
	*ret_fd = fd_take(&fd);
	return 0;
}
