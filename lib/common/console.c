/*
 * console.c - see console.h.
 *
 * The root in which the pair is opened may be hostile. /dev/pts is therefore opened first and proved to be a devpts:
 * nobody can make a file in one, so its ptmx is the kernel's, unless something is mounted on it, which
 * RESOLVE_NO_XDEV refuses. The slave is opened through the master (TIOCGPTPEER), not by name.
 */
#include "console.h"

#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#define PTS_DIR "/dev/pts"

#ifndef DEVPTS_SUPER_MAGIC
#define DEVPTS_SUPER_MAGIC 0x1cd1
#endif
#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

/* Room for one descriptor, aligned as a control message must be. */
union fd_message {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* Opens /dev/ptmx itself, which leads to the devpts beside it: for a user whom ptmxmode=000 (the kernel's default)
 * shuts out of the other. */
static int open_dev_ptmx(void)
{
	AUTO_FD fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2))) {
		errno = ENODEV;
		return -1;
	}
	return fd_take(&fd);
}

/* Opens a new master in the devpts dirfd. */
static int open_ptmx(int dirfd)
{
	struct open_how how = {
	    .flags = O_RDWR | O_NOCTTY | O_CLOEXEC,
	    .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
	};
	int fd = (int)syscall(SYS_openat2, dirfd, "ptmx", &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		fd = openat(dirfd, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == EACCES)
		fd = open_dev_ptmx();
	return fd;
}

/* Opens a pair and unlocks the slave; *ret_number is the slave's name in /dev/pts. */
static int open_pair(int *ret_master, int *ret_slave, unsigned int *ret_number, struct err *e)
{
	AUTO_FD dir = open(PTS_DIR, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD master = -1;
	struct statfs fs;
	int slave, locked = 0;

	if (dir < 0 || fstatfs(dir, &fs) < 0)
		return err_set(e, errno, "opening a terminal in '%s'", PTS_DIR);
	if (fs.f_type != DEVPTS_SUPER_MAGIC) {
		err_set(e, 0, "opening a terminal in '%s': it is not a devpts", PTS_DIR);
		return err_hint(e, "mount one there (mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts)");
	}
	master = open_ptmx(dir);
	if (master < 0)
		return err_set(e, errno, "opening '%s/ptmx'", PTS_DIR);
	if (ioctl(master, TIOCSPTLCK, &locked) < 0 || ioctl(master, TIOCGPTN, ret_number) < 0)
		return err_set(e, errno, "unlocking a terminal of '%s'", PTS_DIR);
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return err_set(e, errno, "opening '%s/%u'", PTS_DIR, *ret_number);
	*ret_master = fd_take(&master);
	*ret_slave = slave;
	return 0;
}

/* Makes the slave uid's, and the terminal of this process: controlling terminal of its session, descriptors 0, 1, 2.
 * */
static int adopt(int slave, uid_t uid, struct err *e)
{
	struct stat st;

	if (fstat(slave, &st) < 0 || (st.st_uid != uid && fchown(slave, uid, (gid_t)-1) < 0))
		return err_set(e, errno, "giving the terminal to user %u", (unsigned int)uid);
	if (setsid() < 0 && getsid(0) != getpid()) {
		err_set(e, errno, "starting a session for the terminal");
		return err_hint(e, "the process leads a process group already");
	}
	if (ioctl(slave, TIOCSCTTY, 0) < 0)
		return err_set(e, errno, "making the terminal the controlling one");
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(slave, fd) < 0)
			return err_set(e, errno, "making the terminal descriptor %d", fd);
	return 0;
}

/* Sends the master with the slave's path and waits for the answer: a byte or the end of file. */
static int send_master(int sock, int master, unsigned int number, struct err *e)
{
	char path[32];
	union fd_message control = {0};
	struct iovec iov = {.iov_base = path, .iov_len = (size_t)snprintf(path, sizeof(path), PTS_DIR "/%u", number)};
	struct msghdr m = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &master, sizeof(int));
	do
		n = sendmsg(sock, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, errno, "sending the terminal over the console socket (descriptor %d)", sock);
	do
		n = read(sock, path, 1);
	while (n < 0 && errno == EINTR);
	return 0;
}

int console_give(int sock, uid_t uid, struct err *e)
{
	AUTO_FD master = -1;
	AUTO_FD slave = -1;
	AUTO_FD errors = -1;
	unsigned int number = 0;

	if (fd_open_stdio() < 0)
		return err_set(e, errno, "opening '/dev/null'");
	errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (open_pair(&master, &slave, &number, e) < 0 || adopt(slave, uid, e) < 0)
		return -1;
	if (send_master(sock, master, number, e) < 0) {
		/* Nobody reads what is said on the terminal. */
		if (errors >= 0)
			dup2(errors, STDERR_FILENO);
		return -1;
	}
	close(sock);
	return 0;
}

/* The descriptor that came with a message, or -1. */
static int passed_fd(struct msghdr *m)
{
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
			memcpy(&fd, CMSG_DATA(c), sizeof(int));
	return fd;
}

int console_take(int sock, int *ret_master, struct err *e)
{
	char path[64];
	union fd_message control = {0};
	struct iovec iov = {.iov_base = path, .iov_len = sizeof(path)};
	struct msghdr m = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control.bytes)};
	AUTO_FD fd = -1;
	unsigned int number;
	ssize_t n;

	do
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return err_set(e, n < 0 && errno != ECONNRESET ? errno : ECONNRESET, "receiving a terminal");
	fd = passed_fd(&m);
	if (fd < 0)
		return err_set(e, 0, "receiving a terminal: the message holds no descriptor");
	if (ioctl(fd, TIOCGPTN, &number) < 0)
		return err_set(e, 0, "receiving a terminal: the descriptor is not a pseudo-terminal's master");
	*ret_master = fd_take(&fd);
	return 0;
}
