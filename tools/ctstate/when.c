/* when.c - see when.h */
#include "when.h"
#include "common/timepoint.h"

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

int when_parse(const char *s, int64_t *ret)
{
	size_t n = strlen(s);

	/* 2026-11-25T21:00:00Z, as we write it ourselves: whole, and in UTC. */
	if (n >= 20 && s[10] == 'T' && s[n - 1] == 'Z' && timepoint_parse(s, n, ret) == 0)
		return 0;
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

const char *when_local_rfc3339(int64_t t, char buf[WHEN_TEXT])
{
	time_t s = (time_t)(t / NS_PER_S);
	struct tm tm;
	char zone[8];
	size_t n;

	localtime_r(&s, &tm);
	n = strftime(buf, WHEN_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	if (tm.tm_gmtoff == 0)
		snprintf(buf + n, WHEN_TEXT - n, ".%09lldZ", (long long)(t % NS_PER_S));
	else
		snprintf(buf + n, WHEN_TEXT - n, ".%09lld%.3s:%.2s", (long long)(t % NS_PER_S), zone, zone + 3);
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
