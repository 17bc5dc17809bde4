/*
 * proc.h - which process is it, and how did it end.
 *
 * A bare pid is not an identity: pids are used again. The identity of a process is its pid, its start time (field 22
 * of /proc/PID/stat, clock ticks since boot; see proc(5)) and the boot it belongs to. It is kept as one line of a
 * file, "PID STARTTIME BOOT-ID", written atomically.
 */
#ifndef COMMON_PROC_H
#define COMMON_PROC_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define BOOT_ID_LEN 36

struct proc_id {
	pid_t pid;
	unsigned long long starttime;
	char boot[BOOT_ID_LEN + 1];
};

/* The identity of a running process as seen in this /proc. ESRCH when there is none. */
int proc_identify(pid_t pid, struct proc_id *ret, struct err *e);

/* Parses "PID STARTTIME BOOT-ID" (newline allowed at the end). -1 with errno EINVAL. */
int proc_id_parse(const char *line, struct proc_id *ret);

/* Writes the line to path (dirfd as in openat(2)) atomically, mode 0600. */
int proc_id_write(int dirfd, const char *path, const struct proc_id *id, struct err *e);

/* The same; the file is held (file_write_held) by *ret_fd, for as long as its writer vouches for the process. */
int proc_id_write_held(int dirfd, const char *path, const struct proc_id *id, int *ret_fd, struct err *e);

/* Reads it back; what stands behind the first line is its writer's business. ENOENT, EINVAL. */
int proc_id_read(int dirfd, const char *path, struct proc_id *ret, struct err *e);

/* A pidfd for exactly that process: pidfd_open(2), then start time and boot are compared, so that what is signalled
 * or entered through *ret_pidfd is never a stranger. ESRCH when it is gone (or its pid is another's by now).
 * Close-on-exec. */
int proc_open(const struct proc_id *id, int *ret_pidfd, struct err *e);

/* Whether that process still exists and is not a zombie. No error is possible: a doubt is false. */
bool proc_alive(const struct proc_id *id);

/* pidfd_open(2) and pidfd_send_signal(2), which the C libraries of Debian 12 do not have. -1 with errno. */
int sys_pidfd_open(pid_t pid, unsigned int flags);
int sys_pidfd_send_signal(int pidfd, int sig);

/* How a command ended. */
struct exit_info {
	bool signaled; /* value is a signal, otherwise an exit status of 0 to 255 */
	int value;
	bool core;
	bool oom; /* filled in by who can know it (the control group's counters) */
};

/* Waits for the child (waitid(2), WEXITED) through EINTR and reaps it. -1 with errno (ECHILD). The only place that
 * reads a command's status. */
int exit_wait(pid_t pid, struct exit_info *ret);

/* The same status as a shell's: value, or 128 + value for a signal. */
int exit_to_status(const struct exit_info *x);

/* Writes "exited N" or "signaled N", the time as RFC 3339 with nanoseconds in UTC, then "core" and "oom" where true,
 * as one line, atomically, mode 0600. */
int exit_write(int dirfd, const char *path, const struct exit_info *x, struct err *e);

/* The current time as RFC 3339 with nanoseconds, "2026-11-25T21:00:00.123456789Z"; size >= 31. */
#define TIME_TEXT_LEN 30
void time_text(char *buf, size_t size);

/* Gives the pages of the stack back that deeper calls have used: for a process that lives long and of which there may be
 * many. */
void proc_trim_stack(void);

#endif
