/*
 * num.h - strict parsers for numbers, sizes and shares: the whole string or an error, never a prefix of it.
 *
 * All return 0, or -1 with errno EINVAL (not of the form) or ERANGE (too large, too small). *ret is then untouched.
 */
#ifndef COMMON_NUM_H
#define COMMON_NUM_H

#include <stdint.h>
#include <sys/types.h>

/* Decimal digits only: no sign, no blank, no 0x; leading zeros are allowed. min and max are inclusive. */
int num_u64(const char *s, uint64_t min, uint64_t max, uint64_t *ret);

/* The same with an optional leading minus. */
int num_i64(const char *s, int64_t min, int64_t max, int64_t *ret);

/* A pid: 1 to 4194304 (PID_MAX_LIMIT). */
int num_pid(const char *s, pid_t *ret);

/* A size in bytes, docker's form: digits (a fraction is allowed: 1.5g) and one suffix of b k m g t p, either case,
 * with an optional b or iB behind it (64m, 64MB, 64MiB); powers of 1024. */
int num_size(const char *s, uint64_t *ret);

/* A decimal fraction as a count of 10^-digits: num_fixed("0.5", 9, &n) gives 500000000 (docker's NanoCPUs). Digits
 * beyond are EINVAL; digits is at most 18. No sign, no exponent, no inf or nan; ".5" and "5." are taken. */
int num_fixed(const char *s, unsigned int digits, uint64_t *ret);

/* A duration in nanoseconds: "10", "1.5" (seconds), or Go's form with units h m s ms us ns ("1m30s"). */
int num_duration(const char *s, uint64_t *ret);

/* A file mode in octal, 0 to 07777. */
int num_mode(const char *s, mode_t *ret);

#endif
