/* limits.c - see limits.h. */
#include "limits.h"

#include "common/num.h"

#include <stdint.h>
#include <string.h>

/* The kernel's columns: the name takes 26 characters, and may hold blanks itself (fs/proc/base.c). */
#define NAME_WIDTH 26

/* One value, with blanks before it; *at moves behind it. */
static int parse_value(const char **at, rlim_t *ret)
{
	const char *from = *at + strspn(*at, " ");
	size_t n = strcspn(from, " \n");
	char text[24];
	uint64_t v = RLIM_INFINITY;

	if (n == 0 || n >= sizeof(text))
		return -1;
	memcpy(text, from, n);
	text[n] = '\0';
	if (strcmp(text, "unlimited") != 0 && num_u64(text, 0, UINT64_MAX, &v) < 0)
		return -1;
	*ret = v;
	*at = from + n;
	return 0;
}

int limits_parse(const char *text, struct rlimit ret[RLIM_NLIMITS])
{
	const char *line = strchr(text, '\n');

	for (int i = 0; i < RLIM_NLIMITS; i++) {
		if (!line || strcspn(line + 1, "\n") <= NAME_WIDTH)
			return -1;
		line += 1 + NAME_WIDTH;
		if (parse_value(&line, &ret[i].rlim_cur) < 0 || parse_value(&line, &ret[i].rlim_max) < 0)
			return -1;
		line = strchr(line, '\n');
	}
	return 0;
}
