/*
 * fd.h - file descriptors, small files, and writing them atomically.
 */
#ifndef COMMON_FD_H
#define COMMON_FD_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Closes *fd when it is >= 0 and sets it to -1; for __attribute__((cleanup)). errno is kept. */
void fd_close(int *fd);
#define AUTO_FD __attribute__((cleanup(fd_close))) int

/* free(3) for __attribute__((cleanup)) on a pointer of any type. */
void mem_free(void *pointer_to_pointer);
#define AUTO_FREE __attribute__((cleanup(mem_free)))

/* Gives the descriptor away: returns *fd and sets it to -1. */
int fd_take(int *fd);

/* Sets or clears close-on-exec (fcntl(2)). 0, or -1 with errno. */
int fd_cloexec(int fd, bool on);

/* Closes every descriptor >= lowest but those in keep[n] (close_range(2); where the kernel lacks it those that /proc/self/fd
 * lists). -1 with ENOSYS when there is neither. */
int fd_close_from(int lowest, const int *keep, size_t n);

/* Makes sure that 0, 1 and 2 are open (on /dev/null), so that no file opened later becomes one of them. Those that it had
 * to open as bits (1 << n), or -1 with errno. */
int fd_open_stdio(void);

/* A descriptor number typed by a person: strict decimal, and open (else EBADF). */
int fd_parse(const char *s, int *ret, struct err *e);

/* Writes all n bytes, through EINTR and short writes. 0, or -1 with errno. */
int fd_write_all(int fd, const void *data, size_t n);

/* Reads until end of file into a new buffer, terminated by a NUL that is not counted. EFBIG over max bytes. Free
 * *ret_data. */
int fd_read_all(int fd, size_t max, char **ret_data, size_t *ret_n);

/* Reads a small file (relative to dirfd, or AT_FDCWD) as fd_read_all does; for /proc and state files. */
int file_read(int dirfd, const char *path, size_t max, char **ret_data, size_t *ret_n, struct err *e);

/* Reads at most size - 1 bytes of a file into buf, terminates it and strips one final newline; for one-line facts.
 * Returns the length, or -1 with errno (EFBIG when it does not fit). No allocation. */
ssize_t file_read_line(int dirfd, const char *path, char *buf, size_t size);

/* Writes data to path by way of a temporary file in the same directory and rename(2), so that a reader sees all or
 * nothing. */
int file_write_atomic(int dirfd, const char *path, const void *data, size_t n, mode_t mode, struct err *e);

/* The same; the file stays open in *ret_fd (close-on-exec) with a write lock of its open file description (fcntl(2),
 * F_OFD_SETLK) from before it has its name: as long as that is open, which the kernel sees to, file_is_held says so. */
int file_write_held(int dirfd, const char *path, const void *data, size_t n, mode_t mode, int *ret_fd, struct err *e);

/* Whether somebody else holds the open file so (F_OFD_GETLK). No error is possible: a doubt is false. */
bool file_is_held(int fd);

/* Writes s to an existing file of the kernel's (sysctl, control group, uid_map) in one write(2). */
int file_write_kernel(int dirfd, const char *path, const char *s, struct err *e);

#endif
