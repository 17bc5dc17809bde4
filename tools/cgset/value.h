/*
 * value.h - what stands right of the '=': strict parsers, and the conversions between the versions' scales. No kernel.
 */
#ifndef CGSET_VALUE_H
#define CGSET_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "max": no limit. */
#define VALUE_UNLIMITED UINT64_MAX

/* A size (num_size) of at most 2^63 - 1, or "max"; "-1" means that too where minus_one says so. 0, or -1 with errno
 * EINVAL or ERANGE. */
int value_size(const char *s, bool minus_one, uint64_t *ret);

/* A number of min to max, or "max" and (with minus_one) "-1". */
int value_count(const char *s, uint64_t min, uint64_t max, bool minus_one, uint64_t *ret);

/* A share of the CPUs in millionths of one: "1.5", "50%". More than 0.01 and up to 8192 CPUs. */
int value_cpu(const char *s, uint64_t *ret);

/* "QUOTA PERIOD", "max PERIOD" or "QUOTA", as cpu.max has it; *ret_period stays where there is none. */
int value_cpu_max(const char *s, uint64_t *ret_quota, uint64_t *ret_period);

#define CPULIST_BITS 8192

/* A set of CPUs or memory nodes. */
struct cpulist {
	uint64_t bits[CPULIST_BITS / 64];
};

/* "0-3,7" (cpuset(7), List format, without strides): rising ranges, numbers below CPULIST_BITS. The empty string is
 * EINVAL. */
int value_cpulist(const char *s, struct cpulist *ret);

bool cpulist_subset(const struct cpulist *a, const struct cpulist *of);
bool cpulist_equal(const struct cpulist *a, const struct cpulist *b);

/* cpu.shares (2 to 262144, 1024 is normal) to cpu.weight (1 to 10000, 100 is normal) and back, as the kernel itself
 * does it (sched_weight_to_cgroup in kernel/sched/sched.h). */
uint64_t value_shares_to_weight(uint64_t shares);
uint64_t value_weight_to_shares(uint64_t weight);

/* blkio.weight (10 to 1000) to io.weight (1 to 10000) and back. */
uint64_t value_blkio_to_io(uint64_t weight);
uint64_t value_io_to_blkio(uint64_t weight);

/* "DEVICE:RATE" is cut at its last colon; the device is left to the caller. 0 or "max" means no limit. */
int value_device_rate(const char *s, char *device, size_t size, uint64_t *ret_rate);

/* Whether the value may be written to a kernel file as it is: not empty, no newline or other control character but
 * tab. */
bool value_is_plain(const char *s);

/* The decimal text of a limit, "max" for none. buf has room for 24 bytes; returns it. */
char *value_text(uint64_t n, char buf[24]);

#endif
