/*
 * subids.h - the ids that the current user may map (subuid(5)), and id maps written to a process.
 *
 * The host's own files are read directly: no NSS, which a static program does not have.
 */
#ifndef NSRUN_SUBIDS_H
#define NSRUN_SUBIDS_H

#include "config.h"

enum subid_kind { SUBID_USER, SUBID_GROUP };

/* Adds to the map: "auto", the first range of the user in /etc/subuid (subgid) from 0 on; "subids", all of them, each
 * to itself; "all", every id that the current user namespace has, each to itself. */
int subids_add(struct idmap *m, enum subid_kind kind, const char *what, struct err *e);

/* A user's or group's id by its name in /etc/passwd or /etc/group. */
int subids_account(enum subid_kind kind, const char *name, uint32_t *ret, struct err *e);

/* Writes setgroups, uid_map and gid_map of a process in a new user namespace; by newuidmap(1) and newgidmap(1) where
 * the kernel refuses us. */
int subids_write(pid_t pid, const struct config *c, struct err *e);

#endif
