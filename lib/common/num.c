/* num.c - see num.h */
#include "num.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static int fail(int code)
{
	errno = code;
	return -1;
}

/* v = v * 10 + digit, false on overflow. */
static bool push_digit(uint64_t *v, unsigned int digit)
{
	return !__builtin_mul_overflow(*v, (uint64_t)10, v) && !__builtin_add_overflow(*v, (uint64_t)digit, v);
}

/* Reads the digits at *s, at least one, and moves *s behind them. */
static int digits(const char **s, uint64_t *ret)
{
	const char *p = *s;
	uint64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++)
		if (!push_digit(&v, (unsigned int)(*p - '0')))
			return fail(ERANGE);
	if (p == *s)
		return fail(EINVAL);
	*s = p;
	*ret = v;
	return 0;
}

int num_u64(const char *s, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t v;

	if (digits(&s, &v) < 0)
		return -1;
	if (*s)
		return fail(EINVAL);
	if (v < min || v > max)
		return fail(ERANGE);
	*ret = v;
	return 0;
}

int num_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = *s == '-';
	uint64_t v;
	int64_t r;

	if (num_u64(s + negative, 0, negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX, &v) < 0)
		return -1;
	r = negative ? (v ? -(int64_t)(v - 1) - 1 : 0) : (int64_t)v;
	if (r < min || r > max)
		return fail(ERANGE);
	*ret = r;
	return 0;
}

int num_pid(const char *s, pid_t *ret)
{
	uint64_t v;

	if (num_u64(s, 1, 4194304, &v) < 0)
		return -1;
	*ret = (pid_t)v;
	return 0;
}

/* "12.34" at *s as a whole part and a fraction in units of 10^-places; digits beyond places are an error unless lax. */
static int decimal(const char **s, unsigned int places, bool lax, uint64_t *whole, uint64_t *frac)
{
	const char *p = *s;
	bool any = false;

	*whole = *frac = 0;
	if (*p >= '0' && *p <= '9') {
		if (digits(&p, whole) < 0)
			return -1;
		any = true;
	}
	if (*p == '.') {
		unsigned int got = 0;

		for (p++; *p >= '0' && *p <= '9'; p++) {
			any = true;
			if (got < places)
				*frac = *frac * 10 + (uint64_t)(*p - '0');
			else if (!lax && *p != '0')
				return fail(EINVAL);
			got++;
		}
		for (; got < places; got++)
			*frac *= 10;
	}
	if (!any)
		return fail(EINVAL);
	*s = p;
	return 0;
}

static uint64_t power_of_ten(unsigned int n)
{
	uint64_t v = 1;

	while (n--)
		v *= 10;
	return v;
}

/* whole * unit + frac * unit / 10^places without overflow. */
static int scale(uint64_t whole, uint64_t frac, unsigned int places, uint64_t unit, uint64_t *ret)
{
	__uint128_t v = (__uint128_t)whole * unit + (__uint128_t)frac * unit / power_of_ten(places);

	if (v > UINT64_MAX)
		return fail(ERANGE);
	*ret = (uint64_t)v;
	return 0;
}

int num_size(const char *s, uint64_t *ret)
{
	static const char units[] = "kmgtp";
	uint64_t whole, frac, unit = 1;
	const char *hit;

	if (decimal(&s, 9, true, &whole, &frac) < 0)
		return -1;
	hit = *s ? strchr(units, *s | 0x20) : NULL;
	if (hit) {
		unit <<= 10 * (hit - units + 1);
		s++;
		if (*s == 'i' && (s[1] | 0x20) == 'b')
			s++;
	}
	if ((*s | 0x20) == 'b')
		s++;
	if (*s)
		return fail(EINVAL);
	return scale(whole, frac, 9, unit, ret);
}

int num_fixed(const char *s, unsigned int places, uint64_t *ret)
{
	uint64_t whole, frac;

	if (decimal(&s, places, false, &whole, &frac) < 0)
		return -1;
	if (*s)
		return fail(EINVAL);
	return scale(whole, frac, places, power_of_ten(places), ret);
}

/* The length in nanoseconds of the unit at *s, which is passed; 0 when it is none. */
static uint64_t time_unit(const char **s)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
	    {"ms", 1000000}, {"us", 1000}, {"ns", 1}, {"h", 3600000000000}, {"m", 60000000000}, {"s", 1000000000},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = strlen(units[i].name);

		if (strncmp(*s, units[i].name, n) == 0) {
			*s += n;
			return units[i].ns;
		}
	}
	return 0;
}

int num_duration(const char *s, uint64_t *ret)
{
	uint64_t total = 0, whole, frac, part;

	do {
		uint64_t unit;

		if (decimal(&s, 9, true, &whole, &frac) < 0)
			return -1;
		if (!*s && total == 0)
			unit = 1000000000;
		else
			unit = time_unit(&s);
		if (!unit)
			return fail(EINVAL);
		if (scale(whole, frac, 9, unit, &part) < 0 || __builtin_add_overflow(total, part, &total))
			return fail(ERANGE);
	} while (*s);
	*ret = total;
	return 0;
}

int num_mode(const char *s, mode_t *ret)
{
	unsigned int v = 0;
	size_t n = strspn(s, "01234567");

	if (n == 0 || s[n])
		return fail(EINVAL);
	for (; *s; s++) {
		v = v * 8 + (unsigned int)(*s - '0');
		if (v > 07777)
			return fail(ERANGE);
	}
	*ret = v;
	return 0;
}
