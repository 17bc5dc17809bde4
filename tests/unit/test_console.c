/* test_console.c - a terminal handed out over a socket, and what is refused on the way. */
#include "check.h"

#include "common/console.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The side inside: takes a terminal and reports on it, by its own output, what it sees. */
static void give(int sock)
{
	struct winsize w = {0};
	char line[128];
	struct err e;
	int n;

	if (console_give(sock, getuid(), &e) < 0)
		_exit(9);
	ioctl(0, TIOCGWINSZ, &w);
	n = snprintf(line, sizeof(line), "%s %d %d %d %d\n", ttyname(0), isatty(1) && isatty(2),
	             tcgetpgrp(0) == getpid(), (int)w.ws_row, (int)w.ws_col);
	_exit(write(1, line, (size_t)n) == n ? 0 : 8);
}

static void test_way(int type)
{
	struct winsize w = {.ws_row = 33, .ws_col = 44};
	char line[128] = "", path[64] = "";
	int pair[2], master = -1, status = -1;
	unsigned int number = 0;
	struct err e;
	pid_t pid;
	ssize_t n;

	CHECK(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) == 0);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		give(pair[1]);
	}
	close(pair[1]);
	CHECK(console_take(pair[0], &master, &e) == 0);
	CHECK(fcntl(master, F_GETFD) & FD_CLOEXEC);
	CHECK(ioctl(master, TIOCGPTN, &number) == 0);
	/* It waits: the size set here is there when the command begins. */
	CHECK(ioctl(master, TIOCSWINSZ, &w) == 0);
	close(pair[0]);
	n = read(master, line, sizeof(line) - 1);
	CHECK(n > 0);
	snprintf(path, sizeof(path), "/dev/pts/%u 1 1 33 44\r\n", number);
	CHECK_STR(line, path);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	close(master);
}

/* What the other side sends instead of a terminal: a descriptor of something else, or none (fd -1). */
static void send_other(int sock, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = "x", .iov_len = 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd >= 0) {
		m.msg_control = &control;
		m.msg_controllen = sizeof(control.bytes);
		CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&m)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof(int));
	}
	CHECK(sendmsg(sock, &m, 0) == 1);
}

static void test_refused(void)
{
	int pair[2], master = -1, null = open("/dev/null", O_RDWR | O_CLOEXEC), before, after;
	struct err e;

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	before = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(before);
	send_other(pair[1], null);
	CHECK(console_take(pair[0], &master, &e) == -1);
	CHECK(strstr(e.text, "not a pseudo-terminal's master"));
	send_other(pair[1], -1);
	CHECK(console_take(pair[0], &master, &e) == -1);
	CHECK(strstr(e.text, "no descriptor"));
	/* Nothing that came was kept. */
	after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(after == before);
	close(after);
	close(pair[1]);
	CHECK(console_take(pair[0], &master, &e) == -1 && e.code == ECONNRESET);
	CHECK(master == -1);
	/* No socket: the terminal that was made goes again, and with it a session. */
	signal(SIGHUP, SIG_IGN);
	CHECK(console_give(null, getuid(), &e) == -1);
	close(pair[0]);
	close(null);
}

int main(void)
{
	int status = -1;

	test_way(SOCK_STREAM);
	test_way(SOCK_SEQPACKET);
	/* console_give makes the terminal the process's own: in a child. */
	if (fork() == 0) {
		test_refused();
		_exit(check_failed ? 1 : 0);
	}
	CHECK(wait(&status) > 0 && status == 0);
	return check_done();
}
