/* self.c - the process: ids, capabilities, filter, keyring, descriptors, terminal, namespaces. */
#include "probe.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const cap_names[] = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
};

/* The capabilities of a set by name; "all" for what the caller has. */
static void print_caps(const struct probe *p, const char *name, const char *hex)
{
	unsigned long long set = strtoull(hex, NULL, 16);

	printf("%s:", name);
	if (set && set == strtoull(p->all_caps, NULL, 16)) {
		puts(" all");
		return;
	}
	for (size_t i = 0; i < sizeof(cap_names) / sizeof(cap_names[0]); i++)
		if (set & 1ULL << i)
			printf(" %s", cap_names[i]);
	puts(set ? "" : " none");
}

/* One line of /proc/self/status, its blanks made single. */
static void print_status(const struct probe *p, char *line)
{
	static const char *const plain[] = {"Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp"};
	char *value = strchr(line, ':'), *end;

	if (!value)
		return;
	*value++ = '\0';
	value += strspn(value, "\t ");
	for (end = value + strlen(value); end > value && isspace((unsigned char)end[-1]);)
		*--end = '\0';
	for (char *c = value; *c; c++)
		if (*c == '\t')
			*c = ' ';
	if (strncmp(line, "Cap", 3) == 0)
		print_caps(p, line, value);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(line, plain[i]) == 0)
			printf("%s: %s\n", line, value);
}

static void print_statuses(const struct probe *p)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[4096];

	while (f && fgets(line, sizeof(line), f))
		print_status(p, line);
	if (f)
		fclose(f);
}

/* The open descriptors, by kind. */
static void print_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	printf("descriptors:");
	for (int fd = 0; fd < 1024; fd++)
		if (d && fd != dirfd(d) && fcntl(fd, F_GETFD) >= 0)
			printf(" %d", fd);
	/* What the table shows and the loop did not see. */
	while (d && (entry = readdir(d)))
		if (atoi(entry->d_name) >= 1024)
			printf(" %s", entry->d_name);
	putchar('\n');
	if (d)
		closedir(d);
}

/* Whether a descriptor of the three is a device of the container's own: the host's keeps its owner and mode then. */
static void print_stdin(void)
{
	struct stat st, own;

	if (fstat(0, &st) < 0 || stat("/dev/null", &own) < 0)
		puts("standard input: unknown");
	else if (S_ISCHR(st.st_mode) && st.st_rdev == own.st_rdev)
		printf("standard input: null, mode %03o, owner %u\n", st.st_mode & 0777, st.st_uid);
	else
		puts("standard input: other");
}

/* The description of the session keyring ends in its name. */
static void print_keyring(void)
{
	char text[256] = "";
	long n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING, text, sizeof(text) - 1);
	const char *name = strrchr(text, ';');

	if (n < 0)
		printf("session keyring: %s\n", error_name(errno));
	else
		printf("session keyring: %s\n", name ? name + 1 : "?");
}

static void print_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	printf("controlling terminal: %s\n", fd < 0 ? error_name(errno) : "yes");
	if (fd >= 0)
		close(fd);
	printf("session: %s\n", getsid(0) == 0 ? "one of the host's" : "the container's own");
}

/* Which namespaces are the host's and which are not. */
static void print_namespaces(const struct probe *p)
{
	static const char *const names[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

	for (int shared = 0; shared < 2; shared++) {
		printf("namespaces %s:", shared ? "shared" : "apart");
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			char path[64], text[64] = "";

			snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
			if (readlink(path, text, sizeof(text) - 1) > 0 && !!strstr(p->host_ns, text) == shared)
				printf(" %s", names[i]);
		}
		putchar('\n');
	}
}

void probe_self(const struct probe *p)
{
	char cwd[4096] = "";
	mode_t mask = umask(022);

	puts("[process]");
	umask(mask);
	print_statuses(p);
	printf("umask: %03o\n", mask);
	printf("working directory: %s\n", getcwd(cwd, sizeof(cwd)) ? cwd : "unreachable");
	print_descriptors();
	print_stdin();
	print_terminal();
	print_keyring();
	print_namespaces(p);
	printf("securebits: %d\n", prctl(PR_GET_SECUREBITS));
}
