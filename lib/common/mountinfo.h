/*
 * mountinfo.h - /proc/PID/mountinfo, one line at a time (proc(5)).
 *
 * Only for questions that need no libmount: which control group hierarchy is where, what lies on a path. rootfs-pivot
 * builds its mounts with libmount.
 */
#ifndef COMMON_MOUNTINFO_H
#define COMMON_MOUNTINFO_H

struct mountinfo {
	int id, parent;
	const char *root;    /* unescaped */
	const char *target;  /* unescaped mount point */
	const char *options; /* per mount */
	const char *type;
	const char *source;
	const char *super; /* per super block options */
};

/* Splits one line in place (the strings point into it; octal escapes \040 \011 \012 \134 are undone). 0, or -1 with
 * errno EINVAL. */
int mountinfo_parse(char *line, struct mountinfo *ret);

#endif
