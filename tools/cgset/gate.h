/*
 * gate.h - a group's list of devices, put into the kernel and read back: files on v1, a BPF program on v2.
 */
#ifndef CGSET_GATE_H
#define CGSET_GATE_H

#include "device.h"

#include "common/cgroup.h"

struct bpf_insn;

/* The list that the group has. v2 does not tell what a program does, so the list is also kept beside it, as the
 * group's extended attribute trusted.cgset.devices; a group without it has a base of all. */
int gate_read(const struct cg_hierarchy *h, const char *group, struct device_list *ret, struct err *e);

/* Does to the group's list what change says, and looks whether it holds. On v2 the new program decides before the old
 * one goes, so that nothing is open meanwhile that neither allows. */
int gate_change(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e);

/* Room for the longest program. */
#define GATE_INSNS_MAX (DEVICE_RULES_MAX * 8 + 8)

/* The program of type BPF_PROG_TYPE_CGROUP_DEVICE that decides as the list does. The number of instructions. */
size_t gate_program(const struct device_list *l, struct bpf_insn *ret);

/* The halves of gate_read and gate_change. */
int gate_v1_read(const struct cg_hierarchy *h, const char *group, struct device_list *ret, struct err *e);
int gate_v1_change(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e);
int gate_v2_read(const struct cg_hierarchy *h, const char *group, struct device_list *ret, struct err *e);
int gate_v2_change(const struct cg_hierarchy *h, const char *group, const struct device_list *change, struct err *e);

#endif
