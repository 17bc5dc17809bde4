/*
 * probe.h - the parts of the probe: each prints one section of the profile.
 *
 * What is printed does not depend on the kernel's version or on the machine, only on what a container is allowed: where
 * the two meet, a word says what counts ("refused", "allowed", "hidden").
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>

/* privileged: what would be harmless only where it is refused is left out. */
struct probe {
	bool privileged;
	const char *all_caps; /* the caller's bounding set as 16 hex digits */
	const char *host_ns;  /* "mnt:[4026531841] ..." of the caller */
};

void probe_self(const struct probe *p);
void probe_calls(const struct probe *p);
void probe_sockets(const struct probe *p);
void probe_devices(const struct probe *p);
void probe_paths(const struct probe *p);
void probe_mounts(void);

/* "EPERM" and the like for an errno that the sections expect, else its number in buf. */
const char *error_name(int code);

#endif
