/*
 * mapids.h - the ids of an idmapped mount (mount_setattr(2)).
 */
#ifndef ROOTFS_PIVOT_MAPIDS_H
#define ROOTFS_PIVOT_MAPIDS_H

#include "common/err.h"

#include <stddef.h>

#define MAPIDS_TEXT 1024

/* "[TYPE:]MOUNT:HOST:COUNT ...", as mount(8)'s X-mount.idmap has it, into the lines of uid_map(5) and gid_map: what lies on
 * the disk with id MOUNT is seen as HOST. TYPE is u, g or b (both, the default); ids of a type that is not named stay
 * as they are. */
int mapids_parse(const char *text, char uids[MAPIDS_TEXT], char gids[MAPIDS_TEXT], struct err *e);

/* Opens a user namespace that maps so; a text that begins with a slash names one that there is (/proc/PID/ns/user). Starts
 * a process for a moment. */
int mapids_open(const char *text, int *ret_userns, struct err *e);

#endif
