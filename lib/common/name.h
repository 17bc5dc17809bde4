/*
 * name.h - which names are allowed, in one place.
 */
#ifndef COMMON_NAME_H
#define COMMON_NAME_H

#include <stdbool.h>

/* A container's, image's or network's name: [A-Za-z0-9][A-Za-z0-9_.-]*, 2 to 63 characters (docker's rule, with an
 * end). */
bool name_is_object(const char *s);

/* A network interface's name: 1 to 15 bytes, no '/', blank, ':', '%', quote or control character, not "." or ".."
 * (dev_valid_name in net/core/dev.c, and stricter). */
bool name_is_interface(const char *s);

/* A file name for a thing of ours: 1 to 255 bytes of [A-Za-z0-9_.-], not beginning with '.' or '-'. */
bool name_is_file(const char *s);

/* A group path: name_is_file components separated by single '/', no leading or trailing '/'. */
bool name_is_group(const char *s);

/* A host name as sethostname(2) takes it and docker allows it: 1 to 63 characters of [A-Za-z0-9.-], beginning and
 * ending with a letter or digit. */
bool name_is_host(const char *s);

/* A member's path in an archive without leading "/" and "./" parts; "." when nothing is left. NULL when a component is
 * "..". */
const char *name_inside(const char *path);

#endif
