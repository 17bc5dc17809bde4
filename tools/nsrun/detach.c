/* detach.c - see detach.h */
#include "detach.h"

#include "common/fd.h"
#include "common/msg.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The original process: passes on what the supervisor tells. */
static _Noreturn void wait_for_start(pid_t supervisor, int fd)
{
	struct exit_info x;
	char buf[1024];
	ssize_t n;
	int status;

	do
		n = read(fd, buf, sizeof(buf));
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		exit_wait(supervisor, &x);
		die(EXIT_OWN, "start the command: the supervisor died of it (status %d)", exit_to_status(&x));
	}
	status = (unsigned char)buf[0];
	if (status == 0)
		_exit(0);
	memmove(buf, buf + 1, (size_t)--n);
	do {
		if (n > 0)
			(void)fd_write_all(STDERR_FILENO, buf, (size_t)n);
		n = read(fd, buf, sizeof(buf));
	} while (n > 0 || (n < 0 && errno == EINTR));
	exit_wait(supervisor, &x);
	_exit(status);
}

int detach(void)
{
	int tell[2];
	pid_t pid;

	if (pipe2(tell, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		die(EXIT_OWN, "go into the background: %s", strerror(errno));
	if (pid > 0) {
		close(tell[1]);
		wait_for_start(pid, tell[0]);
	}
	close(tell[0]);
	setsid();
	return tell[1];
}
