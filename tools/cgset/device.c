/*
 * device.c - rules about devices: their text, and lists of them.
 */
#include "device.h"

#include "common/num.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* The kernel's bounds of dev_t (MINORBITS in include/linux/kdev_t.h). */
#define MAJOR_MAX 0xfffu
#define MINOR_MAX 0xfffffu

/* What docker gives every container: any node may be made, these may be used. 136 is pts. */
static const char default_list[] = "c *:* m,b *:* m,c 1:3 rwm,c 1:5 rwm,c 1:7 rwm,c 1:8 rwm,c 1:9 rwm,c 5:0 rwm,"
                                   "c 5:1 rwm,c 5:2 rwm,c 136:* rwm";

/* Sets errno and returns -1. */
static int bad(int code)
{
	errno = code;
	return -1;
}

/* "rwm" or a part of it, each letter once. */
static int parse_access(const char *s, unsigned char *ret)
{
	unsigned char access = 0;

	for (; *s; s++) {
		unsigned char bit = *s == 'r' ? DEVICE_READ : *s == 'w' ? DEVICE_WRITE : *s == 'm' ? DEVICE_MKNOD : 0;

		if (!bit || access & bit)
			return bad(EINVAL);
		access |= bit;
	}
	*ret = access;
	return access ? 0 : bad(EINVAL);
}

/* A number, or '*'. */
static int parse_number(const char *s, uint32_t max, uint32_t *ret)
{
	uint64_t n = DEVICE_ANY;

	if (strcmp(s, "*") != 0 && num_u64(s, 0, max, &n) < 0)
		return -1;
	*ret = (uint32_t)n;
	return 0;
}

/* "MAJOR:MINOR ACCESS" behind the type and its blank. */
static int parse_numbers(const char *s, struct device_rule *r)
{
	char text[40], *minor, *access;

	if (strlen(s) >= sizeof(text))
		return bad(EINVAL);
	memcpy(text, s, strlen(s) + 1);
	access = strchr(text, ' ');
	minor = strchr(text, ':');
	if (!access || !minor || minor > access)
		return bad(EINVAL);
	*access++ = '\0';
	*minor++ = '\0';
	if (parse_number(text, MAJOR_MAX, &r->major) < 0 || parse_number(minor, MINOR_MAX, &r->minor) < 0)
		return -1;
	return parse_access(access, &r->access);
}

/* "PATH" or "PATH:ACCESS". A colon that no access stands behind belongs to the path. */
static int parse_path(const char *s, struct device_rule *r)
{
	const char *colon = strrchr(s, ':');
	char path[4096];
	struct stat st;
	size_t n = strlen(s);

	r->access = DEVICE_RWM;
	if (colon && parse_access(colon + 1, &r->access) == 0)
		n = (size_t)(colon - s);
	if (n >= sizeof(path))
		return bad(ENAMETOOLONG);
	memcpy(path, s, n);
	path[n] = '\0';
	if (stat(path, &st) < 0)
		return -1;
	if (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))
		return bad(ENODEV);
	r->type = S_ISBLK(st.st_mode) ? 'b' : 'c';
	r->major = major(st.st_rdev);
	r->minor = minor(st.st_rdev);
	return 0;
}

int device_rule_parse(const char *s, struct device_rule *ret)
{
	struct device_rule r = {.allow = true};

	if (s[0] == '/') {
		if (parse_path(s, &r) < 0)
			return -1;
	} else {
		if ((s[0] != 'b' && s[0] != 'c') || s[1] != ' ')
			return bad(EINVAL);
		r.type = s[0];
		if (parse_numbers(s + 2, &r) < 0)
			return -1;
	}
	*ret = r;
	return 0;
}

/* A number of a rule's, or '*'. */
static char *number_text(uint32_t n, char *buf, size_t size)
{
	snprintf(buf, size, n == DEVICE_ANY ? "*" : "%u", (unsigned int)n);
	return buf;
}

char *device_rule_text(const struct device_rule *r, char *buf)
{
	char one[12], two[12];

	snprintf(buf, 32, "%c %s:%s %s%s%s", r->type, number_text(r->major, one, sizeof(one)),
	         number_text(r->minor, two, sizeof(two)), r->access & DEVICE_READ ? "r" : "",
	         r->access & DEVICE_WRITE ? "w" : "", r->access & DEVICE_MKNOD ? "m" : "");
	return buf;
}

/* Whether one number (or '*') takes in the other. */
static bool number_covers(uint32_t a, uint32_t b)
{
	return a == DEVICE_ANY || a == b;
}

/* Whether a decides wherever b does. */
static bool rule_covers(const struct device_rule *a, const struct device_rule *b)
{
	return a->type == b->type && number_covers(a->major, b->major) && number_covers(a->minor, b->minor) &&
	       (b->access & ~a->access) == 0;
}

bool device_rules_meet(const struct device_rule *a, const struct device_rule *b)
{
	return a->type == b->type && (number_covers(a->major, b->major) || number_covers(b->major, a->major)) &&
	       (number_covers(a->minor, b->minor) || number_covers(b->minor, a->minor)) && (a->access & b->access);
}

bool device_list_touches(const struct device_list *l, const struct device_rule *r)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->rule[i].allow && device_rules_meet(&l->rule[i], r))
			return true;
	return false;
}

bool device_list_covers(const struct device_list *l, const struct device_rule *r)
{
	bool covered = l->base == DEVICE_ALL;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!l->rule[i].allow && device_rules_meet(&l->rule[i], r))
			covered = false;
		else if (l->rule[i].allow && rule_covers(&l->rule[i], r))
			covered = true;
	return covered;
}

/* Whether the list says the same without the rule at its end. */
static bool is_void(const struct device_list *l, const struct device_rule *r)
{
	size_t i;

	if (l->base != (r->allow ? DEVICE_ALL : DEVICE_NONE))
		return false;
	for (i = 0; i < l->n; i++)
		if (device_rules_meet(&l->rule[i], r))
			return false;
	return true;
}

/* Drops the rules that a later one makes void, and those that are void without them. */
static void drop_covered(struct device_list *l, const struct device_rule *r)
{
	size_t i, n = l->n;

	l->n = 0;
	for (i = 0; i < n; i++)
		if (!rule_covers(r, &l->rule[i]) && !is_void(l, &l->rule[i]))
			l->rule[l->n++] = l->rule[i];
}

/* Adds a rule at the end. */
static int add_rule(struct device_list *l, const struct device_rule *r)
{
	drop_covered(l, r);
	if (is_void(l, r))
		return 0;
	if (l->n == DEVICE_RULES_MAX)
		return bad(E2BIG);
	l->rule[l->n++] = *r;
	return 0;
}

/* All or none, and no rules. */
static void set_base(struct device_list *l, enum device_base base, const char *asked)
{
	l->base = base;
	l->n = 0;
	l->asked = asked;
}

int device_list_change(struct device_list *l, bool allow, const char *s, const char *asked)
{
	struct device_rule r;

	if (!strcmp(s, "a") || !strcmp(s, "a *:* rwm")) {
		set_base(l, allow ? DEVICE_ALL : DEVICE_NONE, asked);
		return 0;
	}
	if (device_rule_parse(s, &r) < 0)
		return -1;
	r.allow = allow;
	r.asked = asked;
	return add_rule(l, &r);
}

int device_list_merge(struct device_list *l, const struct device_list *change)
{
	size_t i;

	if (change->base != DEVICE_KEEP)
		set_base(l, change->base, change->asked);
	for (i = 0; i < change->n; i++)
		if (add_rule(l, &change->rule[i]) < 0)
			return -1;
	return 0;
}

/* One item of a list; first: it may be the word that all begins with. */
static int parse_item(struct device_list *l, const char *item, bool first, const char *asked)
{
	if (first && !strcmp(item, "all"))
		set_base(l, DEVICE_ALL, asked);
	else if (first && !strcmp(item, "none"))
		set_base(l, DEVICE_NONE, asked);
	else if (first && !strcmp(item, "default"))
		return device_list_parse(l, default_list, asked);
	else
		return device_list_change(l, item[0] != '-', item + (item[0] == '-'), asked);
	return 0;
}

int device_list_parse(struct device_list *l, const char *s, const char *asked)
{
	bool first = true;

	set_base(l, DEVICE_NONE, asked);
	for (;; first = false) {
		size_t n = strcspn(s, ",");
		char item[4096 + 8];

		if (n >= sizeof(item))
			return bad(EINVAL);
		memcpy(item, s, n);
		item[n] = '\0';
		if (parse_item(l, item, first, asked) < 0)
			return -1;
		if (!s[n])
			return 0;
		s += n + 1;
	}
}

char *device_list_text(const struct device_list *l, char *buf)
{
	size_t i, n = 0;
	char text[32];

	if (l->base == DEVICE_ALL || l->n == 0 || !l->rule[0].allow)
		n = (size_t)sprintf(buf, "%s", l->base == DEVICE_ALL ? "all" : "none");
	for (i = 0; i < l->n; i++)
		n += (size_t)sprintf(buf + n, "%s%s%s", n ? "," : "", l->rule[i].allow ? "" : "-",
		                     device_rule_text(&l->rule[i], text));
	return buf;
}
