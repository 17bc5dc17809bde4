/*
 * setting.h - what was asked for: NAME=VALUE after NAME=VALUE, parsed completely before anything is made.
 */
#ifndef CGSET_SETTING_H
#define CGSET_SETTING_H

#include "device.h"
#include "value.h"
#include "word.h"

#include "common/err.h"

#define SETTINGS_KEPT_MAX 32

/* A word of the vocabulary with its value. */
struct setting {
	const char *asked; /* "NAME=VALUE" as it was typed; NULL when the word was not given */
	const char *value;
	uint64_t number; /* kinds SIZE, COUNT, NUMBER, CPU */
	bool optional;   /* "NAME?=VALUE": left out, and told, where the kernel has no such limit */
};

/* A file of the kernel's that is not in the vocabulary, or a device's line: passed on as it is. */
struct setting_raw {
	const char *asked;
	const struct word *word; /* for io-rbps and its like; else NULL */
	const char *value;
	char file[64];
	char device[24]; /* "8:0", with word */
	uint64_t rate;
};

struct settings {
	struct setting of[W_COUNT];
	struct setting_raw *raw;
	size_t n_raw, room;            /* room: how many places raw has */
	struct device_list devices;    /* with KEEP and no rule when nothing was said */
	char *kept[SETTINGS_KEPT_MAX]; /* texts that the settings point into, made by us */
	size_t n_kept;
};

/* Takes one "NAME=VALUE" (kept by pointer); a later one replaces an earlier one of the same word. -1 with status 2. */
int settings_add(struct settings *s, const char *asked, struct err *e);

/* Takes a setting a line from standard input (empty lines and lines beginning with '#' are passed over). The text is
 * kept. */
int settings_add_stdin(struct settings *s, struct err *e);

/* Takes a text over: settings point into it until the end. NULL (memory is out) and one too many are errors. */
int settings_keep(struct settings *s, char *text, struct err *e);

/* Gives back what the settings have of memory, and empties them. */
void settings_free(struct settings *s);

#endif
