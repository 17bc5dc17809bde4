/*
 * view_host.h - the parts of inspect about what a container has of the host's: mounts, privileges, devices, limits.
 */
#ifndef CTSTATE_VIEW_HOST_H
#define CTSTATE_VIEW_HOST_H

#include "ct.h"

/* The list Mounts; the facts NEED_MOUNTS have been read. */
struct jval *view_mounts(struct arena *a, const struct ct *c);

/* Sets LogConfig in HostConfig; max-size and max-file are for a log that is kept. */
void view_set_log(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o);

/* Sets in HostConfig what stands before the limits: VolumesFrom to PidMode ... */
void view_set_sharing(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o);

/* ... SecurityOpt to Sysctls ... */
void view_set_security(struct arena *a, const struct state_dirs *d, const struct ct *c, struct jval *o);

/* ... behind them Devices, DeviceCgroupRules, Ulimits and the rates of block devices ... */
void view_set_devices(struct arena *a, const struct state_dirs *d, const char *id, struct jval *o);

/* ... and MaskedPaths and ReadonlyPaths: what the default profile hides and protects. */
void view_set_paths(struct arena *a, const struct state_dirs *d, const char *id, bool privileged, struct jval *o);

#endif
