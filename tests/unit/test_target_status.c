/* test_target_status.c - what nsenter-lite reads of its target. */
#include "check.h"
#include "nsenter-lite/target.h"

static const char status[] =
    "Name:\tx\nUmask:\t0027\nState:\tS (sleeping)\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t10 20 30 \n"
    "CapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n";

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
	return check_done();
}
