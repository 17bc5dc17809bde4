/* test_mountinfo.c - lines of /proc/PID/mountinfo. */
#include "check.h"
#include "common/mountinfo.h"

/* Parses a copy of the line. */
static int parse(const char *line, struct mountinfo *m)
{
	static char buf[512];

	snprintf(buf, sizeof(buf), "%s", line);
	return mountinfo_parse(buf, m);
}

int main(void)
{
	struct mountinfo m;

	CHECK(parse("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n", &m) ==
	      0);
	CHECK(m.id == 36 && m.parent == 35);
	CHECK_STR(m.root, "/mnt1");
	CHECK_STR(m.target, "/mnt2");
	CHECK_STR(m.options, "rw,noatime");
	CHECK_STR(m.type, "ext3");
	CHECK_STR(m.source, "/dev/root");
	CHECK_STR(m.super, "rw,errors=continue");
	CHECK(parse("1 0 0:1 / /a\\040b\\011\\012\\134 rw - tmpfs  rw", &m) == 0);
	CHECK_STR(m.target, "/a b\t\n\\");
	CHECK_STR(m.source, "");
	CHECK(parse("1 0 0:1 / /a\\0 rw - tmpfs x rw", &m) == 0);
	CHECK_STR(m.target, "/a\\0");
	static const char *const bad[] = {
	    "", "1", "x 0 0:1 / / rw - t s o", "1 0 0:1 / / rw tmpfs s o", "1 0 0:1 / / rw -", "1 0 0:1 / / rw - t s"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(parse(bad[i], &m) == -1);
	return check_done();
}
