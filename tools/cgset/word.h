/*
 * word.h - the vocabulary: what people mean, and in which file of which version it stands.
 */
#ifndef CGSET_WORD_H
#define CGSET_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are written: a limit before what must not be lower. */
enum word_id {
	W_MEMORY,
	W_MEMORY_SWAP,
	W_SWAP,
	W_MEMORY_RESERVATION,
	W_MEMORY_HIGH,
	W_MEMORY_MIN,
	W_MEMORY_SWAPPINESS,
	W_OOM_KILL_DISABLE,
	W_OOM_GROUP,
	W_CPU_PERIOD,
	W_CPU_QUOTA,
	W_CPU,
	W_CPU_SHARES,
	W_CPU_WEIGHT,
	W_CPU_IDLE,
	W_CPUSET_CPUS,
	W_CPUSET_MEMS,
	W_PIDS,
	W_IO_WEIGHT,
	W_BLKIO_WEIGHT,
	W_IO_RBPS,
	W_IO_WBPS,
	W_IO_RIOPS,
	W_IO_WIOPS,
	W_COUNT
};

/* The form of a value. */
enum word_kind {
	KIND_SIZE,    /* bytes, or max */
	KIND_COUNT,   /* min to max, or max */
	KIND_NUMBER,  /* min to max */
	KIND_CPU,     /* share of the CPUs */
	KIND_CPULIST, /* CPUs or nodes */
	KIND_RATE,    /* DEVICE:RATE */
};

/* v1 and v2 are the files; NULL where the version has none or where it takes more than one file (plan.c). */
struct word {
	const char *name;
	const char *controller; /* v1's name of it */
	const char *v1, *v2;
	enum word_kind kind;
	uint64_t min, max;
};

extern const struct word words[W_COUNT];

/* The word of that name (memory-low is memory-reservation), or NULL. */
const struct word *word_by_name(const char *name);

/* The word whose file it is in either version ("memory.limit_in_bytes", "memory.max"), or NULL. */
const struct word *word_by_file(const char *file);

/* A word's place in the table. */
enum word_id word_id(const struct word *w);

#endif
