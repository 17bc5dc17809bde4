/* test_cri.c - records, times, and the splitting of what is read into records. */
#include "check.h"
#include "common/timepoint.h"
#include "logwrite/cri.h"

#include <string.h>

/* Parses a line given as a string. */
static int parse(const char *s, struct cri_record *r)
{
	return cri_parse(s, strlen(s), r);
}

static void test_records(void)
{
	struct cri_record r;
	char buf[CRI_HEADER_LEN];

	CHECK(parse("2026-11-25T21:00:00.123456789Z stderr P some text ", &r) == 0);
	CHECK(r.stream == CRI_STDERR && r.partial && r.text_n == 10 && memcmp(r.text, "some text ", 10) == 0);
	CHECK(parse("T stdout F ", &r) == 0 && r.text_n == 0 && !r.partial);
	CHECK(parse("T stdout F:more x", &r) == 0 && r.text_n == 1);
	CHECK(parse("", &r) < 0);
	CHECK(parse("T", &r) < 0);
	CHECK(parse("T stdout", &r) < 0);
	CHECK(parse("T stdout F", &r) < 0);
	CHECK(parse("T stdin F x", &r) < 0);
	CHECK(parse("T stdout X x", &r) < 0);
	CHECK(parse("T stdout FF x", &r) < 0);
	cri_header(buf, "2026-11-25T21:00:00.123456789Z", CRI_STDOUT, false);
	CHECK(memcmp(buf, "2026-11-25T21:00:00.123456789Z stdout F ", sizeof(buf)) == 0);
	CHECK(cri_parse(buf, sizeof(buf), &r) == 0 && r.time_n == CRI_TIME_LEN);
}

/* The time of a string, -1 when it is none. */
static int64_t when(const char *s)
{
	int64_t t;

	return timepoint_parse(s, strlen(s), &t) < 0 ? -1 : t;
}

static void test_times(void)
{
	CHECK(when("1970-01-01T00:00:00Z") == 0);
	CHECK(when("2026-11-25T21:00:00.123456789Z") == 1795640400123456789);
	CHECK(when("2026-11-25T22:00:00.5+01:00") == 1795640400500000000);
	CHECK(when("2026-11-25T20:30:00-00:30") == 1795640400000000000);
	CHECK(when("2026-11-25") == 1795564800000000000);
	CHECK(when("2026-11-25T21:00") == 1795640400000000000);
	CHECK(when("2024-02-29T00:00:00Z") == 1709164800000000000);
	CHECK(when("2026-13-01") == -1);
	CHECK(when("2026-1-01") == -1);
	CHECK(when("2026-11-25T") == -1);
	CHECK(when("2026-11-25T21:00:00.Z") == -1);
	CHECK(when("2026-11-25T21:00:00.1234567891Z") == -1);
	CHECK(when("2026-11-25T21:00:00Zx") == -1);
	CHECK(when("2026-11-25T21:00:00+1:00") == -1);
	CHECK(when("") == -1);
}

int main(void)
{
	test_records();
	test_times();
	return check_done();
}
