/* caps.c - see caps.h */
#include "caps.h"

#include <stdio.h>
#include <string.h>

/* One word with its sign. */
static int change(struct caps_change *c, const char *word, struct err *e)
{
	bool add = *word == '+';
	land_caps before = add ? 0 : ~(land_caps)0, after = before, bits;

	if (!add && *word != '-')
		return err_set(e, 0, "'%.40s' has neither + nor - in front", word);
	if (land_caps_change(&after, word + 1, add, e) < 0)
		return -1;
	bits = before ^ after;
	c->on = add ? c->on | bits : c->on & ~bits;
	c->off = add ? c->off & ~bits : c->off | bits;
	return 0;
}

int caps_parse(struct caps_change *c, const char *list, struct err *e)
{
	char word[64];

	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");

		snprintf(word, sizeof(word), "%.*s", n < sizeof(word) ? (int)n : 0, at);
		if (change(c, word, e) < 0)
			return -1;
		at += n;
		if (!*at)
			break;
	}
	c->set = true;
	return 0;
}

/* The set with what was asked for. */
static land_caps changed(land_caps old, const struct caps_change *c)
{
	return (old | c->on) & ~c->off;
}

bool caps_outlive_ids(const struct caps_wish *w)
{
	return w->inheritable.set || w->ambient.set;
}

int caps_bound(const struct caps_wish *w, struct err *e)
{
	return w->bounding.set ? land_caps_bound(changed(land_caps_all(), &w->bounding), e) : 0;
}

int caps_inherit(const struct caps_wish *w, struct err *e)
{
	struct land_caps_now now;

	if (!caps_outlive_ids(w))
		return 0;
	land_caps_now(&now);
	return land_caps_inherit(changed(now.inheritable, &w->inheritable), changed(now.ambient, &w->ambient), e);
}
