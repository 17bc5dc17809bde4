/* test_cgroup.c - the map of hierarchies out of mountinfo, and the lines of /proc/PID/cgroup. */
#include "check.h"
#include "common/cgroup.h"

#include <errno.h>

/* Parses a copy of the text. */
static void parse(const char *text, struct cg_map *m)
{
	char copy[4096];

	snprintf(copy, sizeof(copy), "%s", text);
	cg_parse_mounts(copy, m);
}

static void test_hybrid(void)
{
	static struct cg_map m;
	char path[PATH_MAX];
	struct err e;

	parse("31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
	      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct\n"
	      "35 31 0:32 / /sys/fs/cgroup/memory rw shared:5 - cgroup cgroup rw,memory\n"
	      "37 31 0:34 / /sys/fs/cgroup/freezer ro - cgroup cgroup rw,freezer\n"
	      "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/x,name=systemd\n"
	      "41 31 0:38 / /sys/fs/cgroup/uni\\040fied rw - cgroup2 cgroup2 rw,nsdelegate\n",
	      &m);
	CHECK(m.n == 5);
	CHECK_STR(m.h[0].controllers, "cpu,cpuacct");
	CHECK_STR(m.h[3].controllers, "name=systemd");
	CHECK(cg_find(&m, "cpuacct") == &m.h[0] && cg_find(&m, "cpu") == &m.h[0]);
	CHECK(cg_find(&m, "cpua") == NULL && cg_find(&m, "rw") == NULL && cg_find(&m, "xattr") == NULL);
	CHECK(cg_find(&m, "freezer") && !cg_find(&m, "freezer")->writable);
	CHECK(cg_find(&m, "memory") && cg_find(&m, "memory")->writable);
	CHECK(cg_v2(&m) == &m.h[4] && cg_tracker(&m) == &m.h[4]);
	CHECK_STR(m.h[4].mount, "/sys/fs/cgroup/uni fied");
	CHECK(cg_path(&m.h[1], "a/b", path, &e) == 0);
	CHECK_STR(path, "/sys/fs/cgroup/memory/a/b");
}

static void test_trackers(void)
{
	static struct cg_map m;

	parse("1 0 0:1 / /c/memory rw - cgroup c rw,memory\n2 0 0:2 / /c/pids rw - cgroup c rw,pids\n", &m);
	CHECK(!cg_v2(&m) && cg_tracker(&m) == &m.h[1]);
	parse("1 0 0:1 / /c/memory rw - cgroup c rw,memory\n2 0 0:2 / /c/fr rw - cgroup c rw,freezer\n", &m);
	CHECK(cg_tracker(&m) == &m.h[1]);
	parse("1 0 0:1 / /c/memory rw - cgroup c rw,memory\n", &m);
	CHECK(cg_tracker(&m) == &m.h[0]);
	parse("1 0 0:1 / / rw - ext4 /dev/sda rw\nnonsense - cgroup\n", &m);
	CHECK(m.n == 0 && cg_tracker(&m) == NULL);
}

/* A hierarchy that is mounted twice counts once, and the whole of it before a part. */
static void test_twice(void)
{
	static struct cg_map m;

	parse("1 0 0:1 /box /box/memory rw - cgroup c rw,memory\n2 0 0:1 / /c/memory rw - cgroup c rw,memory\n"
	      "3 0 0:1 / /d/memory rw - cgroup c rw,memory\n4 0 0:9 / /u rw - cgroup2 c rw\n5 0 0:9 / /v rw - cgroup2 "
	      "c rw\n",
	      &m);
	CHECK(m.n == 2);
	CHECK_STR(m.h[0].mount, "/c/memory");
	CHECK_STR(m.h[1].mount, "/u");
}

static void test_membership(void)
{
	struct cg_membership ms;
	char v1[] = "4:cpu,cpuacct:/a:b/c", v2[] = "0::/", named[] = "9:name=x:y:/z";
	char *bad[] = {(char[]){""}, (char[]){"4"}, (char[]){":memory:/a"}, (char[]){"x:memory:/a"},
	               (char[]){"4:memory:a"}};

	CHECK(cg_parse_membership(v1, &ms) == 0);
	CHECK_STR(ms.controllers, "cpu,cpuacct");
	CHECK_STR(ms.path, "/a:b/c");
	CHECK(cg_parse_membership(v2, &ms) == 0);
	CHECK_STR(ms.controllers, "");
	CHECK_STR(ms.path, "/");
	CHECK(cg_parse_membership(named, &ms) == 0);
	CHECK_STR(ms.controllers, "name=x:y");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		CHECK(cg_parse_membership(bad[i], &ms) == -1 && errno == EINVAL);
	}
}

static void test_lists(void)
{
	CHECK(cg_list_has("a,b", "a") && cg_list_has("a,b", "b") && cg_list_has("a", "a"));
	CHECK(!cg_list_has("", "") && !cg_list_has("ab", "a") && !cg_list_has("a,b", "a,b"));
}

int main(void)
{
	test_hybrid();
	test_trackers();
	test_twice();
	test_membership();
	test_lists();
	return check_done();
}
