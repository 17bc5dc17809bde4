/*
 * calls.c - system calls and sockets: which are refused.
 *
 * Every call has arguments that the kernel itself cannot take (a descriptor that is not open, an address that is not
 * mapped, flags that do not exist), so that nothing happens where it is allowed.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define BAD (-1L)

#ifndef __X32_SYSCALL_BIT
#define __X32_SYSCALL_BIT 0x40000000
#endif

struct call {
	const char *name;
	long number, a, b, c, d;
};

static const struct call calls[] = {
    {"acct", SYS_acct, BAD, 0, 0, 0},
    {"add_key", SYS_add_key, BAD, BAD, BAD, 1},
    {"bpf", SYS_bpf, BAD, BAD, BAD, 0},
    {"chroot", SYS_chroot, BAD, 0, 0, 0},
    {"clone3", SYS_clone3, BAD, BAD, 0, 0},
    {"delete_module", SYS_delete_module, BAD, 0, 0, 0},
    {"fanotify_init", SYS_fanotify_init, BAD, BAD, 0, 0},
    {"finit_module", SYS_finit_module, BAD, BAD, BAD, 0},
    {"fsconfig", SYS_fsconfig, BAD, BAD, BAD, BAD},
    {"fsmount", SYS_fsmount, BAD, BAD, BAD, 0},
    {"fsopen", SYS_fsopen, BAD, BAD, 0, 0},
    {"get_mempolicy", SYS_get_mempolicy, BAD, BAD, BAD, BAD},
    {"init_module", SYS_init_module, BAD, BAD, BAD, 0},
    {"io_uring_setup", SYS_io_uring_setup, BAD, BAD, 0, 0},
    {"kexec_load", SYS_kexec_load, BAD, BAD, BAD, BAD},
    {"keyctl", SYS_keyctl, BAD, BAD, BAD, BAD},
    {"mount", SYS_mount, BAD, BAD, BAD, BAD},
    {"mount_setattr", SYS_mount_setattr, BAD, BAD, BAD, BAD},
    {"move_mount", SYS_move_mount, BAD, BAD, BAD, BAD},
    {"open_by_handle_at", SYS_open_by_handle_at, BAD, BAD, BAD, 0},
    {"open_tree", SYS_open_tree, BAD, BAD, BAD, 0},
    {"perf_event_open", SYS_perf_event_open, BAD, BAD, BAD, BAD},
    {"personality (read)", SYS_personality, 0xffffffff, 0, 0, 0},
    {"pidfd_getfd", SYS_pidfd_getfd, BAD, BAD, BAD, 0},
    {"pivot_root", SYS_pivot_root, BAD, BAD, 0, 0},
    {"process_vm_readv", SYS_process_vm_readv, 0, BAD, BAD, BAD},
    {"ptrace", SYS_ptrace, BAD, 0, 0, 0},
    {"quotactl", SYS_quotactl, BAD, BAD, BAD, BAD},
    {"reboot", SYS_reboot, BAD, BAD, BAD, BAD},
    {"request_key", SYS_request_key, BAD, BAD, BAD, 0},
    {"setdomainname", SYS_setdomainname, BAD, BAD, 0, 0},
    {"sethostname", SYS_sethostname, BAD, BAD, 0, 0},
    {"setns", SYS_setns, BAD, 0, 0, 0},
    {"settimeofday", SYS_settimeofday, BAD, BAD, 0, 0},
    {"swapoff", SYS_swapoff, BAD, 0, 0, 0},
    {"swapon", SYS_swapon, BAD, 0, 0, 0},
    {"syslog", SYS_syslog, BAD, BAD, BAD, 0},
    {"umount2", SYS_umount2, BAD, BAD, 0, 0},
    {"unshare (no such flag)", SYS_unshare, 0x1, 0, 0, 0},
    {"userfaultfd", SYS_userfaultfd, BAD, 0, 0, 0},
#ifdef __x86_64__
    {"ioperm", SYS_ioperm, BAD, BAD, 0, 0},
    {"iopl", SYS_iopl, 99, 0, 0, 0},
    {"getpid of the x32 ABI", __X32_SYSCALL_BIT + SYS_getpid, 0, 0, 0, 0},
#endif
};

/* A refusal is the filter's or the kernel's for want of a capability; without a filter a call that the kernel has not is
 * no refusal. */
static const char *verdict(const struct probe *p, long r)
{
	if (r >= 0 || (errno == ENOSYS && p->privileged))
		return "allowed";
	return errno == EPERM || errno == EACCES || errno == ENOSYS ? error_name(errno) : "allowed";
}

/* Terminal injection into a terminal of one's own; with bits above the 32 that the kernel looks at as well. */
static void print_injection(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char c = 'x';

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		puts("own terminal: none");
		return;
	}
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	printf("own terminal: %s\n", slave >= 0 ? "yes" : error_name(errno));
	/* A descriptor that is no terminal: only a filter could answer with EPERM. */
	printf("TIOCSTI into what is no terminal: %s\n", ioctl(0, TIOCSTI, &c) < 0 ? error_name(errno) : "done");
	close(slave);
	close(master);
}

void probe_calls(const struct probe *p)
{
	puts("[system calls]");
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const struct call *c = &calls[i];
		long r = syscall(c->number, c->a, c->b, c->c, c->d, 0L);

		printf("%s: %s\n", c->name, verdict(p, r));
	}
	print_injection();
}

struct family {
	const char *name;
	int family, type, protocol;
};

static const struct family families[] = {
    {"inet stream", AF_INET, SOCK_STREAM, 0},
    {"inet datagram", AF_INET, SOCK_DGRAM, 0},
    {"inet echo", AF_INET, SOCK_DGRAM, 1},
    {"inet raw", AF_INET, SOCK_RAW, 1},
    {"unix stream", AF_UNIX, SOCK_STREAM, 0},
    {"unix datagram", AF_UNIX, SOCK_DGRAM, 0},
    {"netlink route", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE},
    {"packet raw", AF_PACKET, SOCK_RAW, 0x0300},
    {"packet datagram", AF_PACKET, SOCK_DGRAM, 0x0300},
    {"vsock stream", AF_VSOCK, SOCK_STREAM, 0},
    {"alg", AF_ALG, SOCK_SEQPACKET, 0},
};

void probe_sockets(const struct probe *p)
{
	puts("[sockets]");
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *f = &families[i];
		int fd = socket(f->family, f->type | SOCK_CLOEXEC, f->protocol);

		printf("%s: %s\n", f->name, verdict(p, fd));
		if (fd >= 0)
			close(fd);
	}
}
