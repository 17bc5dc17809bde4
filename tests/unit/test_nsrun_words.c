/* test_nsrun_words.c - what --rlimit, --sched and --sysctl take. */
#include "check.h"

#include "nsrun/attribute.h"
#include "nsrun/sysctl.h"

#include <sched.h>

static void test_limits(void)
{
	static const char *const wrong[] = {"",
	                                    "nofile",
	                                    "nofile=",
	                                    "=1",
	                                    "nofile=1:",
	                                    "nofile=:1",
	                                    "nofile=2:1",
	                                    "nofile=-2",
	                                    "nofile= 1",
	                                    "nofile=1k",
	                                    "nofil=1",
	                                    "NOFILE=1",
	                                    "nofile=0x10",
	                                    "nofile=1:2:3",
	                                    "nofile=unlimited:1",
	                                    "nofile=18446744073709551616"};
	struct attributes a = {0};
	struct err e;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!CHECK(limits_add(&a.limits, wrong[i], &e) == -1))
			printf("  taken: '%s'\n", wrong[i]);
	CHECK(!attribute_any(&a));
	CHECK(limits_add(&a.limits, "nofile=100:200", &e) == 0);
	CHECK(a.limits.limit[RLIMIT_NOFILE].rlim_cur == 100 && a.limits.limit[RLIMIT_NOFILE].rlim_max == 200);
	CHECK(limits_add(&a.limits, "core=0", &e) == 0);
	CHECK(a.limits.limit[RLIMIT_CORE].rlim_cur == 0 && a.limits.limit[RLIMIT_CORE].rlim_max == 0);
	CHECK(limits_add(&a.limits, "memlock=5:unlimited", &e) == 0);
	CHECK(a.limits.limit[RLIMIT_MEMLOCK].rlim_max == RLIM_INFINITY);
	CHECK(limits_add(&a.limits, "stack=-1", &e) == 0 && a.limits.limit[RLIMIT_STACK].rlim_cur == RLIM_INFINITY);
	CHECK(a.limits.set == (1U << RLIMIT_NOFILE | 1U << RLIMIT_CORE | 1U << RLIMIT_MEMLOCK | 1U << RLIMIT_STACK));
}

static void test_sched(void)
{
	static const char *const wrong[] = {"",      "fifo",   "fifo:", "fifo:0", "rr:100",
	                                    "rr:-1", "idle:1", "oth",   "others", ":1"};
	struct attributes a = {0};
	struct err e;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!CHECK(attribute_sched(&a, wrong[i], &e) == -1))
			printf("  taken: '%s'\n", wrong[i]);
	CHECK(!attribute_any(&a));
	CHECK(attribute_sched(&a, "rr:99", &e) == 0 && a.policy == SCHED_RR && a.priority == 99);
	CHECK(attribute_sched(&a, "batch:0", &e) == 0 && a.policy == SCHED_BATCH && a.priority == 0);
	CHECK(attribute_any(&a));
}

static void test_sysctls(void)
{
	static const char *const wrong[] = {"",
	                                    "net",
	                                    "=1",
	                                    "net=1",
	                                    "net.=1",
	                                    ".net=1",
	                                    "net..a=1",
	                                    "net/../a=1",
	                                    "net/./a=1",
	                                    "/net/a=1",
	                                    "kernel.panic=1",
	                                    "kernel.semx=1",
	                                    "kernel.sem.x=1",
	                                    "vm.swappiness=1",
	                                    "network.a=1",
	                                    "fs.file-max=1",
	                                    "net//../../kernel/panic=1"};
	struct err e;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!CHECK(sysctl_check(wrong[i], &e) == -1))
			printf("  taken: '%s'\n", wrong[i]);
	CHECK(sysctl_check("net.ipv4.ip_forward=1", &e) == 'n');
	CHECK(sysctl_check("net/ipv4/conf/eth0.1/forwarding=1", &e) == 'n');
	CHECK(sysctl_check("net.ipv4.conf.eth0/1.forwarding=1", &e) == 'n');
	CHECK(sysctl_check("fs.mqueue.msg_max=1", &e) == 'i');
	CHECK(sysctl_check("kernel.sem=1 2 3=4", &e) == 'i');
	CHECK(sysctl_check("kernel/hostname=", &e) == 'u');
	CHECK(sysctl_check("user.max_net_namespaces=1", &e) == 'U');
}

int main(void)
{
	test_limits();
	test_sched();
	test_sysctls();
	return check_done();
}
