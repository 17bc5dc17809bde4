/*
 * get.h - reading settings back, in the words in which they are made.
 */
#ifndef CGSET_GET_H
#define CGSET_GET_H

#include "setting.h"

#include "common/cgroup.h"

/* The value of a word of the vocabulary, as settings_add takes it. -1 with the error (ENOENT: the group or the file
 * is not there). */
int get_word(const struct cg_map *m, const char *group, const struct word *w, char *buf, size_t size, struct err *e);

/* The value of a word or the text of a file of either version. */
int get_name(const struct cg_map *m, const char *group, const char *name, char *buf, size_t size, struct err *e);

/* Adds every setting of the group that is not the kernel's default. The texts are kept. */
int get_all(const struct cg_map *m, const char *group, struct settings *s, struct err *e);

#endif
