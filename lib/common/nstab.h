/*
 * nstab.h - the one table of namespaces: flag, option, /proc name, order of entry.
 */
#ifndef COMMON_NSTAB_H
#define COMMON_NSTAB_H

#include <stddef.h>

struct ns_kind {
	char letter;           /* unshare's and nsenter's short option: 'm' */
	const char *name;      /* their long option: "mount" */
	const char *proc_name; /* in /proc/PID/ns: "mnt" */
	int flag;              /* CLONE_NEWNS ... (clone(2), namespaces(7)) */
};

/* In the order of entry by setns(2) when they cannot be entered at once: user first when entering from outside with
 * privileges gained by it, mount last because it takes /proc away. */
#define NS_COUNT 8
extern const struct ns_kind ns_table[NS_COUNT];

/* The entry for a letter, or NULL. */
const struct ns_kind *ns_by_letter(int letter);

/* The entry for CLONE_NEW..., or NULL. */
const struct ns_kind *ns_by_flag(int flag);

#endif
