/* test_proc.c - identities of processes and how they end. */
#include "check.h"
#include "common/fd.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static char dir[] = "/tmp/test_proc.XXXXXX";

static void test_identity(void)
{
	struct proc_id id, back;
	struct err e;
	int fd = -1;

	CHECK(proc_identify(getpid(), &id, &e) == 0 && proc_alive(&id));
	CHECK(proc_id_write(AT_FDCWD, "pid", &id, &e) == 0 && proc_id_read(AT_FDCWD, "pid", &back, &e) == 0);
	CHECK(back.pid == id.pid && back.starttime == id.starttime && strcmp(back.boot, id.boot) == 0);
	CHECK(proc_open(&id, &fd, &e) == 0 && fd >= 0 && sys_pidfd_send_signal(fd, 0) == 0);
	fd_close(&fd);
	back.starttime++;
	CHECK(!proc_alive(&back) && proc_open(&back, &fd, &e) == -1 && e.code == ESRCH);
	back = id;
	back.boot[0] = back.boot[0] == '0' ? '1' : '0';
	CHECK(!proc_alive(&back));
	CHECK(proc_id_read(AT_FDCWD, "nothing", &back, &e) == -1 && e.code == ENOENT);
}

/* The command's name must not confuse the reader of /proc/PID/stat. */
static void test_odd_name(void)
{
	struct proc_id before, after;
	struct err e;

	CHECK(proc_identify(getpid(), &before, &e) == 0);
	CHECK(prctl(PR_SET_NAME, ") R 1 2 (x") == 0);
	CHECK(proc_identify(getpid(), &after, &e) == 0 && after.starttime == before.starttime);
}

static void test_parse(void)
{
	static const char good[] = "12 345 01234567-89ab-cdef-0123-456789abcdef\n";
	static const char *const bad[] = {"",
	                                  "12",
	                                  "12 345",
	                                  "0 1 01234567-89ab-cdef-0123-456789abcdef",
	                                  "12 345 01234567-89ab-cdef-0123-456789abcde",
	                                  "12 345 01234567-89ab-cdef-0123-456789abcdef0",
	                                  "12 345 01234567-89ab-cdef-0123-456789abcdef x",
	                                  "-1 345 01234567-89ab-cdef-0123-456789abcdef",
	                                  "12 345 01234567-89ab-cdef-0123-456789abcdef\n\n",
	                                  "99999999 345 01234567-89ab-cdef-0123-456789abcdef",
	                                  "12 99999999999999999999999 01234567-89ab-cdef-0123-456789abcdef"};
	struct proc_id id;

	CHECK(proc_id_parse(good, &id) == 0 && id.pid == 12 && id.starttime == 345);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(proc_id_parse(bad[i], &id) == -1);
}

/* Ends a child in the way asked for and reads back what exit_write said. */
static void ends(int sig, int status, const char *want, int shell_status)
{
	struct exit_info x;
	struct err e;
	char line[128];
	pid_t pid = fork();

	if (pid == 0) {
		struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		if (sig)
			raise(sig);
		_exit(status);
	}
	CHECK(exit_wait(pid, &x) == 0 && exit_to_status(&x) == shell_status);
	CHECK(exit_write(AT_FDCWD, "exit", &x, &e) == 0);
	CHECK(file_read_line(AT_FDCWD, "exit", line, sizeof(line)) > 0 && strncmp(line, want, strlen(want)) == 0);
	CHECK(line[strlen(want) + 10] == 'T' && line[strlen(want) + TIME_TEXT_LEN - 1] == 'Z');
	CHECK(exit_wait(pid, &x) == -1 && errno == ECHILD);
}

int main(void)
{
	CHECK(mkdtemp(dir) && chdir(dir) == 0);
	test_identity();
	test_odd_name();
	test_parse();
	ends(0, 0, "exited 0 ", 0);
	ends(0, 255, "exited 255 ", 255);
	ends(SIGKILL, 0, "signaled 9 ", 137);
	unlink("pid");
	unlink("exit");
	CHECK(chdir("/") == 0 && rmdir(dir) == 0);
	return check_done();
}
