/*
 * caps.h - changes of capability sets, as setpriv(1) words them: "+net_raw,-kill", "-all,+chown".
 */
#ifndef NSRUN_CAPS_H
#define NSRUN_CAPS_H

#include "common/err.h"
#include "common/land.h"

#include <stdbool.h>

/* What becomes of one set: (old | on) & ~off. */
struct caps_change {
	bool set;
	land_caps on, off;
};

struct caps_wish {
	struct caps_change bounding, inheritable, ambient;
};

/* Reads a list into *c; a later word counts. EINVAL without a sign; an unknown capability, or one that this process
 * cannot give, is named. */
int caps_parse(struct caps_change *c, const char *list, struct err *e);

/* Whether capabilities have to outlive a change of the user id. */
bool caps_outlive_ids(const struct caps_wish *w);

/* The bounding set, before the ids change, which may take CAP_SETPCAP away. */
int caps_bound(const struct caps_wish *w, struct err *e);

/* The inheritable and ambient sets, afterwards. */
int caps_inherit(const struct caps_wish *w, struct err *e);

#endif
