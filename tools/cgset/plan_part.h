/*
 * plan_part.h - the parts of a plan, and what they are made with. Only for plan*.c.
 */
#ifndef CGSET_PLAN_PART_H
#define CGSET_PLAN_PART_H

#include "plan.h"

/* memory, memory-swap (the total of both, as docker has it) and swap. */
int plan_memory(struct plan *p, const struct settings *s, struct err *e);

/* cpu, cpu-quota and cpu-period. */
int plan_cpu(struct plan *p, const struct settings *s, struct err *e);

/* A weight, which the versions measure on different scales. */
int plan_weight(struct plan *p, const struct settings *s, enum word_id id, struct err *e);

/* A list of CPUs or nodes, held against what the hierarchy's root has. */
int plan_cpulist(struct plan *p, const struct settings *s, enum word_id id, struct err *e);

/* A request that cannot be granted: status 2. */
int plan_refuse(struct err *e, const char *asked);

/* The hierarchy of a word that was asked for; the group is made there. NULL when there is none. */
const struct cg_hierarchy *plan_need_word(struct plan *p, const struct word *w, const char *asked, struct err *e);

/* Adds a write of the text in step->text. */
struct step *plan_add_step(struct plan *p, const struct cg_hierarchy *h, const char *file, const char *asked,
                           enum check check);

/* Adds a write of a number; v1 says -1 for no limit. */
void plan_add_number(struct plan *p, const struct cg_hierarchy *h, const char *file, const char *asked,
                     enum check check, uint64_t number);

/* The limit that the group has now in that file, or dflt when it is not there. */
uint64_t plan_current_limit(const struct cg_hierarchy *h, const char *group, const char *file, uint64_t dflt);

#endif
