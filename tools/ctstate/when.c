/* when.c - see when.h */
#include "when.h"
#include "common/num.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000LL

/* Hours of a day, a week, a month of 30 and a year of 365 days. */
enum { DAY = 24, WEEK = 7 * DAY, MONTH = 30 * DAY, YEAR = 365 * DAY };

int64_t when_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar (year >= 1970). */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t leaps = (y - 1) / 4 - (y - 1) / 100 + (y - 1) / 400 - 477; /* 477 before 1970 */
	int64_t leap_day = m > 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

	return (y - 1970) * 365 + leaps + before[m - 1] + leap_day + d - 1;
}

/* A fixed number of digits within limits, or -1. */
static int64_t digits(const char *s, size_t n, int64_t min, int64_t max)
{
	char buf[8];
	int64_t v;

	memcpy(buf, s, n);
	buf[n] = '\0';
	return num_i64(buf, min, max, &v) < 0 ? -1 : v;
}

/* ".123" as nanoseconds; moves *s behind it. -1 when it is no fraction. */
static int64_t fraction(const char **s)
{
	int64_t v = 0, unit = NS_PER_S;

	if (**s != '.')
		return 0;
	(*s)++;
	if (**s < '0' || **s > '9')
		return -1;
	while (**s >= '0' && **s <= '9' && unit > 1) {
		unit /= 10;
		v += (*(*s)++ - '0') * unit;
	}
	return v;
}

int when_parse(const char *s, int64_t *ret)
{
	/* 0123456789012345678
	 * 2026-11-25T21:00:00 */
	int64_t y, mo, d, h, mi, sec, ns = -1;

	if (strlen(s) < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':')
		goto bad;
	y = digits(s, 4, 1970, 2261);
	mo = digits(s + 5, 2, 1, 12);
	d = digits(s + 8, 2, 1, 31);
	h = digits(s + 11, 2, 0, 23);
	mi = digits(s + 14, 2, 0, 59);
	sec = digits(s + 17, 2, 0, 60);
	s += 19;
	ns = fraction(&s);
	if (y < 0 || mo < 0 || d < 0 || h < 0 || mi < 0 || sec < 0 || ns < 0 || strcmp(s, "Z") != 0)
		goto bad;
	*ret = (((days(y, mo, d) * 24 + h) * 60 + mi) * 60 + sec) * NS_PER_S + ns;
	return 0;
bad:
	errno = EINVAL;
	return -1;
}

const char *when_rfc3339(int64_t t, char buf[WHEN_TEXT])
{
	time_t s = (time_t)(t / NS_PER_S);
	struct tm tm;
	size_t n;

	if (t <= 0) {
		snprintf(buf, WHEN_TEXT, "0001-01-01T00:00:00Z");
		return buf;
	}
	gmtime_r(&s, &tm);
	n = strftime(buf, WHEN_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, WHEN_TEXT - n, ".%09lld", (long long)(t % NS_PER_S));
	n = strlen(buf);
	while (buf[n - 1] == '0')
		n--;
	if (buf[n - 1] == '.')
		n--;
	buf[n++] = 'Z';
	buf[n] = '\0';
	return buf;
}

const char *when_local(int64_t t, char buf[WHEN_TEXT])
{
	time_t s = (time_t)(t / NS_PER_S);
	struct tm tm;

	localtime_r(&s, &tm);
	if (strftime(buf, WHEN_TEXT, "%Y-%m-%d %H:%M:%S %z %Z", &tm) == 0)
		buf[0] = '\0';
	return buf;
}

/* The unit that docker would say it in, and how many of it. */
static const char *unit(int64_t s, int64_t *ret_n)
{
	int64_t minutes = s / 60, hours = (s + 1800) / 3600;

	*ret_n = s < 60 ? s : minutes;
	if (s < 60)
		return "seconds";
	if (minutes < 60)
		return "minutes";
	*ret_n = hours;
	if (hours / DAY < 2)
		return "hours";
	*ret_n = hours / DAY;
	if (hours / WEEK < 2)
		return "days";
	*ret_n = hours / WEEK;
	if (hours / MONTH < 2)
		return "weeks";
	*ret_n = hours / MONTH;
	if (hours / YEAR < 2)
		return "months";
	*ret_n = s / 3600 / YEAR;
	return "years";
}

const char *when_human(int64_t ns, char buf[WHEN_TEXT])
{
	int64_t s = ns / NS_PER_S, n;
	const char *word = unit(s, &n);

	if (s < 1)
		snprintf(buf, WHEN_TEXT, "Less than a second");
	else if (s == 1)
		snprintf(buf, WHEN_TEXT, "1 second");
	else if (n == 1 && s < 120)
		snprintf(buf, WHEN_TEXT, "About a minute");
	else if (n == 1)
		snprintf(buf, WHEN_TEXT, "About an hour");
	else
		snprintf(buf, WHEN_TEXT, "%lld %s", (long long)n, word);
	return buf;
}
