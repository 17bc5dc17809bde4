/*
 * mountopt.c - mount options by word; see mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS", and mount_setattr(2).
 */
#include "mountopt.h"

#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
	const char *name;
	uint64_t set, clear;
	unsigned long flag; /* of mount(2); 0 where it is the default */
};

static const struct word attributes[] = {
    {"ro", MOUNT_ATTR_RDONLY, 0, MS_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID, 0, MS_NOSUID},
    {"suid", 0, MOUNT_ATTR_NOSUID, 0},
    {"nodev", MOUNT_ATTR_NODEV, 0, MS_NODEV},
    {"dev", 0, MOUNT_ATTR_NODEV, 0},
    {"noexec", MOUNT_ATTR_NOEXEC, 0, MS_NOEXEC},
    {"exec", 0, MOUNT_ATTR_NOEXEC, 0},
    {"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME, MS_NOATIME},
    {"relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME, MS_RELATIME},
    {"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME, MS_STRICTATIME},
    {"nodiratime", MOUNT_ATTR_NODIRATIME, 0, MS_NODIRATIME},
    {"diratime", 0, MOUNT_ATTR_NODIRATIME, 0},
    {"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0, MS_NOSYMFOLLOW},
};

static const struct {
	const char *name;
	unsigned long flag;
} propagations[] = {
    {"private", MS_PRIVATE}, {"rprivate", MS_PRIVATE}, {"slave", MS_SLAVE},
    {"rslave", MS_SLAVE},    {"shared", MS_SHARED},    {"rshared", MS_SHARED},
};

/* What says the default, or means something to other programs only: labels of SELinux, Docker Desktop's caches,
 * mount(8)'s own. */
static const char *const ignored[] = {"", "rw", "defaults", "z", "Z", "cached", "delegated", "consistent", "nocopy"};

/* Remembers an attribute; the later word wins. */
static void apply_attribute(struct step *s, const struct word *w)
{
	s->attr_set = (s->attr_set & ~w->clear) | w->set;
	s->attr_clear = (s->attr_clear & ~w->set) | w->clear;
}

bool mountopt_apply_attribute(struct step *s, const char *word)
{
	/* Read-only holds for what is mounted below in any case. */
	if (!strcmp(word, "rro"))
		word++;
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		if (!strcmp(word, ignored[i]))
			return true;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		if (!strcmp(word, attributes[i].name)) {
			apply_attribute(s, &attributes[i]);
			return true;
		}
	}
	return false;
}

bool mountopt_apply(struct step *s, const char *word)
{
	if (mountopt_apply_attribute(s, word))
		return true;
	for (size_t i = 0; i < sizeof(propagations) / sizeof(*propagations); i++) {
		if (!strcmp(word, propagations[i].name)) {
			s->propagation = propagations[i].flag;
			return true;
		}
	}
	if (!strncmp(word, "idmap=", 6)) {
		free(s->idmap);
		s->idmap = keep(word + 6);
		return true;
	}
	if (strcmp(word, "bind") != 0 && strcmp(word, "rbind") != 0)
		return false;
	s->recursive = *word == 'r';
	return true;
}

void mountopt_words(const struct step *s, char *buf, size_t size)
{
	size_t used = 0;

	*buf = '\0';
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		const struct word *w = &attributes[i];
		bool on = w->set                         ? (s->attr_set & w->set) != 0
		          : w->clear & MOUNT_ATTR__ATIME ? false
		                                         : (s->attr_clear & w->clear) != 0;

		if (on && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s,", w->name);
	}
}

/* The length of the first word of a list. */
static size_t word_length(const char *list)
{
	size_t n = 0;

	while (list[n] && list[n] != ',')
		n += list[n] == '\\' && list[n + 1] ? 2 : 1;
	return n;
}

/* Whether a word of that length is one of the attributes; its flag. */
static bool find_flag(const char *word, size_t n, unsigned long *ret)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		if (strlen(attributes[i].name) == n && !memcmp(attributes[i].name, word, n)) {
			*ret = attributes[i].flag;
			return true;
		}
	}
	return false;
}

unsigned long mountopt_split(char *options)
{
	unsigned long flags = 0, flag;
	char *out = options;
	const char *in = options;

	while (*in) {
		size_t n = word_length(in), more = in[n] == ',';

		if (n && find_flag(in, n, &flag)) {
			flags |= flag;
		} else if (n) {
			if (out != options)
				*out++ = ',';
			memmove(out, in, n);
			out += n;
		}
		in += n + more;
	}
	*out = '\0';
	return flags;
}
