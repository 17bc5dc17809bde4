/*
 * seccomp.c - see seccomp.h
 *
 * Per architecture the allowed numbers become segments: from here on up to the next segment this is the answer. A
 * balanced tree of "at least?" jumps finds the segment. Segments share their answers, of which there are few: the kernel
 * takes 0.2 us for each instruction of a filter that is installed.
 *
 * Jumps lead only forward, so that the program is written from its end to its beginning: where a jump leads is then
 * there already, and an "address" is how many instructions there are from there to the end. Jump offsets of classic BPF
 * have 8 bits; an answer that is farther away is written again, and to half a tree that is, an unconditional jump
 * (32 bits) leads.
 */
#include "seccomp.h"

#include "seccomp_file.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif

enum call_kind {
	CALL_REFUSE, /* EPERM: whatever the table does not name */
	CALL_ALLOW,
	CALL_CAP, /* EPERM without one of its capabilities */
	CALL_ENOSYS,
	CALL_CHECK_CLONE,
	CALL_CHECK_IOCTL,
	CALL_CHECK_SOCKET,
	CALL_CHECK_PERSONALITY,
};

struct call {
	int nr;
	enum call_kind kind;
	uint64_t caps; /* any one of these allows it whatever its kind */
};

struct arch_calls {
	uint32_t audit;
	const struct call *calls;
	size_t n;
};

#include "seccomp_table.h"

#define SEGMENTS_MAX 1024
#define KINDS (CALL_CHECK_PERSONALITY + 1)

/* An answer that is farther away than this is written again: the jump to it may have half a tree before it. */
#define NEAR 192
#define JUMP_MAX 255

/* From nr on, this is the answer. */
struct segment {
	uint32_t nr;
	enum call_kind kind;
};

struct program {
	struct sock_filter *code; /* of SECCOMP_ROOM; the last n are written */
	size_t n;
	size_t answer[KINDS]; /* the address of the last one of each; 0: none yet */
	struct segment seg[SEGMENTS_MAX];
	size_t n_seg;
};

/* Every namespace but the time one (which shares its bit with the exit signal): what clone may not ask for. */
#define CLONE_NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define LOAD(field) \
	((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field)))
#define RETURN(v) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (v)))
#define REFUSE RETURN(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define IF(op, v, yes, no) ((struct sock_filter)BPF_JUMP(BPF_JMP | (op) | BPF_K, (v), (yes), (no)))

/* The families that no socket may have: DECnet, Econet, ATM SVC, IrDA, WANPIPE, ISDN, CAIF, the kernel's own
 * cryptography, virtual machines' sockets; and those behind XDP. The C library's names are not the same everywhere. */
static const uint32_t refused_families[] = {12, 19, 20, 23, 25, 34, 37, AF_ALG, AF_VSOCK};
#define N_FAMILIES (sizeof(refused_families) / sizeof(refused_families[0]))
#define FAMILIES_END 46

/* The answers as instructions. An argument is an int to the kernel: its low half is what counts (little endian). */
#define ANSWER_MAX (N_FAMILIES + 4)

static size_t answer(enum call_kind kind, struct sock_filter out[ANSWER_MAX])
{
	size_t n = 0;

	switch (kind) {
	case CALL_ALLOW:
		out[n++] = ALLOW;
		break;
	case CALL_ENOSYS:
		out[n++] = RETURN(SECCOMP_RET_ERRNO | ENOSYS);
		break;
	case CALL_CHECK_CLONE:
		out[n++] = LOAD(args[0]);
		out[n++] = IF(BPF_JSET, CLONE_NAMESPACES, 0, 1);
		out[n++] = REFUSE;
		out[n++] = ALLOW;
		break;
	case CALL_CHECK_IOCTL:
		out[n++] = LOAD(args[1]);
		out[n++] = IF(BPF_JEQ, TIOCSTI, 1, 0);
		out[n++] = IF(BPF_JEQ, TIOCLINUX, 0, 1);
		out[n++] = REFUSE;
		out[n++] = ALLOW;
		break;
	case CALL_CHECK_SOCKET:
		/* AF_MAX of the table's day is the end; a refused family jumps to the refusal behind the others. */
		out[n++] = LOAD(args[0]);
		out[n++] = IF(BPF_JGE, FAMILIES_END, N_FAMILIES, 0);
		for (size_t i = 0; i < N_FAMILIES; i++)
			out[n++] = IF(BPF_JEQ, refused_families[i], (uint8_t)(N_FAMILIES - 1 - i), i + 1 == N_FAMILIES);
		out[n++] = REFUSE;
		out[n++] = ALLOW;
		break;
	case CALL_CHECK_PERSONALITY:
		/* PER_LINUX, PER_LINUX32, both with UNAME26, and the question what it is. */
		out[n++] = LOAD(args[0]);
		out[n++] = IF(BPF_JEQ, 0, 5, 0);
		out[n++] = IF(BPF_JEQ, 8, 4, 0);
		out[n++] = IF(BPF_JEQ, 0x20000, 3, 0);
		out[n++] = IF(BPF_JEQ, 0x20008, 2, 0);
		out[n++] = IF(BPF_JEQ, 0xffffffff, 1, 0);
		out[n++] = REFUSE;
		out[n++] = ALLOW;
		break;
	case CALL_REFUSE:
	case CALL_CAP:
		out[n++] = REFUSE;
		break;
	}
	return n;
}

/* The segments of one architecture for these capabilities; neighbours with the same answer are one. Behind the last
 * call of the table come those that are newer than it, and x32's. */
static void segments(struct program *p, const struct arch_calls *a, uint64_t caps)
{
	uint32_t next = 0;

	p->n_seg = 0;
	for (size_t i = 0; i <= a->n; i++) {
		bool last = i == a->n;
		uint32_t nr = last ? next : (uint32_t)a->calls[i].nr;
		enum call_kind kind = last ? CALL_ENOSYS : a->calls[i].caps & caps ? CALL_ALLOW : a->calls[i].kind;

		if (kind == CALL_CAP)
			kind = CALL_REFUSE;
		if (nr > next && (p->n_seg == 0 || p->seg[p->n_seg - 1].kind != CALL_REFUSE))
			p->seg[p->n_seg++] = (struct segment){next, CALL_REFUSE};
		if (p->n_seg == 0 || p->seg[p->n_seg - 1].kind != kind)
			p->seg[p->n_seg++] = (struct segment){nr, kind};
		next = nr + 1;
	}
}

/* Puts an instruction in front. Without room it is only counted. */
static void put(struct program *p, struct sock_filter instruction)
{
	if (++p->n <= SECCOMP_ROOM)
		p->code[SECCOMP_ROOM - p->n] = instruction;
}

/* The operand of an instruction, the next one put, that leads to an address. */
static uint32_t offset(const struct program *p, size_t address)
{
	return (uint32_t)(p->n - address);
}

static void put_jump(struct program *p, size_t address)
{
	put(p, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, offset(p, address)));
}

/* The address of an answer. */
static size_t put_answer(struct program *p, enum call_kind kind)
{
	struct sock_filter code[ANSWER_MAX];

	if (p->answer[kind] && offset(p, p->answer[kind]) <= NEAR)
		return p->answer[kind];
	for (size_t n = answer(kind, code); n > 0; n--)
		put(p, code[n - 1]);
	return p->answer[kind] = p->n;
}

/* The address of the tree over seg[lo..hi]. */
static size_t put_tree(struct program *p, size_t lo, size_t hi)
{
	size_t mid = (lo + hi + 1) / 2, right, left;

	if (lo == hi)
		return put_answer(p, p->seg[lo].kind);
	right = put_tree(p, mid, hi);
	left = put_tree(p, lo, mid - 1);
	/* Less one, for the jump that the other may need. */
	if (offset(p, left) > JUMP_MAX - 1) {
		put_jump(p, left);
		left = p->n;
	}
	if (offset(p, right) > JUMP_MAX) {
		put_jump(p, right);
		right = p->n;
	}
	put(p, IF(BPF_JGE, p->seg[mid].nr, (uint8_t)offset(p, right), (uint8_t)offset(p, left)));
	return p->n;
}

/* The part of one architecture; another one goes on behind it. */
static void put_arch(struct program *p, const struct arch_calls *a, uint64_t caps)
{
	size_t behind = p->n, root;

	segments(p, a, caps);
	root = put_tree(p, 0, p->n_seg - 1);
	if (root != p->n)
		put_jump(p, root);
	put(p, LOAD(nr));
	put_jump(p, behind);
	put(p, IF(BPF_JEQ, a->audit, 1, 0));
	put(p, LOAD(arch));
}

int seccomp_default_build(uint64_t caps, struct sock_filter code[SECCOMP_ROOM], size_t *ret_n, struct err *e)
{
	struct program p = {.code = code};

	put(&p, RETURN(SECCOMP_RET_KILL_PROCESS));
	for (size_t i = sizeof(arch_table) / sizeof(arch_table[0]); i > 0; i--) {
		/* Every second segment at most is a refusal, and each call may begin one. */
		if (2 * arch_table[i - 1].n + 2 > SEGMENTS_MAX)
			return err_set(e, E2BIG, "build the system call filter");
		put_arch(&p, &arch_table[i - 1], caps);
	}
	if (p.n > SECCOMP_ROOM)
		return err_set(e, E2BIG, "build the system call filter");
	memmove(code, code + SECCOMP_ROOM - p.n, p.n * sizeof(*code));
	*ret_n = p.n;
	return 0;
}

int seccomp_default_load(uint64_t caps, struct err *e)
{
	struct sock_filter code[SECCOMP_ROOM];
	size_t n = 0;

	return seccomp_default_build(caps, code, &n, e) < 0 ? -1 : seccomp_install(code, n, 0, e);
}

/* An architecture's number of ioctl. */
static uint32_t ioctl_number(const struct arch_calls *a)
{
	size_t i = 0;

	while (i + 1 < a->n && a->calls[i].kind != CALL_CHECK_IOCTL)
		i++;
	return (uint32_t)a->calls[i].nr;
}

int seccomp_terminal_load(struct err *e)
{
	struct sock_filter code[sizeof(arch_table) / sizeof(arch_table[0]) * (ANSWER_MAX + 4) + 1];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(arch_table) / sizeof(arch_table[0]); i++) {
		struct sock_filter check[ANSWER_MAX];
		size_t n_check = answer(CALL_CHECK_IOCTL, check);

		code[n++] = LOAD(arch);
		code[n++] = IF(BPF_JEQ, arch_table[i].audit, 0, (uint8_t)(n_check + 2));
		code[n++] = LOAD(nr);
		code[n++] = IF(BPF_JEQ, ioctl_number(&arch_table[i]), 0, (uint8_t)n_check);
		memcpy(code + n, check, n_check * sizeof(*check));
		n += n_check;
	}
	code[n++] = ALLOW;
	return seccomp_install(code, n, 0, e);
}
