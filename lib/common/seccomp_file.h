/*
 * seccomp_file.h - a system call filter from a file, compiled before (seccompile(1)), so that a start only has to load it.
 *
 * The file is a header in the machine's own byte order, the instructions, and what it was made from: the words by which
 * seccompile tells whether a file of its cache is still the right one.
 */
#ifndef COMMON_SECCOMP_FILE_H
#define COMMON_SECCOMP_FILE_H

#include "err.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#define SECCOMP_FILE_MAGIC "seccomp1"

/* AUDIT_ARCH_... of the machine that this program is for (linux/audit.h). */
uint32_t seccomp_native_arch(void);

struct seccomp_header {
	char magic[8];
	uint32_t arch;   /* AUDIT_ARCH_... that it was compiled for */
	uint32_t flags;  /* SECCOMP_FILTER_FLAG_... (seccomp(2)) */
	uint32_t n;      /* instructions, 1 to BPF_MAXINSNS */
	uint32_t origin; /* bytes behind them */
};

/* A filter in memory. */
struct seccomp_filter {
	char *data; /* the whole file: free it */
	const struct sock_filter *code;
	size_t n;
	uint32_t flags;
	const char *origin; /* not ended by a NUL */
	size_t n_origin;
};

/* Makes sense of a file's bytes; on success *ret owns data. -1 with code 0 when it is none, or another machine's. */
int seccomp_file_parse(char *data, size_t n, struct seccomp_filter *ret, struct err *e);

/* Reads the file. */
int seccomp_file_read(const char *path, struct seccomp_filter *ret, struct err *e);

/* Installs it in the calling, single-threaded process; what is needed is as in seccomp_default_load (seccomp.h). */
int seccomp_install(const struct sock_filter *code, size_t n, uint32_t flags, struct err *e);

#endif
