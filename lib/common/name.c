/* name.c - see name.h */
#include "name.h"

#include <stddef.h>
#include <string.h>

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the first n bytes are letters, digits or one of extra. */
static bool all_of(const char *s, size_t n, const char *extra)
{
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(s[i]) && !(s[i] && strchr(extra, s[i])))
			return false;
	return true;
}

bool name_is_object(const char *s)
{
	size_t n = strlen(s);

	return n >= 2 && n <= 63 && is_alnum(s[0]) && all_of(s, n, "_.-");
}

bool name_is_interface(const char *s)
{
	size_t n = strlen(s);

	return n >= 1 && n <= 15 && s[0] != '-' && s[0] != '.' && all_of(s, n, "_.-");
}

/* A file name in n bytes. */
static bool file_in(const char *s, size_t n)
{
	return n >= 1 && n <= 255 && s[0] != '.' && s[0] != '-' && all_of(s, n, "_.-");
}

bool name_is_file(const char *s)
{
	return file_in(s, strlen(s));
}

bool name_is_group(const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "/");

		if (!file_in(s, n))
			return false;
		if (!s[n])
			return true;
		s += n + 1;
	}
}

bool name_is_host(const char *s)
{
	size_t n = strlen(s);

	return n >= 1 && n <= 63 && is_alnum(s[0]) && is_alnum(s[n - 1]) && all_of(s, n, ".-");
}

const char *name_inside(const char *path)
{
	const char *p = path;

	while (*p == '/' || (*p == '.' && (p[1] == '/' || p[1] == '\0')))
		p++;
	for (const char *c = p; c; c = strchr(c, '/')) {
		c += *c == '/';
		if (c[0] == '.' && c[1] == '.' && (c[2] == '/' || c[2] == '\0'))
			return NULL;
	}
	return *p ? p : ".";
}
