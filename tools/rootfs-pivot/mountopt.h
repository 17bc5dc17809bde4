/*
 * mountopt.h - mount options by word: those that are attributes of one mount, and those of its propagation.
 */
#ifndef ROOTFS_PIVOT_MOUNTOPT_H
#define ROOTFS_PIVOT_MOUNTOPT_H

#include "plan.h"

/* Applies one word of a bind ("ro", "noexec", "rslave", docker's "z") to a step. False when there is no such word. */
bool mountopt_apply(struct step *s, const char *word);

/* The same for those that any mount may have: no propagation, no idmap. */
bool mountopt_apply_attribute(struct step *s, const char *word);

/* Writes the words of a step's attributes, each followed by a comma ("ro,nosuid,"), to buf. */
void mountopt_words(const struct step *s, char *buf, size_t size);

/* Takes those words out of a list of options for mount(2) and returns them as its flags (MS_...). A backslash takes the
 * meaning from the character behind it, as overlay has it. */
unsigned long mountopt_split(char *options);

#endif
