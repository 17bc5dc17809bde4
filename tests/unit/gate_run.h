/*
 * gate_run.h - an interpreter for the few BPF instructions that gate_program makes, for tests without a kernel.
 */
#ifndef TESTS_UNIT_GATE_RUN_H
#define TESTS_UNIT_GATE_RUN_H

#include "cgset/gate.h"

#include <linux/bpf.h>

/* What the program answers; -1 for an instruction that is not known, or a jump that leads out of it. */
static inline int gate_run(const struct bpf_insn *insn, size_t n, const struct bpf_cgroup_dev_ctx *ctx)
{
	const uint32_t word[] = {ctx->access_type, ctx->major, ctx->minor};
	uint64_t reg[8] = {0};
	size_t at;

	for (at = 0; at < n; at++) {
		const struct bpf_insn *i = &insn[at];
		uint64_t *dst = &reg[i->dst_reg & 7], imm = (uint64_t)(int64_t)i->imm;

		switch (i->code) {
		case BPF_LDX | BPF_MEM | BPF_W:
			*dst = word[i->off / 4];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_X:
			*dst = reg[i->src_reg & 7];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_K:
			*dst = imm;
			break;
		case BPF_ALU64 | BPF_AND | BPF_K:
			*dst &= imm;
			break;
		case BPF_ALU64 | BPF_RSH | BPF_K:
			*dst >>= imm;
			break;
		case BPF_JMP | BPF_JNE | BPF_K:
			at += *dst != imm ? (size_t)i->off : 0;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			at += *dst & imm ? (size_t)i->off : 0;
			break;
		case BPF_JMP | BPF_JA:
			at += (size_t)i->off;
			break;
		case BPF_JMP | BPF_EXIT:
			return (int)reg[0];
		default:
			return -1;
		}
	}
	return -1;
}

/* What the list says about kinds of access to a device: for each kind its last rule that matches, else the base. */
static inline bool gate_want(const struct device_list *l, char type, unsigned int access, uint32_t major,
                             uint32_t minor)
{
	unsigned int bit;

	for (bit = 1; bit <= DEVICE_WRITE; bit <<= 1) {
		bool allow = l->base == DEVICE_ALL;
		size_t i;

		for (i = 0; i < l->n; i++)
			if (l->rule[i].type == type && l->rule[i].access & bit &&
			    (l->rule[i].major == DEVICE_ANY || l->rule[i].major == major) &&
			    (l->rule[i].minor == DEVICE_ANY || l->rule[i].minor == minor))
				allow = l->rule[i].allow;
		if (access & bit && !allow)
			return false;
	}
	return true;
}

/* Whether the list's program answers what the list says. */
static inline bool gate_agrees(const struct device_list *l, char type, unsigned int access, uint32_t major,
                               uint32_t minor)
{
	struct bpf_cgroup_dev_ctx ctx = {access << 16 | (type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR), major,
	                                 minor};
	struct bpf_insn insn[GATE_INSNS_MAX];
	size_t n = gate_program(l, insn);

	return n <= GATE_INSNS_MAX && gate_run(insn, n, &ctx) == gate_want(l, type, access, major, minor);
}

#endif
