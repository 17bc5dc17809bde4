/*
 * plan_memory.c - the part of a plan that is about memory and swap.
 *
 * v1 limits memory, and memory and swap together, of which the second may never be lower than the first; v2 limits each by
 * itself. What people mean by memory-swap is the first of these, by swap the second.
 */
#include "plan_part.h"

/* The memory limit that will hold: asked for, or there already. */
static uint64_t memory_limit(struct plan *p, const struct cg_hierarchy *h, const struct settings *s)
{
	if (s->of[W_MEMORY].asked)
		return s->of[W_MEMORY].number;
	return plan_current_limit(h, p->group, h->v2 ? "memory.max" : "memory.limit_in_bytes", VALUE_UNLIMITED);
}

/* memory on v1 where memory+swap has a limit: the higher one is written first when both are raised. */
static void plan_memory_v1(struct plan *p, const struct cg_hierarchy *h, const struct settings *s, uint64_t total)
{
	const struct setting *memory = &s->of[W_MEMORY];
	const char *limit = "memory.limit_in_bytes", *memsw = "memory.memsw.limit_in_bytes";
	const char *total_asked = s->of[W_MEMORY_SWAP].asked ? s->of[W_MEMORY_SWAP].asked : s->of[W_SWAP].asked;
	bool raise = memory->asked && memory->number > plan_current_limit(h, p->group, memsw, VALUE_UNLIMITED);

	if (raise && total_asked)
		plan_add_number(p, h, memsw, total_asked, CHECK_SIZE, total);
	if (memory->asked)
		plan_add_number(p, h, limit, memory->asked, CHECK_SIZE, memory->number);
	if (!raise && total_asked)
		plan_add_number(p, h, memsw, total_asked, CHECK_SIZE, total);
}

/* memory on v2: swap has a limit of its own there, the total is not kept. */
static void plan_memory_v2(struct plan *p, const struct cg_hierarchy *h, const struct settings *s, uint64_t swap)
{
	const struct setting *memory = &s->of[W_MEMORY];
	const char *swap_asked = s->of[W_MEMORY_SWAP].asked ? s->of[W_MEMORY_SWAP].asked : s->of[W_SWAP].asked;

	if (memory->asked)
		plan_add_number(p, h, "memory.max", memory->asked, CHECK_SIZE, memory->number);
	if (swap_asked)
		plan_add_number(p, h, "memory.swap.max", swap_asked, CHECK_SIZE, swap);
}

/* memory, memory-swap (the total of both, as docker has it) and swap. */
int plan_memory(struct plan *p, const struct settings *s, struct err *e)
{
	const struct setting *total = &s->of[W_MEMORY_SWAP], *only = &s->of[W_SWAP];
	const char *asked = total->asked ? total->asked : only->asked ? only->asked : s->of[W_MEMORY].asked;
	uint64_t memory, both = VALUE_UNLIMITED, swap = VALUE_UNLIMITED;
	const struct cg_hierarchy *h;

	if (!asked)
		return 0;
	h = plan_need_word(p, &words[W_MEMORY], asked, e);
	if (!h)
		return -1;
	memory = memory_limit(p, h, s);
	if (total->asked && total->number != VALUE_UNLIMITED) {
		both = total->number;
		if (memory == VALUE_UNLIMITED || both < memory)
			return plan_refuse(e, asked),
			       err_hint(e, "it is memory and swap together: give a memory limit that is not higher");
		swap = both - memory;
	} else if (only->asked && only->number != VALUE_UNLIMITED) {
		swap = only->number;
		if (memory == VALUE_UNLIMITED && !h->v2)
			return plan_refuse(e, asked),
			       err_hint(e, "on v1 swap is limited together with memory: give memory too");
		both = memory > INT64_MAX - swap ? VALUE_UNLIMITED : memory + swap;
	}
	if (h->v2)
		plan_memory_v2(p, h, s, swap);
	else
		plan_memory_v1(p, h, s, both);
	return 0;
}
