/*
 * filter.c - see filter.h
 *
 * Theory. libseccomp knows the calls of its own day. Two things are therefore put in front of its program, as other
 * runtimes do, too. Calls that the profile names and libseccomp does not know are answered by their number, which is the
 * same on all architectures since Linux 5.1. And where the profile refuses what it does not name, calls that are newer
 * than every one that it does name are refused by ENOSYS: to a C library that means "use the older call", where EPERM
 * would mean failure.
 */
#include "filter.h"

#include "common/fd.h"
#include "words.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The x32 calls have this bit in their numbers and share x86-64's AUDIT_ARCH. */
#define X32_BIT 0x40000000u

#define PREFIX_MAX (FILTER_ARCHES * (2 * FILTER_LATE + 8))

#define STATEMENT(code, k) ((struct sock_filter)BPF_STMT(code, (uint32_t)(k)))
#define JUMP(op, k, yes, no) ((struct sock_filter)BPF_JUMP(BPF_JMP | (op) | BPF_K, (k), (uint8_t)(yes), (uint8_t)(no)))
#define LOAD(field) STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(v) STATEMENT(BPF_RET | BPF_K, v)

int filter_begin(struct filter *f, uint32_t default_action, struct err *e)
{
	*f = (struct filter){.default_action = default_action, .arch = {seccomp_arch_native()}, .n_arches = 1};
	f->ctx = seccomp_init(default_action);
	if (!f->ctx)
		return err_set(e, 0, "libseccomp or the kernel does not have this default action");
	/* A binary tree: about 9 comparisons a call instead of hundreds. no_new_privs is the landing's business. */
	seccomp_attr_set(f->ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	seccomp_attr_set(f->ctx, SCMP_FLTATR_CTL_NNP, 0);
	return 0;
}

void filter_free(struct filter *f)
{
	if (f->ctx)
		seccomp_release(f->ctx);
	f->ctx = NULL;
}

/* Whether programs of this architecture run on the machine. */
static bool runs_here(uint32_t token)
{
	switch (seccomp_arch_native()) {
	case SCMP_ARCH_X86_64:
		return token == SCMP_ARCH_X86 || token == SCMP_ARCH_X32;
	case SCMP_ARCH_AARCH64:
		return token == SCMP_ARCH_ARM;
	default:
		return false;
	}
}

int filter_arch(struct filter *f, uint32_t token, struct err *e)
{
	int r;

	if (!runs_here(token) || seccomp_arch_exist(f->ctx, token) == 0)
		return 0;
	r = f->n_arches < FILTER_ARCHES ? seccomp_arch_add(f->ctx, token) : -E2BIG;
	if (r < 0)
		return err_set(e, -r, "add the architecture to the filter");
	f->arch[f->n_arches++] = token;
	return 0;
}

int filter_mention(struct filter *f, const char *call, struct err *e)
{
	enum word_where where;
	int late = word_new_call(call, &where);

	if (late < 0 && seccomp_syscall_resolve_name(call) == __NR_SCMP_ERROR) {
		err_set(e, 0, "no system call is called '%.60s'", call);
		return err_hint(e, "libseccomp %u.%u.%u knows none of that name on any architecture",
		                seccomp_version()->major, seccomp_version()->minor, seccomp_version()->micro);
	}
	for (size_t i = 0; i < f->n_arches; i++) {
		int nr = late < 0 ? seccomp_syscall_resolve_name_arch(f->arch[i], call)
		         : where == ON_ALL || (where == ON_THIS && i == 0) ? late
		                                                           : -1;

		if (nr > 0 && (uint32_t)nr > f->last[i])
			f->last[i] = (uint32_t)nr;
	}
	return 0;
}

/* A rule about a call that libseccomp does not know. */
static int add_late(struct filter *f, uint32_t action, const char *call, unsigned int n, struct err *e)
{
	enum word_where where;
	int nr = word_new_call(call, &where);

	if (where == ON_OTHERS)
		return 0;
	if (n)
		return err_set(e, 0, "libseccomp is too old to compare the arguments of '%s'", call);
	if (f->n_late == FILTER_LATE)
		return err_set(e, E2BIG, "add a rule about '%s'", call);
	f->late[f->n_late++] = (struct late_call){(uint32_t)nr, action, where == ON_ALL};
	return 0;
}

int filter_rule(struct filter *f, uint32_t action, const char *call, const struct scmp_arg_cmp *args, unsigned int n,
                struct err *e)
{
	int nr, r;

	if (action == f->default_action)
		return 0;
	nr = seccomp_syscall_resolve_name(call);
	if (nr == __NR_SCMP_ERROR)
		return add_late(f, action, call, n, e);
	r = seccomp_rule_add_array(f->ctx, action, nr, n, args);
	/* The same rule twice is no harm. */
	return r < 0 && r != -EEXIST ? err_set(e, -r, "add the rule about '%s'", call) : 0;
}

/* Whether calls that the profile does not name are to be refused: then it says nothing about newer ones. */
static bool refuses_newer(const struct filter *f, size_t i)
{
	uint32_t kind = f->default_action & SECCOMP_RET_ACTION_FULL;

	return f->last[i] && kind != SCMP_ACT_ALLOW && kind != SCMP_ACT_LOG && kind != SCMP_ACT_TRACE(0);
}

/* What goes in front for one architecture. Returns how many instructions. */
static size_t prefix_arch(const struct filter *f, size_t i, struct sock_filter *out)
{
	size_t n = 3, x32_jump = 0;

	out[0] = LOAD(arch);
	out[2] = LOAD(nr);
	if (f->arch[i] == SCMP_ARCH_X86_64)
		x32_jump = n++;
	for (size_t k = 0; k < f->n_late; k++) {
		if (i && !f->late[k].everywhere)
			continue;
		out[n++] = JUMP(BPF_JEQ, f->late[k].nr, 0, 1);
		out[n++] = RETURN(f->late[k].action);
	}
	if (refuses_newer(f, i)) {
		out[n++] = JUMP(BPF_JGT, f->last[i], 0, 1);
		out[n++] = RETURN(SECCOMP_RET_ERRNO | ENOSYS);
	}
	out[1] = JUMP(BPF_JEQ, f->arch[i], 0, n - 2);
	if (x32_jump)
		out[x32_jump] = JUMP(BPF_JGE, X32_BIT, n - 1 - x32_jump, 0);
	return n;
}

/* All of it. */
static size_t prefix(const struct filter *f, struct sock_filter *out)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_arches; i++)
		if (f->arch[i] != SCMP_ARCH_X32)
			n += prefix_arch(f, i, out + n);
	return n;
}

/* Has libseccomp write its program into memory. */
static int export(struct filter *f, char **ret, size_t *ret_n, struct err *e)
{
	AUTO_FD fd = memfd_create("filter", MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(e, errno, "make a file in memory");
	r = seccomp_export_bpf(f->ctx, fd);
	if (r < 0)
		return err_set(e, -r, "compile the filter");
	if (lseek(fd, 0, SEEK_SET) < 0 || fd_read_all(fd, 1u << 20, ret, ret_n) < 0)
		return err_set(e, errno, "read the compiled filter");
	return 0;
}

int filter_program(struct filter *f, struct sock_filter **ret_code, size_t *ret_n, struct err *e)
{
	AUTO_FREE char *main_part = NULL;
	struct sock_filter front[PREFIX_MAX];
	size_t n = prefix(f, front), bytes = 0;

	if (export(f, &main_part, &bytes, e) < 0)
		return -1;
	if (!main_part || !bytes)
		return err_set(e, 0, "compile the filter: libseccomp made an empty one");
	if (bytes / sizeof(*front) + n > BPF_MAXINSNS)
		return err_set(e, E2BIG, "compile the filter: the kernel takes %d instructions", BPF_MAXINSNS);
	*ret_code = malloc(n * sizeof(*front) + bytes);
	if (!*ret_code)
		return err_set(e, ENOMEM, "compile the filter");
	memcpy(*ret_code, front, n * sizeof(*front));
	memcpy(*ret_code + n, main_part, bytes);
	*ret_n = n + bytes / sizeof(*front);
	return 0;
}

int filter_explain(struct filter *f, int fd, struct err *e)
{
	int r;

	for (size_t i = 0; i < f->n_arches; i++)
		if (f->arch[i] != SCMP_ARCH_X32 && refuses_newer(f, i))
			dprintf(fd, "# architecture %u: calls above number %u are answered by ENOSYS\n", f->arch[i],
			        f->last[i]);
	for (size_t i = 0; i < f->n_late; i++)
		dprintf(fd, "# call %u (newer than libseccomp): answer 0x%08x\n", f->late[i].nr, f->late[i].action);
	r = seccomp_export_pfc(f->ctx, fd);
	return r < 0 ? err_set(e, -r, "write the filter's readable form") : 0;
}
