/* test_msg.c - hostile bytes in messages, and the exec report through a pipe. */
#include "check.h"
#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_clean(void)
{
	char buf[64], tiny[6];

	CHECK_STR(msg_clean(buf, sizeof(buf), "plain 'text'"), "plain 'text'");
	CHECK_STR(msg_clean(buf, sizeof(buf), "a\nb\tc\033[31m\x7f"), "a\\x0ab\\x09c\\x1b[31m\\x7f");
	CHECK_STR(msg_clean(buf, sizeof(buf), "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb3"),
	          "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb3");
	CHECK_STR(msg_clean(buf, sizeof(buf), "\xff\xc3("), "\\xff\\xc3(");
	CHECK_STR(msg_clean(buf, sizeof(buf), "\xc2\x9b\xc0\xaf\xed\xa0\x80"), "\\xc2\\x9b\\xc0\\xaf\\xed\\xa0\\x80");
	CHECK_STR(msg_clean(tiny, sizeof(tiny), "abc\n"), "abc");
	CHECK_STR(msg_clean(tiny, sizeof(tiny), "abcdefgh"), "abcde");
}

/* What a child that dies with a report tells the reader. */
static void test_report(void)
{
	int p[2], status;
	char text[256];

	CHECK(pipe(p) == 0);
	if (fork() == 0) {
		struct err e;

		msg_init("tool");
		msg_report_to(p[1]);
		err_set(&e, ENOENT, "exec '%s'", "a\nb");
		err_hint(&e, "look again");
		e.status = EXIT_NOTFOUND;
		die_err(EXIT_OWN, &e);
	}
	close(p[1]);
	CHECK(msg_read_report(p[0], text, sizeof(text)) == EXIT_NOTFOUND);
	CHECK_STR(text, "tool: exec 'a\\x0ab': No such file or directory; look again");
	close(p[0]);
	CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOTFOUND);
}

/* An exec closes the pipe without a word. */
static void test_report_of_exec(void)
{
	int p[2];
	char text[16];

	CHECK(pipe(p) == 0);
	if (fork() == 0) {
		close(p[0]);
		msg_report_to(p[1]);
		execl("/bin/true", "true", (char *)NULL);
		_exit(99);
	}
	close(p[1]);
	CHECK(msg_read_report(p[0], text, sizeof(text)) == 0);
	close(p[0]);
	wait(NULL);
}

int main(void)
{
	test_clean();
	test_report();
	test_report_of_exec();
	return check_done();
}
