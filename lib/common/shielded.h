/*
 * shielded.h - the paths that the default profile hides in a container, and those that it makes read-only.
 *
 * Both lists end with NULL. rootfs-pivot does it; ctstate tells it.
 */
#ifndef COMMON_SHIELDED_H
#define COMMON_SHIELDED_H

extern const char *const shielded_masked[];
extern const char *const shielded_read_only[];

#endif
