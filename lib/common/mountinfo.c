/* mountinfo.c - see mountinfo.h */
#include "mountinfo.h"
#include "num.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Cuts the next blank-separated field off *p, which may be empty (a mount whose source is ""); NULL at the end of the
 * line. */
static char *field(char **p)
{
	char *s = *p;
	size_t n;

	if (!s || !*s)
		return NULL;
	n = strcspn(s, " \n");
	*p = s[n] ? s + n + 1 : s + n;
	s[n] = '\0';
	return s;
}

static int is_octal(char c, char max)
{
	return c >= '0' && c <= max;
}

/* Undoes the kernel's octal escapes in place. */
static char *unescape(char *s)
{
	char *in = s, *out = s;

	while (*in) {
		if (in[0] == '\\' && is_octal(in[1], '3') && is_octal(in[2], '7') && is_octal(in[3], '7')) {
			*out++ = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return s;
}

static int number(const char *s, int *ret)
{
	uint64_t v;

	if (!s || num_u64(s, 0, INT_MAX, &v) < 0)
		return -1;
	*ret = (int)v;
	return 0;
}

int mountinfo_parse(char *line, struct mountinfo *ret)
{
	struct mountinfo m = {0};
	char *p = line, *root, *target, *options, *source, *super, *tag;

	if (number(field(&p), &m.id) < 0 || number(field(&p), &m.parent) < 0 || !field(&p))
		goto bad;
	root = field(&p);
	target = field(&p);
	options = field(&p);
	/* Optional fields (shared:N, master:N ...) end with a single dash. */
	do
		tag = field(&p);
	while (tag && strcmp(tag, "-") != 0);
	m.type = field(&p);
	source = field(&p);
	super = field(&p);
	if (!root || !target || !options || !tag || !m.type || !source || !super)
		goto bad;
	m.root = unescape(root);
	m.target = unescape(target);
	m.source = unescape(source);
	m.options = options;
	m.super = super;
	*ret = m;
	return 0;
bad:
	errno = EINVAL;
	return -1;
}
