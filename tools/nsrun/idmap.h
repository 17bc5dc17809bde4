/*
 * idmap.h - maps of user and group ids between a user namespace and its parent (user_namespaces(7)), as data.
 *
 * A map is a list of ranges: COUNT ids from INNER on in the new namespace are those from OUTER on outside. Nothing
 * here touches the system: what a person types and what /etc/subuid holds is parsed, checked by the kernel's own
 * rules (no overlap on either side, no id 4294967295, a text below one page) and worded for /proc/PID/uid_map.
 */
#ifndef NSRUN_IDMAP_H
#define NSRUN_IDMAP_H

#include "common/err.h"

#include <stddef.h>
#include <stdint.h>

#define IDMAP_MAX 340             /* UID_GID_MAP_MAX_EXTENTS in include/linux/user_namespace.h */
#define IDMAP_TEXT ((size_t)4096) /* map_write() in kernel/user_namespace.c takes less than a page */
#define ID_MAX 4294967294U

struct id_range {
	uint32_t inner, outer, count;
};

struct idmap {
	size_t n;
	struct id_range r[IDMAP_MAX];
};

/* One id, strict decimal, 0 to ID_MAX. -1 with errno EINVAL or ERANGE. */
int id_parse(const char *s, uint32_t *ret);

/* A range as unshare takes it: "OUTER,INNER,COUNT" or "INNER:OUTER:COUNT". -1 with errno EINVAL (form) or ERANGE
 * (numbers). */
int idmap_parse(const char *s, struct id_range *ret);

/* Adds a range. -1 when it overlaps with one that is there, or there are too many. */
int idmap_add(struct idmap *m, const struct id_range *r, struct err *e);

/* Maps one id, at the head of the map, and takes it out of the ranges that are there: as in unshare(1) what follows
 * in a range moves up, so that a range over the id loses its last place. */
int idmap_place(struct idmap *m, uint32_t inner, uint32_t outer, struct err *e);

/* The map as /proc/PID/uid_map takes it. -1 when it is a page or more. */
int idmap_text(const struct idmap *m, char buf[IDMAP_TEXT], struct err *e);

/* The first range in the text of /etc/subuid or subgid ("OWNER:START:COUNT" lines, subuid(5)) that belongs to
 * a user, by name (may be NULL) or number. ret->outer and ret->count are filled in, ret->inner is 0. -1 when there is
 * none; malformed lines are passed over. */
int idmap_subid(const char *text, const char *name, uint32_t uid, struct id_range *ret);

/* The id in the third field of the line of a passwd(5) or group(5) text that begins with name. -1 when there is
 * none. */
int idmap_account(const char *text, const char *name, uint32_t *ret);

/* The name of the first line with that id in the third field, into buf. -1 when there is none that fits. */
int idmap_account_name(const char *text, uint32_t id, char *buf, size_t size);

#endif
