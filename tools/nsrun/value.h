/*
 * value.h - the arguments of options, strictly: each of these ends the process with a line and 125 when it is not of
 * the form.
 */
#ifndef NSRUN_VALUE_H
#define NSRUN_VALUE_H

#include <stdint.h>

/* A descriptor that the caller has opened for us; never one of the standard three. */
int value_fd(const char *option, const char *arg);

/* The number of a descriptor that the command will have: it need not be open. */
int value_exec_fd(const char *arg);

/* A path that still means the same when a detached supervisor has gone to '/'. */
const char *value_path(const char *option, const char *arg);

int64_t value_number(const char *option, const char *arg, int64_t min, int64_t max);

/* A user or group id. */
uint32_t value_id(const char *option, const char *arg);

/* The flags of mount(2) for a mode of propagation. */
unsigned long value_propagation(const char *arg);

/* A host or domain name: 1 to 64 bytes. */
const char *value_host(const char *option, const char *arg);

/* A control group below every hierarchy's root. */
const char *value_group(const char *arg);

/* A signal; KILL for NULL. */
int value_signal(const char *arg);

#endif
