/*
 * seccomp-gen.c - at build time: seccomp.table in, C tables of system call numbers out.
 *
 * The numbers come from libseccomp, which knows them for every architecture; the filter itself is made at run time
 * from these tables (lib/common/seccomp.c), because it depends on the capabilities that the command keeps, and that
 * takes microseconds where libseccomp takes 10 ms.
 *
 * For each architecture of the machine (native and, on x86-64, the 32-bit one) it writes an array of
 * { number, kind, capability-bit mask } sorted by number.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CALLS 1024

struct call {
	int nr;
	const char *kind; /* the enumerator in seccomp.c */
	uint64_t caps;
	char name[64];
};

struct arch {
	uint32_t token;
	const char *audit; /* the AUDIT_ARCH_* of linux/audit.h */
	const char *label;
	struct call calls[MAX_CALLS];
	size_t n;
};

#if defined(__x86_64__)
static struct arch arches[] = {
    {.token = SCMP_ARCH_X86_64, .audit = "AUDIT_ARCH_X86_64", .label = "x86_64"},
    {.token = SCMP_ARCH_X86, .audit = "AUDIT_ARCH_I386", .label = "i386"},
};
#elif defined(__aarch64__)
static struct arch arches[] = {
    {.token = SCMP_ARCH_AARCH64, .audit = "AUDIT_ARCH_AARCH64", .label = "aarch64"},
    {.token = SCMP_ARCH_ARM, .audit = "AUDIT_ARCH_ARM", .label = "arm"},
};
#elif defined(__riscv) && __riscv_xlen == 64
static struct arch arches[] = {
    {.token = SCMP_ARCH_RISCV64, .audit = "AUDIT_ARCH_RISCV64", .label = "riscv64"},
};
#else
#error "add this architecture to seccomp-gen.c: its libseccomp token and AUDIT_ARCH name"
#endif

#define N_ARCHES (sizeof(arches) / sizeof(arches[0]))

static const char *const cap_names[] = {
    [CAP_DAC_READ_SEARCH] = "DAC_READ_SEARCH",
    [CAP_SYS_ADMIN] = "SYS_ADMIN",
    [CAP_SYS_BOOT] = "SYS_BOOT",
    [CAP_SYS_CHROOT] = "SYS_CHROOT",
    [CAP_SYS_MODULE] = "SYS_MODULE",
    [CAP_SYS_PACCT] = "SYS_PACCT",
    [CAP_SYS_PTRACE] = "SYS_PTRACE",
    [CAP_SYS_RAWIO] = "SYS_RAWIO",
    [CAP_SYS_TIME] = "SYS_TIME",
    [CAP_SYS_TTY_CONFIG] = "SYS_TTY_CONFIG",
    [CAP_SYS_NICE] = "SYS_NICE",
    [CAP_SYSLOG] = "SYSLOG",
    [CAP_BPF] = "BPF",
    [CAP_PERFMON] = "PERFMON",
};

static _Noreturn void fail(const char *what, const char *thing)
{
	fprintf(stderr, "seccomp-gen: %s: '%s'\n", what, thing);
	exit(1);
}

static uint64_t cap_bit(const char *name)
{
	for (size_t i = 0; i < sizeof(cap_names) / sizeof(cap_names[0]); i++)
		if (cap_names[i] && strcmp(cap_names[i], name) == 0)
			return 1ULL << i;
	fail("unknown capability", name);
}

/*
 * i386 once had these only behind socketcall and ipc. For the direct calls that it got later (Linux 4.3 and 5.1,
 * arch/x86/entry/syscalls/syscall_32.tbl) libseccomp gives pseudo numbers, which it knows how to expand and we do
 * not.
 */
static const struct {
	const char *name;
	int nr;
} i386_direct[] = {
    {"socket", 359},   {"socketpair", 360}, {"bind", 361},       {"connect", 362},     {"listen", 363},
    {"accept4", 364},  {"getsockopt", 365}, {"setsockopt", 366}, {"getsockname", 367}, {"getpeername", 368},
    {"sendto", 369},   {"sendmsg", 370},    {"recvfrom", 371},   {"recvmsg", 372},     {"shutdown", 373},
    {"semget", 393},   {"semctl", 394},     {"shmget", 395},     {"shmctl", 396},      {"shmat", 397},
    {"shmdt", 398},    {"msgget", 399},     {"msgsnd", 400},     {"msgrcv", 401},      {"msgctl", 402},
    {"recvmmsg", 337}, {"sendmmsg", 345},
};

/* The call's number on an architecture, or -1 when it has no such call. */
static int resolve(const struct arch *a, const char *name, int fallback)
{
	int nr = seccomp_syscall_resolve_name_arch(a->token, name);

	if (nr >= 0)
		return nr;
	if (a->token == SCMP_ARCH_X86)
		for (size_t i = 0; i < sizeof(i386_direct) / sizeof(i386_direct[0]); i++)
			if (strcmp(i386_direct[i].name, name) == 0)
				return i386_direct[i].nr;
	return nr == __NR_SCMP_ERROR ? fallback : -1;
}

/* Adds what one word of the table says to every architecture that has the call; one named twice has the union of its
 * capabilities. */
static void add(const char *kind, uint64_t caps, char *word)
{
	char *eq = strchr(word, '='), *only = strchr(word, '@');
	int fallback = -1;

	if (only)
		*only++ = '\0';
	if (eq) {
		*eq = '\0';
		fallback = atoi(eq + 1);
	} else if (seccomp_syscall_resolve_name(word) == __NR_SCMP_ERROR) {
		fail("libseccomp does not know this call and the table has no number for it", word);
	}
	for (size_t i = 0; i < N_ARCHES; i++) {
		struct arch *a = &arches[i];
		int nr = resolve(a, word, only && strcmp(only, a->label) != 0 ? -1 : fallback);
		size_t k = 0;

		if (nr < 0)
			continue;
		while (k < a->n && a->calls[k].nr != nr)
			k++;
		if (k == a->n) {
			if (a->n++ == MAX_CALLS)
				fail("too many calls at", word);
			a->calls[k] = (struct call){.nr = nr, .kind = kind, .caps = caps};
			snprintf(a->calls[k].name, sizeof(a->calls[k].name), "%s", word);
		} else if (caps) {
			a->calls[k].caps |= caps;
		} else {
			fail("named twice", word);
		}
	}
}

static int by_number(const void *a, const void *b)
{
	return ((const struct call *)a)->nr - ((const struct call *)b)->nr;
}

static void print_arch(struct arch *a)
{
	qsort(a->calls, a->n, sizeof(a->calls[0]), by_number);
	printf("static const struct call calls_%s[] = {\n", a->label);
	for (size_t i = 0; i < a->n; i++)
		printf("\t{%d, %s, 0x%llx}, /* %s */\n", a->calls[i].nr, a->calls[i].kind,
		       (unsigned long long)a->calls[i].caps, a->calls[i].name);
	printf("};\n\n");
}

/* "check" NAME becomes CALL_CHECK_NAME in capitals. */
static const char *check_kind(const char *name)
{
	char buf[80];
	char *copy;

	snprintf(buf, sizeof(buf), "CALL_CHECK_%s", name);
	for (char *p = buf; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	copy = strdup(buf);
	if (!copy)
		fail("out of memory at", name);
	return copy;
}

/* One line: a directive, or with a leading blank more words of the last one. */
static void read_line(char *line, char *directive, size_t size, uint64_t *caps)
{
	char *save = NULL, *word;
	int more = line[0] == ' ';

	line[strcspn(line, "#\n")] = '\0';
	word = strtok_r(line, " \t", &save);
	if (!word)
		return;
	if (!more) {
		snprintf(directive, size, "%s", word);
		*caps = 0;
		word = strtok_r(NULL, " \t", &save);
		if (strcmp(directive, "cap") == 0 && word) {
			*caps = cap_bit(word);
			word = strtok_r(NULL, " \t", &save);
		}
	}
	for (; word; word = strtok_r(NULL, " \t", &save)) {
		if (strcmp(directive, "allow") == 0)
			add("CALL_ALLOW", 0, word);
		else if (strcmp(directive, "cap") == 0)
			add("CALL_CAP", *caps, word);
		else if (strcmp(directive, "check") == 0)
			add(check_kind(word), 0, word);
		else if (strcmp(directive, "enosys") == 0)
			add("CALL_ENOSYS", 0, word);
		else
			fail("unknown directive", directive);
	}
}

int main(int argc, char **argv)
{
	char line[1024], directive[16] = "";
	uint64_t caps = 0;
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!f)
		fail("cannot read the table", argc == 2 ? argv[1] : "");
	while (fgets(line, sizeof(line), f))
		read_line(line, directive, sizeof(directive), &caps);
	fclose(f);
	printf("/* Made by seccomp-gen from seccomp.table. */\n");
	for (size_t i = 0; i < N_ARCHES; i++)
		print_arch(&arches[i]);
	printf("static const struct arch_calls arch_table[] = {\n");
	for (size_t i = 0; i < N_ARCHES; i++)
		printf("\t{%s, calls_%s, sizeof(calls_%s) / sizeof(calls_%s[0])},\n", arches[i].audit, arches[i].label,
		       arches[i].label, arches[i].label);
	printf("};\n");
	return fflush(stdout) == 0 ? 0 : 1;
}
