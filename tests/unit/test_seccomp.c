/*
 * test_seccomp.c - the built filter gives, for every call and capability, the answer that the table asks for.
 *
 * The filter is run by an interpreter (bpf.h), so that the tree of jumps is checked without being in it; then once for
 * real.
 */
#include "bpf.h"
#include "check.h"
#include "common/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EPERM_ANSWER (SECCOMP_RET_ERRNO | EPERM)
#define ENOSYS_ANSWER (SECCOMP_RET_ERRNO | ENOSYS)

static struct sock_filter code[SECCOMP_ROOM];
static size_t n;

static void build(uint64_t caps)
{
	struct err e;

	CHECK(seccomp_default_build(caps, code, &n, &e) == 0);
	CHECK(n > 50 && n < 300); /* each is a fifth of a microsecond at every start */
}

/* What the filter answers to a call with this argument, the first and the second. */
static uint32_t ask(uint32_t arch, uint32_t nr, uint64_t arg)
{
	struct seccomp_data d = {.nr = (int)nr, .arch = arch, .args = {arg, arg}};

	return bpf_ask(code, n, &d);
}

static uint64_t bit(int cap)
{
	return 1ULL << cap;
}

#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64

/* Numbers of the x86-64 table by hand, so that a wrong number in the made table is seen. */
static void test_plain(void)
{
	static const uint32_t allowed[] = {0,       1,   2,   59,  60,  231, 257, 318, 322, 332, 334,
	                                   435 - 1, 436, 437, 439, 441, 449, 452, 454, 462, 466};
	static const uint32_t refused[] = {101 + 64, 155, 166, 167, 169, 175, 176, 246, 248, 249, 250, 272,
	                                   298,      304, 308, 313, 321, 323, 425, 426, 427, 428, 429, 442};

	build(0);
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!CHECK(ask(NATIVE, allowed[i], 0) == SECCOMP_RET_ALLOW))
			printf("  call %u\n", allowed[i]);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!CHECK(ask(NATIVE, refused[i], 0) == EPERM_ANSWER))
			printf("  call %u\n", refused[i]);
	CHECK(ask(NATIVE, 435, 0) == ENOSYS_ANSWER); /* clone3 */
	CHECK(ask(NATIVE, 0x40000000, 0) == ENOSYS_ANSWER && ask(NATIVE, 0x4000003b, 0) == ENOSYS_ANSWER);
	CHECK(ask(NATIVE, 0xffffffff, 0) == ENOSYS_ANSWER);
	/* Newer than the table. */
	CHECK(ask(NATIVE, 500, 0) == ENOSYS_ANSWER && ask(NATIVE, 0x3fffffff, 0) == ENOSYS_ANSWER);
	CHECK(ask(AUDIT_ARCH_I386, 500, 0) == ENOSYS_ANSWER);
	CHECK(ask(AUDIT_ARCH_AARCH64, 0, 0) == SECCOMP_RET_KILL_PROCESS);
}

static void test_arguments(void)
{
	static const int spaces[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
	                             CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
	static const uint32_t refused[] = {12, 19, 20, 23, 25, 34, 37, 38, 40, 46, 47, 48, 49};
	static const uint32_t personas[] = {0, 8, 0x20000, 0x20008, 0xffffffff};

	build(0);
	CHECK(ask(NATIVE, SYS_clone, SIGCHLD) == SECCOMP_RET_ALLOW);
	CHECK(ask(NATIVE, SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND) == SECCOMP_RET_ALLOW);
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		CHECK(ask(NATIVE, SYS_clone, (uint64_t)spaces[i] | SIGCHLD) == EPERM_ANSWER);
	CHECK(ask(NATIVE, SYS_socket, AF_INET) == SECCOMP_RET_ALLOW &&
	      ask(NATIVE, SYS_socket, AF_UNIX) == SECCOMP_RET_ALLOW);
	CHECK(ask(NATIVE, SYS_socket, 40) == EPERM_ANSWER && ask(NATIVE, SYS_socket, AF_ALG) == EPERM_ANSWER);
	for (uint32_t family = 0; family < 50; family++) {
		size_t i = 0;

		while (i < sizeof(refused) / sizeof(refused[0]) && refused[i] != family)
			i++;
		if (!CHECK((ask(NATIVE, SYS_socket, family) == SECCOMP_RET_ALLOW) ==
		           (i == sizeof(refused) / sizeof(refused[0]))))
			printf("  family %u\n", family);
	}
	/* The kernel takes the low half of the argument: garbage above must not get past. */
	CHECK(ask(NATIVE, SYS_socket, 0x100000000ULL | 40) == EPERM_ANSWER);
	CHECK(ask(NATIVE, SYS_ioctl, TIOCGWINSZ) == SECCOMP_RET_ALLOW);
	CHECK(ask(NATIVE, SYS_ioctl, TIOCSTI) == EPERM_ANSWER && ask(NATIVE, SYS_ioctl, TIOCLINUX) == EPERM_ANSWER);
	CHECK(ask(NATIVE, SYS_ioctl, 0x100000000ULL | TIOCSTI) == EPERM_ANSWER);
	for (size_t i = 0; i < sizeof(personas) / sizeof(personas[0]); i++)
		CHECK(ask(NATIVE, SYS_personality, personas[i]) == SECCOMP_RET_ALLOW);
	CHECK(ask(NATIVE, SYS_personality, 0x40000) == EPERM_ANSWER);
}

static void test_capabilities(void)
{
	static const struct {
		int cap;
		uint32_t nr;
	} gated[] = {
	    {CAP_SYS_ADMIN, SYS_mount},
	    {CAP_SYS_ADMIN, SYS_setns},
	    {CAP_SYS_ADMIN, SYS_unshare},
	    {CAP_SYS_ADMIN, SYS_bpf},
	    {CAP_BPF, SYS_bpf},
	    {CAP_SYS_CHROOT, SYS_chroot},
	    {CAP_SYS_TIME, SYS_settimeofday},
	    {CAP_SYS_MODULE, SYS_init_module},
	    {CAP_SYSLOG, SYS_syslog},
	    {CAP_PERFMON, SYS_perf_event_open},
	    {CAP_SYS_BOOT, SYS_reboot},
	    {CAP_SYS_PTRACE, SYS_kcmp},
	    {CAP_DAC_READ_SEARCH, SYS_open_by_handle_at},
	    {CAP_SYS_NICE, SYS_mbind},
	    {CAP_SYS_ADMIN, SYS_clone3},
	};

	for (size_t i = 0; i < sizeof(gated) / sizeof(gated[0]); i++) {
		build(~bit(gated[i].cap) & ~bit(CAP_SYS_ADMIN) & ~bit(CAP_BPF));
		CHECK(ask(NATIVE, gated[i].nr, 0) != SECCOMP_RET_ALLOW);
		build(bit(gated[i].cap));
		CHECK(ask(NATIVE, gated[i].nr, 0) == SECCOMP_RET_ALLOW);
	}
	build(bit(CAP_SYS_ADMIN));
	CHECK(ask(NATIVE, SYS_clone, CLONE_NEWNS) == SECCOMP_RET_ALLOW);
	/* No capability opens these. */
	build(~0ULL);
	CHECK(ask(NATIVE, SYS_io_uring_setup, 0) == EPERM_ANSWER && ask(NATIVE, SYS_userfaultfd, 0) == EPERM_ANSWER);
	CHECK(ask(NATIVE, SYS_keyctl, 0) == EPERM_ANSWER && ask(NATIVE, SYS_add_key, 0) == EPERM_ANSWER);
	CHECK(ask(NATIVE, SYS_kexec_load, 0) == EPERM_ANSWER && ask(NATIVE, SYS_swapon, 0) == EPERM_ANSWER);
}

/* The 32-bit table by hand: read, execve, mount, socket, socketcall, clone3. */
static void test_i386(void)
{
	build(0);
	CHECK(ask(AUDIT_ARCH_I386, 3, 0) == SECCOMP_RET_ALLOW && ask(AUDIT_ARCH_I386, 11, 0) == SECCOMP_RET_ALLOW);
	CHECK(ask(AUDIT_ARCH_I386, 21, 0) == EPERM_ANSWER && ask(AUDIT_ARCH_I386, 435, 0) == ENOSYS_ANSWER);
	CHECK(ask(AUDIT_ARCH_I386, 359, AF_INET) == SECCOMP_RET_ALLOW &&
	      ask(AUDIT_ARCH_I386, 359, AF_ALG) == EPERM_ANSWER);
	CHECK(ask(AUDIT_ARCH_I386, 102, 0) == SECCOMP_RET_ALLOW && ask(AUDIT_ARCH_I386, 403, 0) == SECCOMP_RET_ALLOW);
	CHECK(ask(AUDIT_ARCH_I386, 310, 0) == EPERM_ANSWER); /* unshare */
}
#endif

/* In a process: the small filter refuses to type, whatever is in the upper half, and nothing else. */
static void test_terminal(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err e;
		char c = 'x';

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || seccomp_terminal_load(&e) < 0)
			_exit(1);
		if (ioctl(0, TIOCSTI, &c) == 0 || errno != EPERM)
			_exit(2);
		if (syscall(SYS_ioctl, 0, 0x100000000UL | TIOCSTI, &c) == 0 || errno != EPERM)
			_exit(3);
		if (ioctl(-1, TIOCGWINSZ, &c) == 0 || errno != EBADF || getppid() <= 0)
			_exit(4);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	if (!CHECK(WEXITSTATUS(status) == 0))
		printf("  step %d\n", WEXITSTATUS(status));
}

/* In a process: what the kernel makes of it. */
static void test_real(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err e;

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || seccomp_default_load(0, &e) < 0)
			_exit(1);
		if (unshare(CLONE_NEWNS) == 0 || errno != EPERM)
			_exit(2);
		if (syscall(SYS_clone3, NULL, 0) == 0 || errno != ENOSYS)
			_exit(3);
		if (socket(AF_ALG, SOCK_SEQPACKET, 0) >= 0 || errno != EPERM)
			_exit(4);
		if (socket(AF_UNIX, SOCK_STREAM, 0) < 0 || getppid() <= 0)
			_exit(5);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	if (!CHECK(WEXITSTATUS(status) == 0))
		printf("  step %d\n", WEXITSTATUS(status));
}

int main(void)
{
#ifdef __x86_64__
	test_plain();
	test_arguments();
	test_capabilities();
	test_i386();
#endif
	test_terminal();
	test_real();
	return check_done();
}
