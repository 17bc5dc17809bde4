/*
 * seccomp.h - the system call filter of the default profile.
 *
 * seccomp.table says which calls are allowed, in words; the numbers are made from it at build time. The filter is put
 * together here, at run time, because what is allowed depends on the capabilities that the command keeps: a binary
 * search over ranges of numbers, about 8 comparisons a call, built in microseconds (seccomp(2),
 * Documentation/userspace-api/seccomp_filter.rst).
 *
 * Calls of the 32-bit ABI of the machine are filtered by their own table. Calls with a number above the last of the
 * table are refused with ENOSYS, so that a C library that is newer than the table falls back to what it knows; so is
 * the x32 ABI, whose numbers begin at 0x40000000, and -1, a call that a tracer skipped. Any other architecture kills
 * the process.
 */
#ifndef COMMON_SECCOMP_H
#define COMMON_SECCOMP_H

#include "err.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* More instructions than any set of capabilities needs; BPF_MAXINSNS is 4096. */
#define SECCOMP_ROOM 2048

/* Builds the filter for a bounding set (capability n is bit n) into code[SECCOMP_ROOM] and sets *ret_n to its
 * length. */
int seccomp_default_build(uint64_t caps, struct sock_filter code[SECCOMP_ROOM], size_t *ret_n, struct err *e);

/* Builds and installs it in the calling, single-threaded process. Needs no_new_privs or CAP_SYS_ADMIN (else EACCES);
 * EINVAL where the kernel has no seccomp filters. */
int seccomp_default_load(uint64_t caps, struct err *e);

/* Installs a filter that only refuses to type into the terminal (TIOCSTI, TIOCLINUX; CVE-2017-5226), to stand beside one
 * that was made by others: of several filters the strictest answer counts. Needs what seccomp_default_load needs. */
int seccomp_terminal_load(struct err *e);

#endif
