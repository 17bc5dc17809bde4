/*
 * wait.h - waiting for events with one deadline: the end of a process, the appearance of a file.
 *
 * A process is waited for through its pidfd, which poll(2) reports as readable once it has ended (pidfd_open(2)). A
 * file is waited for by inotify(7) on its directory, with the pidfd of whoever
 * is to write it as a guard. Nothing here sleeps or looks twice without an event.
 */
#ifndef PIDCTL_WAIT_H
#define PIDCTL_WAIT_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#define WAIT_FOREVER UINT64_MAX

/* A point on CLOCK_MONOTONIC in nanoseconds, WAIT_FOREVER for none. */
uint64_t wait_deadline(uint64_t from_now_ns);

/* Waits until the process has ended or the deadline has passed. 1 ended, 0 time over, -1 with *e. */
int wait_ended(int pidfd, uint64_t deadline, struct err *e);

/* Whether the process has ended already (a zombie has). */
bool wait_has_ended(int pidfd);

enum wait_file_result { WAIT_FILE_TIME_OVER, WAIT_FILE_THERE, WAIT_FILE_NEVER };

/* Waits until path exists (a dangling symbolic link does). WAIT_FILE_NEVER when the process behind guard ended, or
 * the directory went away, without it. guard -1: only what is there now counts. */
int wait_file(const char *path, int guard, uint64_t deadline, enum wait_file_result *ret, struct err *e);

#endif
