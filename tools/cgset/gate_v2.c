/*
 * gate_v2.c - the device list of a version 2 group: a BPF program that the kernel asks at every open(2) and mknod(2) of
 * a device (Documentation/admin-guide/cgroup-v2.rst, "Device controller"; bpf(2)).
 *
 * The program gets the kinds of access that are asked for, the type and the numbers, and answers 1 or 0. It goes
 * through the rules from the last to the first with the kinds that are not decided yet: a denial that meets one of them
 * answers 0; a permission takes its own away, and when none is left the answer is 1. So for each kind the last rule that
 * matches decides. What no rule decides is the base's.
 *
 * Programs of several owners may be attached to a group (BPF_F_ALLOW_MULTI, as systemd and runc do too); all of them
 * must say 1. Ours is known by its name.
 */
#include "gate.h"

#include "group.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ATTRIBUTE "trusted.cgset.devices"
#define PROGRAM_NAME "cgset_devices"
#define ATTACHED_MAX 64

/* Registers: what is left to decide, the type, the numbers. */
enum { R_ANSWER = BPF_REG_0, R_CONTEXT = BPF_REG_1, R_ACCESS, R_TYPE, R_MAJOR, R_MINOR };

/* A program that is being written. */
struct program {
	struct bpf_insn *insn;
	size_t n;
};

/* Adds an instruction. */
static void emit(struct program *p, int code, int dst, int src, int off, int imm)
{
	p->insn[p->n++] = (struct bpf_insn){.code = (unsigned char)code,
	                                    .dst_reg = (unsigned char)dst & 0xf,
	                                    .src_reg = (unsigned char)src & 0xf,
	                                    .off = (short)off,
	                                    .imm = imm};
}

/* "return ANSWER": two instructions. */
static void emit_answer(struct program *p, bool allow)
{
	emit(p, BPF_ALU64 | BPF_MOV | BPF_K, R_ANSWER, 0, 0, allow);
	emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* One rule: conditions that jump behind it when they do not hold, then what it decides. */
static void emit_rule(struct program *p, const struct device_rule *r)
{
	int conditions = 1 + (r->major != DEVICE_ANY) + (r->minor != DEVICE_ANY), behind = conditions + 4;

	emit(p, BPF_JMP | BPF_JNE | BPF_K, R_TYPE, 0, --behind,
	     r->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
	if (r->major != DEVICE_ANY)
		emit(p, BPF_JMP | BPF_JNE | BPF_K, R_MAJOR, 0, --behind, (int)r->major);
	if (r->minor != DEVICE_ANY)
		emit(p, BPF_JMP | BPF_JNE | BPF_K, R_MINOR, 0, --behind, (int)r->minor);
	if (r->allow) {
		emit(p, BPF_ALU64 | BPF_AND | BPF_K, R_ACCESS, 0, 0, DEVICE_RWM & ~r->access);
		emit(p, BPF_JMP | BPF_JNE | BPF_K, R_ACCESS, 0, 2, 0);
	} else {
		emit(p, BPF_JMP | BPF_JSET | BPF_K, R_ACCESS, 0, 1, r->access);
		emit(p, BPF_JMP | BPF_JA, 0, 0, 2, 0);
	}
	emit_answer(p, r->allow);
}

size_t gate_program(const struct device_list *l, struct bpf_insn *ret)
{
	struct program p = {.insn = ret};
	size_t i;

	/* struct bpf_cgroup_dev_ctx: access and type in one word, major, minor. */
	emit(&p, BPF_LDX | BPF_MEM | BPF_W, R_TYPE, R_CONTEXT, 0, 0);
	emit(&p, BPF_ALU64 | BPF_MOV | BPF_X, R_ACCESS, R_TYPE, 0, 0);
	emit(&p, BPF_ALU64 | BPF_AND | BPF_K, R_TYPE, 0, 0, 0xffff);
	emit(&p, BPF_ALU64 | BPF_RSH | BPF_K, R_ACCESS, 0, 0, 16);
	emit(&p, BPF_LDX | BPF_MEM | BPF_W, R_MAJOR, R_CONTEXT, 4, 0);
	emit(&p, BPF_LDX | BPF_MEM | BPF_W, R_MINOR, R_CONTEXT, 8, 0);
	for (i = l->n; i > 0; i--)
		emit_rule(&p, &l->rule[i - 1]);
	emit_answer(&p, l->base == DEVICE_ALL);
	return p.n;
}

/* bpf(2), which no libc has. */
static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* The program in the kernel; -1 with errno. */
static int load(const struct device_list *l)
{
	struct bpf_insn insn[GATE_INSNS_MAX];
	union bpf_attr attr = {0};

	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insn_cnt = (unsigned int)gate_program(l, insn);
	attr.insns = (uintptr_t)insn;
	attr.license = (uintptr_t) "GPL";
	memcpy(attr.prog_name, PROGRAM_NAME, sizeof(PROGRAM_NAME));
	return bpf(BPF_PROG_LOAD, &attr);
}

/* Attaches or detaches a program. */
static int set_attached(int command, int group_fd, int program_fd)
{
	union bpf_attr attr = {0};

	attr.target_fd = (unsigned int)group_fd;
	attr.attach_bpf_fd = (unsigned int)program_fd;
	attr.attach_type = BPF_CGROUP_DEVICE;
	if (command == BPF_PROG_ATTACH)
		attr.attach_flags = BPF_F_ALLOW_MULTI;
	return bpf(command, &attr);
}

/* Whether a program has our name. */
static bool is_ours(int program_fd)
{
	struct bpf_prog_info info = {0};
	union bpf_attr attr = {0};

	attr.info.bpf_fd = (unsigned int)program_fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) == 0 && !strcmp(info.name, PROGRAM_NAME);
}

/* The ids of the programs that are attached to the group itself. -1 with errno. */
static int attached(int group_fd, uint32_t ids[ATTACHED_MAX])
{
	union bpf_attr attr = {0};

	attr.query.target_fd = (unsigned int)group_fd;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.prog_ids = (uintptr_t)ids;
	attr.query.prog_cnt = ATTACHED_MAX;
	return bpf(BPF_PROG_QUERY, &attr) < 0 ? -1 : (int)attr.query.prog_cnt;
}

/* Detaches those of the n programs that are ours. */
static int detach_ours(int group_fd, const uint32_t *ids, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		union bpf_attr attr = {0};
		AUTO_FD fd = -1;

		attr.prog_id = ids[i];
		fd = bpf(BPF_PROG_GET_FD_BY_ID, &attr);
		if (fd < 0 && errno != ENOENT)
			return -1;
		if (fd >= 0 && is_ours(fd) && set_attached(BPF_PROG_DETACH, group_fd, fd) < 0 && errno != ENOENT)
			return -1;
	}
	return 0;
}

/* Opens the group's directory, and takes its lock: two at once would each keep the other's program. */
static int open_group(const struct cg_hierarchy *h, const char *group, int *ret, struct err *e)
{
	char path[PATH_MAX];

	if (cg_path(h, group, path, e) < 0)
		return -1;
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret < 0 || flock(*ret, LOCK_EX) < 0)
		return err_set(e, errno, "open control group '%s'", path);
	return 0;
}

/* The list out of the attribute. */
static int read_list(int fd, const char *group, struct device_list *ret, struct err *e)
{
	char text[DEVICE_TEXT_MAX];
	ssize_t n = fgetxattr(fd, ATTRIBUTE, text, sizeof(text) - 1);

	ret->base = DEVICE_ALL;
	ret->n = 0;
	if (n < 0)
		return errno == ENODATA || errno == ENOTSUP
		           ? 0
		           : err_set(e, errno, "read the device list of control group '%s'", group);
	text[n] = '\0';
	if (device_list_parse(ret, text, NULL) < 0)
		return err_set(e, errno, "read the device list of control group '%s': '%.100s'", group, text);
	return 0;
}

int gate_v2_read(const struct cg_hierarchy *h, const char *group, struct device_list *ret, struct err *e)
{
	AUTO_FD fd = -1;

	if (open_group(h, group, &fd, e) < 0)
		return -1;
	return read_list(fd, group, ret, e);
}

/* Words what bpf(2) refused. */
static int gate_error(const char *group, const char *what, struct err *e)
{
	int code = errno;

	err_set(e, code, "device list of control group '%s': %s", group, what);
	if (code == EPERM)
		return err_hint(
		    e, "it takes CAP_BPF and CAP_NET_ADMIN, or root, and a group above that allows programs below it");
	if (code == EINVAL || code == ENOSYS)
		return err_hint(e, "the kernel needs CONFIG_CGROUP_BPF");
	return -1;
}

/* Keeps the list beside its program. A list of everything needs neither. */
static int keep_list(int fd, const struct device_list *l)
{
	char text[DEVICE_TEXT_MAX];

	if (l->base == DEVICE_ALL && l->n == 0)
		return fremovexattr(fd, ATTRIBUTE) < 0 && errno != ENODATA && errno != ENOTSUP ? -1 : 0;
	device_list_text(l, text);
	return fsetxattr(fd, ATTRIBUTE, text, strlen(text), 0);
}

/* Puts the new program beside the old ones, and takes these away. */
static int replace(int fd, const char *group, const struct device_list *l, struct err *e)
{
	bool everything = l->base == DEVICE_ALL && l->n == 0;
	AUTO_FD program = everything ? -1 : load(l);
	uint32_t ids[ATTACHED_MAX];
	int n;

	if (!everything && program < 0)
		return gate_error(group, "load a BPF program", e);
	n = attached(fd, ids);
	if (n < 0)
		return gate_error(group, "ask for its BPF programs", e);
	if (!everything && set_attached(BPF_PROG_ATTACH, fd, program) < 0)
		return gate_error(group, "attach a BPF program", e);
	if (keep_list(fd, l) < 0) {
		gate_error(group, "keep it as '" ATTRIBUTE "'", e);
		if (!everything)
			set_attached(BPF_PROG_DETACH, fd, program);
		return -1;
	}
	return detach_ours(fd, ids, n) < 0 ? gate_error(group, "detach the BPF program before it", e) : 0;
}

int gate_v2_change(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e)
{
	struct device_list l;
	AUTO_FD fd = -1;

	if (open_group(h, group, &fd, e) < 0 || read_list(fd, group, &l, e) < 0)
		return -1;
	if (device_list_merge(&l, change) < 0)
		return err_set(e, errno, "setting '%s': more than %d rules about devices", change->asked,
		               DEVICE_RULES_MAX);
	return replace(fd, group, &l, e);
}
