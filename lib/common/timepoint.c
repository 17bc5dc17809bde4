/* timepoint.c - see timepoint.h */
#include "timepoint.h"
#include "num.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

/* A cursor over a time's text. */
struct cursor {
	const char *p, *end;
};

/* Takes exactly width digits. */
static int digits(struct cursor *c, int width, int64_t min, int64_t max, int64_t *ret)
{
	int64_t v = 0;

	for (; width; width--, c->p++) {
		if (c->p == c->end || *c->p < '0' || *c->p > '9')
			return -1;
		v = v * 10 + (*c->p - '0');
	}
	if (v < min || v > max)
		return -1;
	*ret = v;
	return 0;
}

/* Takes the character when it is next. */
static bool next_is(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar; the year begins in March here, so that the leap day is
 * last. */
static int64_t days_from_date(int64_t y, int64_t m, int64_t d)
{
	int64_t era_year = m > 2 ? y : y - 1;
	int64_t day_of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

	return era_year * 365 + era_year / 4 - era_year / 100 + era_year / 400 + day_of_year - 719468;
}

/* ".123456789", up to nine digits. */
static int fraction(struct cursor *c, int64_t *ret_ns)
{
	int64_t unit = 100000000;

	*ret_ns = 0;
	if (!next_is(c, '.'))
		return 0;
	if (c->p == c->end || *c->p < '0' || *c->p > '9')
		return -1;
	for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, unit /= 10) {
		if (!unit)
			return -1;
		*ret_ns += unit * (*c->p - '0');
	}
	return 0;
}

/* "Z", "+01:00" or nothing. */
static int zone(struct cursor *c, int64_t *ret_seconds)
{
	int64_t h, m;
	bool minus;

	*ret_seconds = 0;
	if (c->p == c->end || (next_is(c, 'Z') && c->p == c->end))
		return 0;
	minus = next_is(c, '-');
	if (!minus && !next_is(c, '+'))
		return -1;
	if (digits(c, 2, 0, 23, &h) < 0 || !next_is(c, ':') || digits(c, 2, 0, 59, &m) < 0 || c->p != c->end)
		return -1;
	*ret_seconds = (h * 3600 + m * 60) * (minus ? -1 : 1);
	return 0;
}

int timepoint_parse(const char *s, size_t n, int64_t *ret)
{
	struct cursor c = {s, s + n};
	int64_t y, mon, d, h = 0, min = 0, sec = 0, ns = 0, offset = 0;

	if (digits(&c, 4, 1970, 2200, &y) < 0 || !next_is(&c, '-') || digits(&c, 2, 1, 12, &mon) < 0 ||
	    !next_is(&c, '-') || digits(&c, 2, 1, 31, &d) < 0)
		return -1;
	if (next_is(&c, 'T')) {
		if (digits(&c, 2, 0, 23, &h) < 0 || !next_is(&c, ':') || digits(&c, 2, 0, 59, &min) < 0)
			return -1;
		if (next_is(&c, ':') && (digits(&c, 2, 0, 60, &sec) < 0 || fraction(&c, &ns) < 0))
			return -1;
	}
	if (zone(&c, &offset) < 0)
		return -1;
	*ret = (((days_from_date(y, mon, d) * 24 + h) * 60 + min) * 60 + sec - offset) * 1000000000 + ns;
	return 0;
}

int timepoint_arg(const char *arg, int64_t *ret)
{
	struct timespec now;
	uint64_t n;

	if (timepoint_parse(arg, strlen(arg), ret) == 0)
		return 0;
	if (num_fixed(arg, 9, &n) == 0 && n <= INT64_MAX) {
		*ret = (int64_t)n;
		return 0;
	}
	if (num_duration(arg, &n) < 0 || n > INT64_MAX)
		return -1;
	clock_gettime(CLOCK_REALTIME, &now);
	*ret = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - (int64_t)n;
	return 0;
}
