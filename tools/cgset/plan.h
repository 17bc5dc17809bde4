/*
 * plan.h - from what was asked for to the files of this machine's hierarchies. Reads, changes nothing.
 */
#ifndef CGSET_PLAN_H
#define CGSET_PLAN_H

#include "setting.h"

#include "common/cgroup.h"

/* How what was written is compared with what is read back. */
enum check {
	CHECK_NONE,
	CHECK_SIZE, /* the kernel rounds down to pages, or to the step's unit */
	CHECK_NUMBER,
	CHECK_WEIGHT,  /* "default 100" */
	CHECK_DEVICE,  /* a line for a device, with a word or two */
	CHECK_RAW,     /* a number where both are; nothing is known of other texts */
	CHECK_CPULIST, /* "0,1" reads back as "0-1" */
	CHECK_TEXT,
};

/* One write. */
struct step {
	const struct cg_hierarchy *h;
	const char *asked;
	const char *value; /* what is written: text, or the setting's own */
	enum check check;
	bool optional;   /* nothing is wrong where there is no such file */
	uint64_t number; /* for CHECK_SIZE, _NUMBER and _WEIGHT; VALUE_UNLIMITED for none */
	uint64_t unit;   /* for CHECK_SIZE; 0: the page */
	char file[64];
	char text[64];
};

struct plan {
	const struct cg_map *map;
	const char *group;
	bool need[CG_MAX];   /* in which hierarchies the group is made, by place in the map */
	char v2_enable[160]; /* controllers to enable on the way, comma-separated */
	size_t n;
	struct step *step;                 /* as many as there can be for these settings */
	const struct device_list *devices; /* what is done to the list of devices, after the steps; NULL for nothing */
	const struct cg_hierarchy *devices_home;
};

/* Makes the plan, empty or one made before for the same settings. controllers: further ones, comma-separated, or NULL. Bad values have status 2. */
int plan_make(struct plan *p, const struct cg_map *m, const char *group, const struct settings *s,
              const char *controllers, struct err *e);

#endif
