/*
 * sysctl.h - kernel parameters that a namespace has of its own.
 */
#ifndef NSRUN_SYSCTL_H
#define NSRUN_SYSCTL_H

#include "common/err.h"

/* Checks "KEY=VALUE" (KEY as sysctl(8) takes it: net.ipv4.ip_forward, or net/ipv4/conf/eth0.1/forwarding) and finds
 * the namespace that the parameter belongs to, by its letter in ns_table. -1 when it belongs to none: then writing it
 * would change the whole machine. */
int sysctl_check(const char *arg, struct err *e);

/* Writes it to the namespace that the caller is in. */
int sysctl_write(const char *arg, struct err *e);

#endif
