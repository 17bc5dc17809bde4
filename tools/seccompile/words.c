/*
 * words.c - see words.h
 *
 * The names are those of the OCI runtime specification (config-linux.md, seccomp), which took them from libseccomp.
 */
#include "words.h"

#include <linux/seccomp.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool word_action_has_data(const char *name)
{
	return !strcmp(name, "SCMP_ACT_ERRNO") || !strcmp(name, "SCMP_ACT_TRACE");
}

bool word_action(const char *name, uint16_t data, uint32_t *ret)
{
	const struct {
		const char *name;
		uint32_t action;
	} actions[] = {
	    {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
	    {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(data)},
	    {"SCMP_ACT_KILL", SCMP_ACT_KILL},
	    {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
	    {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
	    {"SCMP_ACT_LOG", SCMP_ACT_LOG},
	    {"SCMP_ACT_TRACE", SCMP_ACT_TRACE(data)},
	    {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
	};

	for (size_t i = 0; i < COUNT(actions); i++) {
		if (!strcmp(actions[i].name, name)) {
			*ret = actions[i].action;
			return true;
		}
	}
	return false;
}

bool word_operator(const char *name, enum scmp_compare *ret)
{
	static const struct {
		const char *name;
		enum scmp_compare op;
	} operators[] = {
	    {"SCMP_CMP_NE", SCMP_CMP_NE},
	    {"SCMP_CMP_LT", SCMP_CMP_LT},
	    {"SCMP_CMP_LE", SCMP_CMP_LE},
	    {"SCMP_CMP_EQ", SCMP_CMP_EQ},
	    {"SCMP_CMP_GE", SCMP_CMP_GE},
	    {"SCMP_CMP_GT", SCMP_CMP_GT},
	    {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
	};

	for (size_t i = 0; i < COUNT(operators); i++) {
		if (!strcmp(operators[i].name, name)) {
			*ret = operators[i].op;
			return true;
		}
	}
	return false;
}

bool word_flag(const char *name, uint32_t *ret)
{
	/* There is one thread only when the filter is loaded: TSYNC has nothing to do. */
	static const struct {
		const char *name;
		uint32_t flag;
	} flags[] = {
	    {"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
	    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	    {"SECCOMP_FILTER_FLAG_TSYNC", 0},
	};

	for (size_t i = 0; i < COUNT(flags); i++) {
		if (!strcmp(flags[i].name, name)) {
			*ret = flags[i].flag;
			return true;
		}
	}
	return false;
}

uint32_t word_arch(const char *name)
{
	char lower[16];
	size_t n;

	if (strncmp(name, "SCMP_ARCH_", 10) != 0)
		return 0;
	n = strlen(name + 10);
	if (n >= sizeof(lower))
		return 0;
	for (size_t i = 0; i <= n; i++)
		lower[i] = (char)(name[10 + i] >= 'A' && name[10 + i] <= 'Z' ? name[10 + i] + 32 : name[10 + i]);
	return seccomp_arch_resolve_name(lower);
}

const char *word_native_goarch(void)
{
	static const struct {
		uint32_t token;
		const char *name;
	} names[] = {
	    {SCMP_ARCH_X86_64, "amd64"},
	    {SCMP_ARCH_AARCH64, "arm64"},
	    {SCMP_ARCH_RISCV64, "riscv64"},
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].token == seccomp_arch_native())
			return names[i].name;
	return "";
}

int word_new_call(const char *name, enum word_where *ret_where)
{
	/* include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl of Linux 6.18. arch 0: every one. */
	static const struct {
		const char *name;
		int nr;
		uint32_t arch;
	} calls[] = {
	    {"set_mempolicy_home_node", 450, 0},
	    {"cachestat", 451, 0},
	    {"fchmodat2", 452, 0},
	    {"map_shadow_stack", 453, 0},
	    {"futex_wake", 454, 0},
	    {"futex_wait", 455, 0},
	    {"futex_requeue", 456, 0},
	    {"statmount", 457, 0},
	    {"listmount", 458, 0},
	    {"lsm_get_self_attr", 459, 0},
	    {"lsm_set_self_attr", 460, 0},
	    {"lsm_list_modules", 461, 0},
	    {"mseal", 462, 0},
	    {"setxattrat", 463, 0},
	    {"getxattrat", 464, 0},
	    {"listxattrat", 465, 0},
	    {"removexattrat", 466, 0},
	    {"open_tree_attr", 467, 0},
	    {"file_getattr", 468, 0},
	    {"file_setattr", 469, 0},
	    {"uretprobe", 335, SCMP_ARCH_X86_64},
	    {"uprobe", 336, SCMP_ARCH_X86_64},
	    {"riscv_hwprobe", 258, SCMP_ARCH_RISCV64},
	};

	for (size_t i = 0; i < COUNT(calls); i++) {
		if (!strcmp(calls[i].name, name)) {
			*ret_where = !calls[i].arch                           ? ON_ALL
			             : calls[i].arch == seccomp_arch_native() ? ON_THIS
			                                                      : ON_OTHERS;
			return calls[i].nr;
		}
	}
	return -1;
}
