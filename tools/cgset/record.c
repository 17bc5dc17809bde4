/*
 * record.c - one record of keys and numbers.
 */
#include "record.h"

#include "value.h"

#include <stdio.h>

/* A JSON string. Names hold no control characters (group_name); bytes that are not ASCII are passed on. */
static void print_json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

void record_begin(struct record *r, bool json, const char *group)
{
	r->json = json;
	if (!json) {
		printf("group %s\n", group);
		return;
	}
	fputs("{\"group\":", stdout);
	print_json_string(group);
}

void record_text(const struct record *r, const char *key, const char *text)
{
	printf(r->json ? ",\"%s\":%s" : "%s %s\n", key, text);
}

void record_number(const struct record *r, const char *key, uint64_t n)
{
	char text[24];

	record_text(r, key, n == VALUE_UNLIMITED && r->json ? "null" : value_text(n, text));
}

void record_end(const struct record *r)
{
	if (r->json)
		fputs("}\n", stdout);
}
