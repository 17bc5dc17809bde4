/* test_cgset_value.c - values of settings, the scales of the two versions, and what is parsed out of NAME=VALUE. */
#include "cgset/group.h"
#include "cgset/setting.h"
#include "cgset/value.h"
#include "check.h"

#include <errno.h>

#define REFUSES(call, code)                             \
	do {                                            \
		errno = 0;                              \
		CHECK((call) == -1 && errno == (code)); \
	} while (0)

static void test_numbers(void)
{
	uint64_t v = 1;

	CHECK(value_size("64m", false, &v) == 0 && v == 64 << 20);
	CHECK(value_size("max", false, &v) == 0 && v == VALUE_UNLIMITED);
	CHECK(value_size("-1", true, &v) == 0 && v == VALUE_UNLIMITED);
	CHECK(value_size("9223372036854775807", false, &v) == 0 && v == INT64_MAX);
	REFUSES(value_size("9223372036854775808", false, &v), ERANGE);
	REFUSES(value_size("99999999999G", false, &v), ERANGE);
	REFUSES(value_size("-1", false, &v), EINVAL);
	REFUSES(value_size("1Z", false, &v), EINVAL);
	CHECK(value_count("7", 1, 7, false, &v) == 0 && v == 7);
	REFUSES(value_count("8", 1, 7, false, &v), ERANGE);
	REFUSES(value_count("-5", 1, 7, true, &v), EINVAL);
}

static void test_cpu(void)
{
	uint64_t v, quota = 0, period = 5;

	CHECK(value_cpu("1.5", &v) == 0 && v == 1500000);
	CHECK(value_cpu("50%", &v) == 0 && v == 500000);
	CHECK(value_cpu("0.01", &v) == 0 && v == 10000);
	REFUSES(value_cpu("0", &v), ERANGE);
	REFUSES(value_cpu("0.009", &v), ERANGE);
	REFUSES(value_cpu("8193", &v), ERANGE);
	static const char *const bad[] = {"", "nan", "inf", "1e9", "-1", "%", "1%%", "0x1", " 1", "1 ", "1.0000001"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		REFUSES(value_cpu(bad[i], &v), EINVAL);
	CHECK(value_cpu_max("50000 100000", &quota, &period) == 0 && quota == 50000 && period == 100000);
	CHECK(value_cpu_max("max 2000", &quota, &period) == 0 && quota == VALUE_UNLIMITED && period == 2000);
	period = 5;
	CHECK(value_cpu_max("70000", &quota, &period) == 0 && quota == 70000 && period == 5);
	REFUSES(value_cpu_max("50000 ", &quota, &period), EINVAL);
	REFUSES(value_cpu_max("50000  1000", &quota, &period), EINVAL);
	REFUSES(value_cpu_max("1 1000", &quota, &period), ERANGE);
}

static void test_lists(void)
{
	struct cpulist a, b;

	CHECK(value_cpulist("0-3,7", &a) == 0 && a.bits[0] == 0x8f);
	CHECK(value_cpulist("7,3,2,1,0,0-1", &b) == 0 && cpulist_equal(&a, &b));
	CHECK(value_cpulist("8191", &b) == 0 && b.bits[127] == UINT64_C(1) << 63 && !cpulist_subset(&b, &a));
	CHECK(value_cpulist("1-2", &b) == 0 && cpulist_subset(&b, &a) && !cpulist_equal(&a, &b));
	REFUSES(value_cpulist("3-1", &a), EINVAL);
	REFUSES(value_cpulist("8192", &a), ERANGE);
	REFUSES(value_cpulist("99999999999999999999", &a), ERANGE);
	static const char *const bad[] = {"", ",", "0,", ",0", "0-", "-1", "a", "0 1", "0-1-2", "0-7:2/4", "0\n"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		REFUSES(value_cpulist(bad[i], &a), EINVAL);
}

static void test_scales(void)
{
	CHECK(value_shares_to_weight(1024) == 100 && value_weight_to_shares(100) == 1024);
	CHECK(value_shares_to_weight(2) == 1 && value_shares_to_weight(262144) == 10000);
	CHECK(value_shares_to_weight(512) == 50 && value_shares_to_weight(2048) == 200);
	CHECK(value_weight_to_shares(1) == 10 && value_weight_to_shares(10000) == 102400);
	CHECK(value_blkio_to_io(10) == 1 && value_blkio_to_io(1000) == 10000);
	CHECK(value_io_to_blkio(1) == 10 && value_io_to_blkio(10000) == 1000);
}

static void test_device(void)
{
	char device[8];
	uint64_t v;

	CHECK(value_device_rate("8:0:1m", device, sizeof(device), &v) == 0 && v == 1 << 20);
	CHECK_STR(device, "8:0");
	CHECK(value_device_rate("/dev/x:0", device, sizeof(device), &v) == 0 && v == VALUE_UNLIMITED);
	REFUSES(value_device_rate("1m", device, sizeof(device), &v), EINVAL);
	REFUSES(value_device_rate(":1m", device, sizeof(device), &v), EINVAL);
	REFUSES(value_device_rate("/dev/toolong:1m", device, sizeof(device), &v), EINVAL);
	REFUSES(value_device_rate("8:0:x", device, sizeof(device), &v), EINVAL);
}

static void test_settings(void)
{
	static struct settings s;
	struct err e = {0};

	CHECK(settings_add(&s, "memory=64m", &e) == 0 && s.of[W_MEMORY].number == 64 << 20);
	CHECK(settings_add(&s, "memory.limit_in_bytes=-1", &e) == 0 && s.of[W_MEMORY].number == VALUE_UNLIMITED);
	CHECK(settings_add(&s, "memory-low=1m", &e) == 0 && s.of[W_MEMORY_RESERVATION].number == 1 << 20);
	CHECK(settings_add(&s, "cpu.max=20000 50000", &e) == 0 && s.of[W_CPU_PERIOD].number == 50000);
	CHECK(settings_add(&s, "cpuset.cpus=0-1", &e) == 0 && s.of[W_CPUSET_CPUS].asked);
	CHECK(s.n_raw == 0);
	CHECK(settings_add(&s, "memory.force_empty=0", &e) == 0 && s.n_raw == 1);
	CHECK_STR(s.raw[0].file, "memory.force_empty");
	static const char *const bad[] = {
	    "memory",  "=1",     "memory=",    "memory=-1",       "nosuch=1", "a/b.c=1",
	    "..x=1",   "a..b=1", ".a=1",       "memory.max=64\n", "pids=0",   "cgroup.procs=1",
	    "cpu=1e9", "-a.b=1", "oom-group=2"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e.status = 0;
		CHECK(settings_add(&s, bad[i], &e) == -1 && e.status == 2);
	}
	for (size_t i = 0; i < 1000; i++)
		CHECK(settings_add(&s, "memory.force_empty=0", &e) == 0);
	CHECK(s.n_raw == 1001 && !strcmp(s.raw[1000].asked, "memory.force_empty=0"));
	settings_free(&s);
	CHECK(s.n_raw == 0 && !s.of[W_MEMORY].asked);
}

static void test_group_names(void)
{
	char name[PATH_MAX];
	struct err e;

	CHECK(group_name("/a/b/", name, &e) == 0);
	CHECK_STR(name, "a/b");
	CHECK(group_name("/", name, &e) == 0);
	CHECK_STR(name, ".");
	CHECK(group_name("system.slice/x@1.service", name, &e) == 0);
	static const char *const bad[] = {"",   "..",  "a/..", "a/../b", "a//b", ".a",
	                                  "-a", "a b", "a\nb", "a=b",    "a//",  "//"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(group_name(bad[i], name, &e) == -1);
}

int main(void)
{
	test_numbers();
	test_cpu();
	test_lists();
	test_scales();
	test_device();
	test_settings();
	test_group_names();
	return check_done();
}
