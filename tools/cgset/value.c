/*
 * value.c - strict parsers for values of settings: the whole string or an error.
 */
#include "value.h"

#include "common/num.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MILLION 1000000u

/* Sets errno and returns -1. */
static int bad(int code)
{
	errno = code;
	return -1;
}

/* Whether it is one of the words for "no limit". */
static bool is_unlimited(const char *s, bool minus_one)
{
	return !strcmp(s, "max") || (minus_one && !strcmp(s, "-1"));
}

int value_size(const char *s, bool minus_one, uint64_t *ret)
{
	uint64_t n;

	if (is_unlimited(s, minus_one)) {
		*ret = VALUE_UNLIMITED;
		return 0;
	}
	if (num_size(s, &n) < 0)
		return -1;
	if (n > INT64_MAX)
		return bad(ERANGE);
	*ret = n;
	return 0;
}

int value_count(const char *s, uint64_t min, uint64_t max, bool minus_one, uint64_t *ret)
{
	if (is_unlimited(s, minus_one)) {
		*ret = VALUE_UNLIMITED;
		return 0;
	}
	return num_u64(s, min, max, ret);
}

int value_cpu(const char *s, uint64_t *ret)
{
	size_t n = strlen(s);
	bool percent = n > 1 && s[n - 1] == '%';
	char text[32];
	uint64_t v;

	if (n >= sizeof(text))
		return bad(EINVAL);
	memcpy(text, s, n + 1);
	if (percent)
		text[n - 1] = '\0';
	if (num_fixed(text, percent ? 4 : 6, &v) < 0)
		return -1;
	if (v < MILLION / 100 || v > (uint64_t)CPULIST_BITS * MILLION)
		return bad(ERANGE);
	*ret = v;
	return 0;
}

int value_cpu_max(const char *s, uint64_t *ret_quota, uint64_t *ret_period)
{
	const char *blank = strchr(s, ' ');
	size_t n = blank ? (size_t)(blank - s) : strlen(s);
	uint64_t quota, period = 0;
	char text[32];

	if (n >= sizeof(text))
		return bad(EINVAL);
	memcpy(text, s, n);
	text[n] = '\0';
	if (value_count(text, 1000, INT64_MAX / 1000, true, &quota) < 0)
		return -1;
	if (blank && num_u64(blank + 1, 1000, MILLION, &period) < 0)
		return -1;
	*ret_quota = quota;
	if (blank)
		*ret_period = period;
	return 0;
}

/* A run of digits below CPULIST_BITS; *s is moved behind it. */
static int take_index(const char **s, unsigned int *ret)
{
	unsigned int n = 0;

	if (**s < '0' || **s > '9')
		return bad(EINVAL);
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		n = n * 10 + (unsigned int)(**s - '0');
		if (n >= CPULIST_BITS)
			return bad(ERANGE);
	}
	*ret = n;
	return 0;
}

/* "N" or "N-M"; *s is moved behind it. */
static int take_range(const char **s, struct cpulist *l)
{
	unsigned int from, to;

	if (take_index(s, &from) < 0)
		return -1;
	to = from;
	if (**s == '-') {
		(*s)++;
		if (take_index(s, &to) < 0)
			return -1;
	}
	if (to < from)
		return bad(EINVAL);
	for (; from <= to; from++)
		l->bits[from / 64] |= UINT64_C(1) << from % 64;
	return 0;
}

int value_cpulist(const char *s, struct cpulist *ret)
{
	struct cpulist l = {{0}};

	for (;;) {
		if (take_range(&s, &l) < 0)
			return -1;
		if (*s == '\0')
			break;
		if (*s++ != ',')
			return bad(EINVAL);
	}
	*ret = l;
	return 0;
}

bool cpulist_subset(const struct cpulist *a, const struct cpulist *of)
{
	size_t i;

	for (i = 0; i < CPULIST_BITS / 64; i++)
		if (a->bits[i] & ~of->bits[i])
			return false;
	return true;
}

bool cpulist_equal(const struct cpulist *a, const struct cpulist *b)
{
	return cpulist_subset(a, b) && cpulist_subset(b, a);
}

/* The number kept inside bounds. */
static uint64_t clamp(uint64_t n, uint64_t min, uint64_t max)
{
	return n < min ? min : n > max ? max : n;
}

uint64_t value_shares_to_weight(uint64_t shares)
{
	return clamp((shares * 100 + 512) / 1024, 1, 10000);
}

uint64_t value_weight_to_shares(uint64_t weight)
{
	return clamp((weight * 1024 + 50) / 100, 2, 262144);
}

uint64_t value_blkio_to_io(uint64_t weight)
{
	return 1 + (clamp(weight, 10, 1000) - 10) * 9999 / 990;
}

uint64_t value_io_to_blkio(uint64_t weight)
{
	return 10 + (clamp(weight, 1, 10000) - 1) * 990 / 9999;
}

int value_device_rate(const char *s, char *device, size_t size, uint64_t *ret_rate)
{
	const char *colon = strrchr(s, ':');
	size_t n = colon ? (size_t)(colon - s) : 0;
	uint64_t rate;

	if (n == 0 || n >= size)
		return bad(EINVAL);
	if (value_size(colon + 1, false, &rate) < 0)
		return -1;
	memcpy(device, s, n);
	device[n] = '\0';
	*ret_rate = rate ? rate : VALUE_UNLIMITED;
	return 0;
}

bool value_is_plain(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;

	for (; *c; c++)
		if ((*c < ' ' && *c != '\t') || *c == 0x7f)
			return false;
	return s[0] != '\0';
}

char *value_text(uint64_t n, char buf[24])
{
	if (n == VALUE_UNLIMITED)
		snprintf(buf, 24, "max");
	else
		snprintf(buf, 24, "%llu", (unsigned long long)n);
	return buf;
}
