/* test_target_status.c - what nsenter-lite reads of its target. */
#include "check.h"
#include "common/fd.h"
#include "nsenter-lite/limits.h"
#include "nsenter-lite/target.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const char status[] =
    "Name:\tx\nUmask:\t0027\nState:\tS (sleeping)\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t10 20 30 \n"
    "CapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n";

/* Our own limits, as the file and as getrlimit(2) have them. */
static void test_limits(void)
{
	struct rlimit limits[RLIM_NLIMITS], l = {123, 456};
	struct err e;
	char *text, *line;
	size_t n;

	CHECK(setrlimit(RLIMIT_NOFILE, &l) == 0);
	CHECK(file_read(AT_FDCWD, "/proc/self/limits", 65536, &text, &n, &e) == 0);
	CHECK(limits_parse(text, limits) == 0);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		CHECK(getrlimit(i, &l) == 0 && l.rlim_cur == limits[i].rlim_cur && l.rlim_max == limits[i].rlim_max);
	CHECK(limits[RLIMIT_NOFILE].rlim_cur == 123 && limits[RLIMIT_NOFILE].rlim_max == 456);
	CHECK(limits_parse("", limits) < 0);
	CHECK(limits_parse("Limit\nMax cpu time\n", limits) < 0);
	line = strstr(text, "Max open files");
	CHECK(line != NULL);
	line[26] = 'x';
	CHECK(limits_parse(text, limits) < 0);
	free(text);
}

int main(void)
{
	struct target_status s;
	unsigned int id;

	CHECK(target_parse_status(status, &s) == 0);
	CHECK(s.ids.uid == 2 && s.ids.gid == 6);
	CHECK(s.ids.n_groups == 3 && s.ids.groups[2] == 30);
	CHECK(s.bounding == 0xa80425fb && s.no_new_privs && s.seccomp == 2 && s.umask == 027);
	CHECK(target_parse_status("Name:\tx\n", &s) < 0);
	CHECK(target_parse_status("", &s) < 0);
	/* A name cannot pretend to be another field: the kernel escapes its newlines, and fields begin a line. */
	CHECK(target_parse_status("Name:\tUid: 0\n", &s) < 0);

	CHECK(target_map_id("0 0 4294967295\n", 1000, &id) == 0 && id == 1000);
	CHECK(target_map_id("         0     100000      65536\n", 100005, &id) == 0 && id == 5);
	CHECK(target_map_id("0 1000 1\n1 100000 65536\n", 100000, &id) == 0 && id == 1);
	CHECK(target_map_id("0 1000 1\n", 1001, &id) < 0);
	CHECK(target_map_id("", 0, &id) < 0);
	test_limits();
	return check_done();
}
