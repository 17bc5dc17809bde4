/* test_stats.c - what stats is made of: cgset's sums over processes, ctstate's samples and docker's sizes. */
#include "cgset/members.h"
#include "check.h"
#include "ctstate/sample.h"

static void test_stat(void)
{
	uint64_t threads = 0, ticks = 0;

	CHECK(members_stat("12 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 7 0 555 1 2\n", &threads, &ticks));
	CHECK(threads == 7 && ticks == 127);
	CHECK(!members_stat("", &threads, &ticks));
	CHECK(!members_stat("12 (x) S 1 2", &threads, &ticks));
	CHECK(!members_stat("12 (x", &threads, &ticks));
}

static void test_samples(void)
{
	struct arena a = {0};
	struct samples s = {0};
	const struct sample *one;

	sample_line(&a, &s, "pids 9"); /* of no group */
	sample_line(&a, &s, "group mydocker/one");
	sample_line(&a, &s, "time_usec 1000000");
	sample_line(&a, &s, "cpu_usage_usec 500");
	sample_line(&a, &s, "memory_usage 3000");
	sample_line(&a, &s, "memory_inactive_file 1000");
	sample_line(&a, &s, "memory_limit max");
	sample_line(&a, &s, "processes_threads 4");
	sample_line(&a, &s, "io_read_bytes x");
	sample_line(&a, &s, "nonsense");
	sample_line(&a, &s, "group two");
	CHECK(s.n == 2 && sample_find(&s, "two") == &s.v[1] && !sample_find(&s, "on"));
	one = sample_find(&s, "one");
	CHECK(one && one->time == 1000000 && one->cpu == 500 && one->threads == 4 && one->limit == UINT64_MAX);
	CHECK(one && sample_memory(one) == 2000 && one->read == 0);
	arena_free(&a);
}

static void test_cpu(void)
{
	struct sample before = {.time = 1000, .cpu = 100}, now = {.time = 3000, .cpu = 1100};

	CHECK(sample_cpu(&before, &now) == 50.0);
	CHECK(sample_cpu(&now, &before) == 0);
	CHECK(sample_cpu(NULL, &now) == 0 && sample_cpu(&now, &now) == 0);
}

static void test_net(void)
{
	uint64_t in, out;

	sample_net("Inter-|   Receive      |  Transmit\n face |bytes    packets errs\n"
	           "    lo:  100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n"
	           "  eth0: 1000 1 0 0 0 0 0 0 2000 1 0 0 0 0 0 0\n"
	           "eth1:5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0\n",
	           &in, &out);
	CHECK(in == 1005 && out == 2006);
	sample_net("", &in, &out);
	CHECK(in == 0 && out == 0);
}

static void test_sizes(void)
{
	char buf[16];

	CHECK_STR(sample_size(0, false, buf), "0B");
	CHECK_STR(sample_size(1023, false, buf), "1023B");
	CHECK_STR(sample_size(1536, false, buf), "1.5KiB");
	CHECK_STR(sample_size(712704, false, buf), "696KiB");
	CHECK_STR(sample_size(UINT64_C(25275924480), false, buf), "23.54GiB");
	CHECK_STR(sample_size(1234, true, buf), "1.23kB");
	CHECK_STR(sample_size(344064, true, buf), "344kB");
	CHECK_STR(sample_size(UINT64_MAX, true, buf), "18.4EB");
	CHECK_STR(sample_size(UINT64_MAX, false, buf), "16EiB");
}

int main(void)
{
	test_stat();
	test_samples();
	test_cpu();
	test_net();
	test_sizes();
	return check_done();
}
