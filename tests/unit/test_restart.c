/* test_restart.c - nsrun --restart: the policy, the waits, the count. */
#include "check.h"

#include "common/fd.h"
#include "nsrun/restart.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_parse(void)
{
	static const char *const bad[] = {
	    "",     "yes",          "on-failure:", "on-failure:-1", "on-failure3", "always:3", "on-failure:4294967296",
	    "no:1", "on-failure:1x"};
	struct restart_policy p = {0};

	CHECK(restart_parse("no", &p) == 0 && p.when == RESTART_NO);
	CHECK(restart_parse("on-failure", &p) == 0 && p.when == RESTART_ON_FAILURE && p.max == 0);
	CHECK(restart_parse("on-failure:7", &p) == 0 && p.when == RESTART_ON_FAILURE && p.max == 7);
	CHECK(restart_parse("always", &p) == 0 && p.when == RESTART_ALWAYS && p.max == 0);
	CHECK(restart_parse("unless-stopped", &p) == 0 && p.when == RESTART_ALWAYS);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(restart_parse(bad[i], &p) == -1);
}

static void test_wanted(void)
{
	struct restart_policy p = {.when = RESTART_ON_FAILURE, .max = 2};
	struct restart_state s = {.count = 1};
	struct exit_info good = {0}, bad = {.value = 1}, killed = {.signaled = true, .value = 9};

	CHECK(!restart_wanted(&p, &s, &good));
	CHECK(restart_wanted(&p, &s, &bad) && restart_wanted(&p, &s, &killed));
	s.count = 2;
	CHECK(!restart_wanted(&p, &s, &bad));
	p.max = 0;
	CHECK(restart_wanted(&p, &s, &bad));
	p.when = RESTART_ALWAYS;
	CHECK(restart_wanted(&p, &s, &good));
	p.when = RESTART_NO;
	CHECK(!restart_wanted(&p, &s, &bad));
}

static void test_delay(void)
{
	struct restart_state s = {.started = 1000};
	unsigned int last = 0;

	CHECK(restart_delay(&s, 1000) == 100);
	CHECK(restart_delay(&s, 1000) == 200);
	CHECK(restart_delay(&s, 1000) == 400);
	for (int i = 0; i < 20; i++)
		last = restart_delay(&s, 1000);
	CHECK(last == 60000);
	CHECK(restart_delay(&s, 1000 + 9999999999) == 60000);
	CHECK(restart_delay(&s, 1000 + 10000000000) == 100);
}

/* What stands in the file counts, if it is a policy. */
static void test_now(void)
{
	static const char *const lines[] = {"no\n", "on-failure:3\n", "always",
	                                    "",     "sometimes\n",    "on-failure:00000000000000000000000000000000\n"};
	static const enum restart_when when[] = {RESTART_NO,     RESTART_ON_FAILURE, RESTART_ALWAYS,
	                                         RESTART_ALWAYS, RESTART_ALWAYS,     RESTART_ALWAYS};
	char path[] = "/tmp/test_restart.XXXXXX";
	struct restart_policy p = {.when = RESTART_ALWAYS, .wait_file = "w"};
	int fd = mkstemp(path);
	struct err e;

	CHECK(fd >= 0 && restart_now(&p).when == RESTART_ALWAYS);
	close(fd);
	p.policy_file = path;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK(file_write_atomic(AT_FDCWD, path, lines[i], strlen(lines[i]), 0600, &e) == 0);
		CHECK(restart_now(&p).when == when[i] && restart_now(&p).max == (i == 1 ? 3 : 0));
	}
	CHECK(strcmp(restart_now(&p).wait_file, "w") == 0);
	unlink(path);
	CHECK(restart_now(&p).when == RESTART_ALWAYS);
}

int main(void)
{
	test_parse();
	test_wanted();
	test_delay();
	test_now();
	return check_done();
}
