/*
 * limits.h - the resource limits of another process out of /proc/PID/limits (proc_pid_limits(5)): unlike prlimit(2) on
 * another user's process it needs no CAP_SYS_RESOURCE, and one file is read instead of sixteen calls made.
 */
#ifndef NSENTER_LITE_LIMITS_H
#define NSENTER_LITE_LIMITS_H

#include <sys/resource.h>

/* The file's text. -1 when it is not of the kernel's form; the order of its lines is that of the limits' numbers. */
int limits_parse(const char *text, struct rlimit ret[RLIM_NLIMITS]);

#endif
