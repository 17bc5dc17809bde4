/* seccomp_file.c - see seccomp_file.h */
#include "seccomp_file.h"

#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MAX (8u << 20)

uint32_t seccomp_native_arch(void)
{
#if defined(__x86_64__)
	return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
	return AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
	return AUDIT_ARCH_RISCV64;
#else
#error "add this architecture's AUDIT_ARCH name"
#endif
}

int seccomp_file_parse(char *data, size_t n, struct seccomp_filter *ret, struct err *e)
{
	struct seccomp_header h;

	if (n < sizeof(h) || memcmp(data, SECCOMP_FILE_MAGIC, sizeof(h.magic)) != 0) {
		err_set(e, 0, "not a compiled system call filter");
		return err_hint(e, "seccompile makes one from a profile");
	}
	memcpy(&h, data, sizeof(h));
	if (h.arch != seccomp_native_arch())
		return err_set(e, 0, "the system call filter was compiled for another architecture");
	if (!h.n || h.n > BPF_MAXINSNS || n - sizeof(h) != h.n * sizeof(struct sock_filter) + h.origin)
		return err_set(e, 0, "the system call filter is damaged");
	*ret = (struct seccomp_filter){
	    .data = data,
	    .code = (const struct sock_filter *)(const void *)(data + sizeof(h)),
	    .n = h.n,
	    .flags = h.flags,
	    .origin = data + sizeof(h) + h.n * sizeof(struct sock_filter),
	    .n_origin = h.origin,
	};
	return 0;
}

int seccomp_file_read(const char *path, struct seccomp_filter *ret, struct err *e)
{
	AUTO_FREE char *data = NULL;
	struct err cause = {0};
	size_t n;

	if (file_read(AT_FDCWD, path, FILE_MAX, &data, &n, e) < 0)
		return -1;
	if (seccomp_file_parse(data, n, ret, &cause) < 0) {
		err_set(e, cause.code, "'%s': %s", path, cause.text);
		return *cause.hint ? err_hint(e, "%s", cause.hint) : -1;
	}
	data = NULL;
	return 0;
}

int seccomp_install(const struct sock_filter *code, size_t n, uint32_t flags, struct err *e)
{
	/* The kernel only reads it. */
	struct sock_fprog prog = {.len = (unsigned short)n, .filter = (struct sock_filter *)(uintptr_t)code};

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog) == 0)
		return 0;
	err_set(e, errno, "install the system call filter (%zu instructions)", n);
	if (errno == EINVAL)
		err_hint(e, "the kernel lacks CONFIG_SECCOMP_FILTER, or is too old for what the filter asks");
	return -1;
}
