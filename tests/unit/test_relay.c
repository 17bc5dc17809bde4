/* test_relay.c - bytes between a pty's master and descriptors: whole, in order, and not held up by who is slow. */
#include "check.h"

#include "ptyrun/relay.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static struct relay r;

/* A pair in raw mode, so that bytes are what they are. */
static void open_raw(int *master, int *slave)
{
	struct termios t;

	CHECK(openpty(master, slave, NULL, NULL, NULL) == 0);
	tcgetattr(*slave, &t);
	cfmakeraw(&t);
	tcsetattr(*slave, TCSANOW, &t);
}

/* The command's side: writes n bytes of a pattern and goes. */
static pid_t writer(int master, int slave, size_t n)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	close(master);
	for (size_t i = 0; i < n; i++) {
		char c = (char)('a' + i % 23);

		if (write(slave, &c, 1) != 1)
			_exit(1);
	}
	_exit(0);
}

/* How many bytes of the pattern a file holds from its beginning; -1 when something else is among them. */
static long pattern(int fd)
{
	static char buf[4096];
	long total = 0;
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++, total++)
			if (buf[i] != (char)('a' + total % 23))
				return -1;
	return total;
}

/* More than the buffer holds reaches both sinks whole, until nobody has the slave open. */
static void test_down(void)
{
	char out[] = "/tmp/relay.XXXXXX", log[] = "/tmp/relay.XXXXXX";
	int master, slave, o = mkstemp(out), l = mkstemp(log);
	size_t n = RELAY_DOWN_SIZE * 2 + 77;
	pid_t pid;

	open_raw(&master, &slave);
	pid = writer(master, slave, n);
	close(slave);
	relay_init(&r, master, -1, o, l);
	r.end_on_hangup = true;
	relay_run(&r);
	waitpid(pid, NULL, 0);
	CHECK(pattern(o) == (long)n);
	CHECK(pattern(l) == (long)n);
	close(master);
	close(o);
	close(l);
	unlink(out);
	unlink(log);
}

/* A sink that breaks is given up; the other one gets everything. */
static void test_broken(void)
{
	char out[] = "/tmp/relay.XXXXXX";
	int master, slave, o = mkstemp(out), pipefd[2];
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	CHECK(pipe(pipefd) == 0);
	close(pipefd[0]);
	open_raw(&master, &slave);
	pid = writer(master, slave, 5000);
	close(slave);
	relay_init(&r, master, -1, pipefd[1], o);
	r.end_on_hangup = true;
	relay_run(&r);
	waitpid(pid, NULL, 0);
	CHECK(r.sink[SINK_OUT].fd == -1);
	CHECK(pattern(o) == 5000);
	close(master);
	close(o);
	unlink(out);
}

/* What is typed arrives, and its end is the terminal's end-of-file character: twice in the middle of a line. */
static void test_up(const char *typed, size_t want)
{
	char got[64];
	int master, slave, in[2], status = -1;
	pid_t pid;

	CHECK(openpty(&master, &slave, NULL, NULL, NULL) == 0);
	CHECK(pipe(in) == 0);
	CHECK(write(in[1], typed, strlen(typed)) == (ssize_t)strlen(typed));
	close(in[1]);
	pid = fork();
	if (pid == 0) {
		size_t total = 0;
		ssize_t n;

		close(master);
		while ((n = read(slave, got, sizeof(got))) > 0)
			total += (size_t)n;
		_exit(n == 0 && total == want ? 0 : 1);
	}
	close(slave);
	relay_init(&r, master, in[0], -1, -1);
	r.end_on_hangup = r.eof_char = true;
	relay_run(&r);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	close(master);
	close(in[0]);
}

static void stop(struct relay *relay)
{
	relay->drain = true;
	relay->ctl = -1;
}

/* A drain passes on what is there, and ends although the slave is open. */
static void test_drain(void)
{
	int master, slave, out[2], ctl[2];
	char got[16] = "";

	open_raw(&master, &slave);
	CHECK(pipe(out) == 0 && pipe(ctl) == 0);
	CHECK(write(slave, "last words", 10) == 10);
	CHECK(write(ctl[1], "x", 1) == 1);
	relay_init(&r, master, -1, out[1], -1);
	r.ctl = ctl[0];
	r.on_ctl = stop;
	relay_run(&r);
	CHECK(read(out[0], got, sizeof(got) - 1) == 10);
	CHECK_STR(got, "last words");
	close(master);
	close(slave);
}

static void quit(struct relay *relay)
{
	relay->quit = true;
}

/* An output that nobody reads does not keep input from getting through. */
static void test_full_output(void)
{
	int master, slave, out[2], in[2], ctl[2], status = -1;
	pid_t pid;
	char c;

	open_raw(&master, &slave);
	CHECK(pipe(out) == 0 && pipe(in) == 0 && pipe(ctl) == 0);
	pid = fork();
	if (pid == 0) {
		/* Fills everything, until somebody types; then says so. */
		struct pollfd p = {.fd = slave, .events = POLLIN};

		fcntl(slave, F_SETFL, O_NONBLOCK);
		for (size_t n = 0; poll(&p, 1, n < (1 << 20) ? 0 : -1) == 0; n += 64)
			(void)!write(slave, "0123456789012345678901234567890123456789012345678901234567890123", 64);
		_exit(read(slave, &c, 1) == 1 && c == '!' && write(ctl[1], "x", 1) == 1 ? 0 : 1);
	}
	CHECK(write(in[1], "!", 1) == 1);
	relay_init(&r, master, in[0], out[1], -1);
	r.ctl = ctl[0];
	r.on_ctl = quit;
	alarm(300);
	relay_run(&r);
	alarm(0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	close(master);
	close(slave);
}

int main(void)
{
	test_down();
	test_broken();
	test_up("a line\n", 7);
	test_up("half a line", 11);
	test_up("", 0);
	test_drain();
	test_full_output();
	return check_done();
}
