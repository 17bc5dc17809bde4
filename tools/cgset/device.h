/*
 * device.h - which devices a group may use: rules, and lists of them. No kernel but stat(2).
 *
 * A rule is the kernel's own text, "c 1:3 rwm" (Documentation/admin-guide/cgroup-v1/devices.rst), or the path of a
 * device with the access behind it, "/dev/fuse:rw". A list is what holds for every device (all or none) and rules, of
 * which the last that matches decides, for each kind of access by itself.
 */
#ifndef CGSET_DEVICE_H
#define CGSET_DEVICE_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In place of a number: every one. */
#define DEVICE_ANY UINT32_MAX

#define DEVICE_RULES_MAX 128

/* Room for the longest list as text. */
#define DEVICE_TEXT_MAX (DEVICE_RULES_MAX * 32 + 8)

/* The bits are those of BPF_DEVCG_ACC_... in linux/bpf.h. */
enum { DEVICE_MKNOD = 1, DEVICE_READ = 2, DEVICE_WRITE = 4, DEVICE_RWM = 7 };

struct device_rule {
	bool allow;
	char type; /* 'b' or 'c' */
	unsigned char access;
	uint32_t major, minor;
	const char *asked; /* the setting as it was typed; NULL for one that was read */
};

/* KEEP: what the group has already; the rules change it. */
enum device_base { DEVICE_KEEP, DEVICE_ALL, DEVICE_NONE };

struct device_list {
	enum device_base base;
	size_t n;
	struct device_rule rule[DEVICE_RULES_MAX];
	const char *asked; /* of the base */
};

/* One rule. 0, or -1 with errno: EINVAL (not of the form), ERANGE (a number too large), of stat(2) for a path, ENODEV
 * for a path that is no device. */
int device_rule_parse(const char *s, struct device_rule *ret);

/* "c 1:3 rwm" into buf (32 bytes); returns it. */
char *device_rule_text(const struct device_rule *r, char *buf);

/* A whole list, which replaces what was there: "all", "none" or "default" (docker's), or rules, separated by commas;
 * '-' before a rule takes away. Rules without a word before them begin with none. asked is kept. errno as above, E2BIG. */
int device_list_parse(struct device_list *l, const char *s, const char *asked);

/* One rule more, or "a" for every device, as devices.allow and devices.deny take it. */
int device_list_change(struct device_list *l, bool allow, const char *s, const char *asked);

/* Does to the list what another one, with KEEP for its base or not, says. E2BIG. */
int device_list_merge(struct device_list *l, const struct device_list *change);

/* The list as device_list_parse takes it, into buf of DEVICE_TEXT_MAX bytes; returns it. */
char *device_list_text(const struct device_list *l, char *buf);

/* Whether every access of a rule's is allowed to each of its devices by one rule of the list, or by its base. */
bool device_list_covers(const struct device_list *l, const struct device_rule *r);

/* Whether any access of a rule's is allowed to any of its devices by a rule of the list. */
bool device_list_touches(const struct device_list *l, const struct device_rule *r);

/* Whether there is a device for which both rules decide about the same access. */
bool device_rules_meet(const struct device_rule *a, const struct device_rule *b);

#endif
