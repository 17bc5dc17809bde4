/* test_num.c - numbers, sizes, durations: the whole string or an error. */
#include "check.h"
#include "common/num.h"

#include <errno.h>

/* Runs a parser on s and compares: want < 0 means that it must fail with errno -want. */
#define GIVES(call, v, want)                     \
	do {                                     \
		int r_ = (call);                 \
		CHECK(r_ == 0 && (v) == (want)); \
	} while (0)
#define REFUSES(call, code)                             \
	do {                                            \
		errno = 0;                              \
		CHECK((call) == -1 && errno == (code)); \
	} while (0)

static void test_u64(void)
{
	uint64_t v = 7;

	GIVES(num_u64("0", 0, UINT64_MAX, &v), v, 0);
	GIVES(num_u64("007", 0, 10, &v), v, 7);
	GIVES(num_u64("18446744073709551615", 0, UINT64_MAX, &v), v, UINT64_MAX);
	REFUSES(num_u64("18446744073709551616", 0, UINT64_MAX, &v), ERANGE);
	REFUSES(num_u64("11", 0, 10, &v), ERANGE);
	REFUSES(num_u64("1", 2, 10, &v), ERANGE);
	static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "0x1", "1a", "a", "1\n"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		REFUSES(num_u64(bad[i], 0, UINT64_MAX, &v), EINVAL);
	CHECK(v == UINT64_MAX);
}

static void test_i64(void)
{
	int64_t v;

	GIVES(num_i64("-1000", -1000, 1000, &v), v, -1000);
	GIVES(num_i64("-0", -1000, 1000, &v), v, 0);
	GIVES(num_i64("-9223372036854775808", INT64_MIN, INT64_MAX, &v), v, INT64_MIN);
	REFUSES(num_i64("9223372036854775808", INT64_MIN, INT64_MAX, &v), ERANGE);
	REFUSES(num_i64("-1001", -1000, 1000, &v), ERANGE);
	REFUSES(num_i64("--1", -1000, 1000, &v), EINVAL);
	REFUSES(num_i64("-", -1000, 1000, &v), EINVAL);
}

static void test_pid(void)
{
	pid_t v;

	GIVES(num_pid("1", &v), v, 1);
	REFUSES(num_pid("0", &v), ERANGE);
	REFUSES(num_pid("-1", &v), EINVAL);
	REFUSES(num_pid("abc", &v), EINVAL);
	REFUSES(num_pid("4194305", &v), ERANGE);
}

static void test_size(void)
{
	uint64_t v;

	GIVES(num_size("64m", &v), v, 64ULL << 20);
	GIVES(num_size("64M", &v), v, 64ULL << 20);
	GIVES(num_size("64MB", &v), v, 64ULL << 20);
	GIVES(num_size("64MiB", &v), v, 64ULL << 20);
	GIVES(num_size("1.5g", &v), v, 3ULL << 29);
	GIVES(num_size("512", &v), v, 512);
	GIVES(num_size("512b", &v), v, 512);
	GIVES(num_size("0", &v), v, 0);
	GIVES(num_size("1p", &v), v, 1ULL << 50);
	static const char *const bad[] = {"",      "m",   "abc", "1z",  "-1m", "1mm", "1 m",
	                                  "1mib2", "nan", "inf", "1e3", ".",   "1ib"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		REFUSES(num_size(bad[i], &v), EINVAL);
	REFUSES(num_size("99999999999g", &v), ERANGE);
	REFUSES(num_size("99999999999999999999999g", &v), ERANGE);
}

static void test_fixed(void)
{
	uint64_t v;

	GIVES(num_fixed("0.5", 9, &v), v, 500000000);
	GIVES(num_fixed("2", 9, &v), v, 2000000000);
	GIVES(num_fixed(".25", 2, &v), v, 25);
	GIVES(num_fixed("5.", 1, &v), v, 50);
	GIVES(num_fixed("1.500", 1, &v), v, 15);
	REFUSES(num_fixed("1.55", 1, &v), EINVAL);
	static const char *const bad[] = {"", ".", "nan", "inf", "-1", "1e9", "1.2.3", "0x1", "1,5"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		REFUSES(num_fixed(bad[i], 9, &v), EINVAL);
	REFUSES(num_fixed("99999999999999999999", 9, &v), ERANGE);
}

static void test_duration(void)
{
	uint64_t v;

	GIVES(num_duration("10", &v), v, 10000000000);
	GIVES(num_duration("1.5", &v), v, 1500000000);
	GIVES(num_duration("1m30s", &v), v, 90000000000);
	GIVES(num_duration("250ms", &v), v, 250000000);
	GIVES(num_duration("0", &v), v, 0);
	static const char *const bad[] = {"", "-1", "1x", "1m30", "s", "1 s", "nan"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		REFUSES(num_duration(bad[i], &v), EINVAL);
	REFUSES(num_duration("99999999999999h", &v), ERANGE);
}

static void test_mode(void)
{
	mode_t v;

	GIVES(num_mode("0755", &v), v, 0755);
	GIVES(num_mode("1777", &v), v, 01777);
	REFUSES(num_mode("8", &v), EINVAL);
	REFUSES(num_mode("", &v), EINVAL);
	REFUSES(num_mode("10000", &v), ERANGE);
}

int main(void)
{
	test_u64();
	test_i64();
	test_pid();
	test_size();
	test_fixed();
	test_duration();
	test_mode();
	return check_done();
}
