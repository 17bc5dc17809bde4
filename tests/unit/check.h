/*
 * check.h - the smallest test harness that tells what failed and goes on.
 *
 * Each CHECK counts; a failing one prints its file, line and text. main ends with "return check_done();", which
 * prints "N passed, N failed".
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <stdio.h>
#include <string.h>

static unsigned int check_passed, check_failed;

static inline int check_note(int ok, const char *file, int line, const char *text)
{
	if (ok) {
		check_passed++;
	} else {
		check_failed++;
		printf("%s:%d: failed: %s\n", file, line, text);
	}
	return ok;
}

static inline int check_string(const char *got, const char *want, const char *file, int line, const char *text)
{
	int ok = got && strcmp(got, want) == 0;

	if (!check_note(ok, file, line, text))
		printf("  got  '%s'\n  want '%s'\n", got ? got : "(null)", want);
	return ok;
}

#define CHECK(cond) check_note(!!(cond), __FILE__, __LINE__, #cond)
#define CHECK_STR(got, want) check_string((got), (want), __FILE__, __LINE__, #got)

static inline int check_done(void)
{
	printf("%u passed, %u failed\n", check_passed, check_failed);
	return check_failed ? 1 : 0;
}

#endif
