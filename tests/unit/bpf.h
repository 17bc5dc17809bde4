/*
 * bpf.h - a small interpreter of classic BPF, so that what a filter answers can be asked without being in it.
 */
#ifndef TESTS_UNIT_BPF_H
#define TESTS_UNIT_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What a filter that leaves its program, or has an instruction that it should not have, "answers". */
#define BPF_BROKEN 0xdeadbeef

/* Runs the filter for one call. */
static inline uint32_t bpf_ask(const struct sock_filter *code, size_t n, const struct seccomp_data *d)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < n;) {
		const struct sock_filter *i = &code[pc++];
		int yes;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (i->k > sizeof(*d) - 4)
				return BPF_BROKEN;
			memcpy(&a, (const char *)d + i->k, 4);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = (a & i->k) != 0;
			break;
		default:
			return BPF_BROKEN;
		}
		pc += yes ? i->jt : i->jf;
	}
	return BPF_BROKEN;
}

#endif
