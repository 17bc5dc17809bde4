/*
 * test_seccompile.c - profiles in JSON become filters that give the answers which they ask for.
 *
 * The main test writes docker's profile anew from our own table of the default profile, compiles it by libseccomp, and
 * compares the two filters call by call: neither knows how the other is made.
 */
#include "bpf.h"
#include "check.h"
#include "common/fd.h"
#include "common/land.h"
#include "common/seccomp.h"
#include "seccompile/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

#define ERRNO(n) (SECCOMP_RET_ERRNO | (n))

static struct profile_world world = {.kernel = 6 << 16 | 1};
static struct sock_filter *code;
static size_t n_code;
static uint32_t flags;
static struct err e;

/* Compiles a profile; what it gives is asked for by ask(). */
static int compile(const char *text)
{
	struct filter f;
	int r = profile_compile(text, strlen(text), &world, &f, &flags, &e);

	free(code);
	code = NULL;
	if (r == 0)
		r = filter_program(&f, &code, &n_code, &e);
	filter_free(&f);
	return r;
}

static uint32_t ask2(uint32_t nr, uint64_t arg0, uint64_t arg1)
{
	struct seccomp_data d = {.nr = (int)nr, .arch = seccomp_native_arch(), .args = {arg0, arg1}};

	return bpf_ask(code, n_code, &d);
}

static uint32_t ask(uint32_t nr)
{
	return ask2(nr, 0, 0);
}

/* One rule about sethostname, between the usual things. */
static const char *rule(const char *middle)
{
	static char text[1000];

	snprintf(text, sizeof(text),
	         "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"sethostname\"], "
	         "\"action\": \"SCMP_ACT_ERRNO\", %s}]}",
	         middle);
	return text;
}

/* Every operator, with values that have both halves. */
static void test_operators(void)
{
	static const struct {
		const char *op;
		uint64_t two, hit[2], miss[2];
	} ops[] = {
	    {"NE", 0, {0, 0x100000001}, {0x500000007, 0x500000007}},
	    {"EQ", 0, {0x500000007, 0x500000007}, {7, 0x500000000}},
	    {"LT", 0, {0x4ffffffff, 0x500000006}, {0x500000007, UINT64_MAX}},
	    {"LE", 0, {8, 0x500000007}, {0x500000008, 0x600000000}},
	    {"GT", 0, {0x500000008, 0x600000000}, {0x500000007, 0xffffffff}},
	    {"GE", 0, {0x500000007, UINT64_MAX}, {0x500000006, 0x4ffffffff}},
	    {"MASKED_EQ", 5, {5, 0xfffffffa0000000d}, {7, 0x500000005}},
	};
	char middle[200];

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		snprintf(middle, sizeof(middle),
		         "\"args\": [{\"index\": 1, \"value\": %llu, \"valueTwo\": %llu, \"op\": \"SCMP_CMP_%s\"}]",
		         0x500000007ULL, (unsigned long long)ops[i].two, ops[i].op);
		CHECK(compile(rule(middle)) == 0);
		for (int k = 0; k < 2; k++) {
			if (!CHECK(ask2(SYS_sethostname, 3, ops[i].hit[k]) == ERRNO(EPERM)) ||
			    !CHECK(ask2(SYS_sethostname, 3, ops[i].miss[k]) == SECCOMP_RET_ALLOW))
				printf("  %s %d\n", ops[i].op, k);
		}
	}
	CHECK(compile(rule("\"args\": [{\"index\": 0, \"value\": 18446744073709551615, \"op\": \"SCMP_CMP_EQ\"}]")) ==
	      0);
	CHECK(ask2(SYS_sethostname, UINT64_MAX, 0) == ERRNO(EPERM) && ask(SYS_sethostname) == SECCOMP_RET_ALLOW);
}

/* Comparisons of several arguments are joined by "and", of one argument by "or". */
static void test_and_or(void)
{
	CHECK(compile(rule("\"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"},"
	                   "{\"index\": 1, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"}]")) == 0);
	CHECK(ask2(SYS_sethostname, 1, 2) == ERRNO(EPERM) && ask2(SYS_sethostname, 1, 1) == SECCOMP_RET_ALLOW);
	CHECK(compile(rule("\"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"},"
	                   "{\"index\": 0, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"}]")) == 0);
	CHECK(ask2(SYS_sethostname, 1, 0) == ERRNO(EPERM) && ask2(SYS_sethostname, 2, 0) == ERRNO(EPERM) &&
	      ask2(SYS_sethostname, 3, 0) == SECCOMP_RET_ALLOW);
}

static void test_actions(void)
{
	static const struct {
		const char *name;
		uint32_t answer;
	} actions[] = {
	    {"\"SCMP_ACT_ERRNO\"", ERRNO(EPERM)},
	    {"\"SCMP_ACT_ERRNO\", \"errnoRet\": 0", ERRNO(0)},
	    {"\"SCMP_ACT_ERRNO\", \"errnoRet\": 4094, \"errno\": \"EWHATEVER\"", ERRNO(4094)},
	    {"\"SCMP_ACT_TRACE\", \"errnoRet\": 5", SECCOMP_RET_TRACE | 5},
	    {"\"SCMP_ACT_TRAP\"", SECCOMP_RET_TRAP},
	    {"\"SCMP_ACT_LOG\"", SECCOMP_RET_LOG},
	    {"\"SCMP_ACT_KILL\"", SECCOMP_RET_KILL_THREAD},
	    {"\"SCMP_ACT_KILL_THREAD\"", SECCOMP_RET_KILL_THREAD},
	    {"\"SCMP_ACT_KILL_PROCESS\"", SECCOMP_RET_KILL_PROCESS},
	};
	char text[300];

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		snprintf(
		    text, sizeof(text),
		    "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"sethostname\",\"action\":%s}]}",
		    actions[i].name);
		if (!CHECK(compile(text) == 0) || !CHECK(ask(SYS_sethostname) == actions[i].answer))
			printf("  %s\n", actions[i].name);
	}
	CHECK(compile("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 13, \"flags\": "
	              "[\"SECCOMP_FILTER_FLAG_LOG\", \"SECCOMP_FILTER_FLAG_TSYNC\"]}") == 0);
	CHECK(ask(SYS_read) == ERRNO(13) && ask(5000) == ERRNO(13) && flags == SECCOMP_FILTER_FLAG_LOG);
}

/* Calls that libseccomp may not know, and those that nobody knows. */
static void test_newer(void)
{
	CHECK(
	    compile(
	        "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", "
	        "\"SCMP_ARCH_X32\", \"SCMP_ARCH_PPC64LE\"], \"syscalls\": ["
	        "{\"names\": [\"read\", \"file_setattr\"], \"action\": \"SCMP_ACT_ALLOW\"}]}") == 0);
	CHECK(ask(SYS_read) == SECCOMP_RET_ALLOW && ask(469) == SECCOMP_RET_ALLOW);
	CHECK(ask(SYS_sethostname) == ERRNO(EPERM) && ask(468) == ERRNO(EPERM) && ask(470) == ERRNO(ENOSYS));
#ifdef __x86_64__
	struct seccomp_data d = {.nr = 469, .arch = AUDIT_ARCH_I386};

	CHECK(bpf_ask(code, n_code, &d) == SECCOMP_RET_ALLOW);
	d.nr = 470;
	CHECK(bpf_ask(code, n_code, &d) == ERRNO(ENOSYS));
	CHECK(compile("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [\"SCMP_ARCH_X86\"], \"syscalls\": ["
	              "{\"names\": [\"uretprobe\"], \"action\": \"SCMP_ACT_ALLOW\"}]}") == 0);
	d.nr = 335; /* rt_tgsigqueueinfo there */
	CHECK(ask(335) == SECCOMP_RET_ALLOW && bpf_ask(code, n_code, &d) == ERRNO(EPERM));
#endif
	/* Where the default allows, it allows. */
	CHECK(compile(rule("\"comment\": \"\"")) == 0 && ask(5000) == SECCOMP_RET_ALLOW);
}

static void test_conditions(void)
{
	static const struct {
		const char *middle;
		int holds;
	} conditions[] = {
	    {"\"includes\": {}, \"excludes\": {}", 1},
	    {"\"includes\": {\"caps\": [\"CAP_CHOWN\"]}", 1},
	    {"\"includes\": {\"caps\": [\"CAP_CHOWN\", \"CAP_SYS_ADMIN\"]}", 0},
	    {"\"excludes\": {\"caps\": [\"CAP_CHOWN\", \"CAP_SYS_ADMIN\"]}", 0},
	    {"\"excludes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}", 1},
	    {"\"includes\": {\"minKernel\": \"6.1\"}", 1},
	    {"\"includes\": {\"minKernel\": \"6.2\"}", 0},
	    {"\"excludes\": {\"minKernel\": \"4.8\"}", 0},
	    {"\"excludes\": {\"minKernel\": \"6.10\"}", 1},
	    {"\"includes\": {\"arches\": [\"s390x\"]}", 0},
	    {"\"excludes\": {\"arches\": [\"s390x\"]}", 1},
#ifdef __x86_64__
	    {"\"includes\": {\"arches\": [\"amd64\", \"x32\"]}", 1},
	    {"\"excludes\": {\"arches\": [\"amd64\", \"x32\"]}", 0},
#endif
	};

	world.caps = 1ULL << CAP_CHOWN;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (!CHECK(compile(rule(conditions[i].middle)) == 0) ||
		    !CHECK((ask(SYS_sethostname) == ERRNO(EPERM)) == conditions[i].holds))
			printf("  %s\n", conditions[i].middle);
}

/* What is wrong is named with its place. */
static void test_wrong(void)
{
	static const struct {
		const char *text, *message;
	} wrong[] = {
	    {"", "line 1, column 1: not JSON"},
	    {"{\n  \"defaultAction\" \"x\"}", "line 2, column 19: not JSON"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\"} x", "line 1, column 37: not JSON"},
	    {"null", "not JSON: it is null"},
	    {"[]", "profile: an object is expected"},
	    {"{}", "profile: 'defaultAction' is missing"},
	    {"{\"defaultAction\": 1}", "defaultAction: a string is expected"},
	    {"{\"defaultAction\": \"SCMP_ACT_FROB\"}", "defaultAction: unknown action 'SCMP_ACT_FROB'"},
	    {"{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}", "defaultAction: SCMP_ACT_NOTIFY needs a program"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"x\": 1}", "profile: unknown member 'x'"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"defaultErrnoRet\": 1}",
	     "defaultErrnoRet: 'SCMP_ACT_ALLOW' has no"},
	    {"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrno\": \"EPERM\"}", "without 'defaultErrnoRet'"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"flags\": [\"X\"]}", "flags[0]: unknown or useless flag 'X'"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_Z\"]}",
	     "architectures[0]: unknown architecture 'SCMP_ARCH_Z'"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [], \"architectures\": []}", "both"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [{\"architecture\": \"X\"}]}",
	     "archMap[0].architecture: unknown architecture 'X'"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": {}}", "syscalls: an array is expected"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\": \"SCMP_ACT_KILL\"}]}",
	     "syscalls[0]: 'names' is missing or empty"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\"], \"name\": \"x\"}]}",
	     "syscalls[0]: both 'name' and 'names'"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\", \"frob\"], "
	     "\"action\": \"SCMP_ACT_KILL\", \"includes\": {\"minKernel\": \"99.0\"}}]}",
	     "syscalls[0].names[1]: no system call is called 'frob'"},
	    {"{\"linux\": {\"seccomp\": {\"defaultAction\": \"X\"}}}", "linux.seccomp.defaultAction: unknown action"},
	    {"{\"defaultAction\": \"SCMP_ACT_ALLOW\\u0000\"}", "defaultAction: a NUL character"},
	};
	static const struct {
		const char *middle, *message;
	} in_rule[] = {
	    {"\"args\": [{\"index\": 6, \"value\": 0, \"op\": \"SCMP_CMP_EQ\"}]",
	     "syscalls[0].args[0].index: a number from 0 to 5"},
	    {"\"args\": [{\"index\": 0, \"value\": -1, \"op\": \"SCMP_CMP_EQ\"}]",
	     "syscalls[0].args[0].value: a number"},
	    {"\"args\": [{\"index\": 0, \"value\": 1.5, \"op\": \"SCMP_CMP_EQ\"}]",
	     "syscalls[0].args[0].value: a number"},
	    {"\"args\": [{\"index\": 0, \"value\": 0, \"op\": \"==\"}]",
	     "syscalls[0].args[0].op: unknown operator '=='"},
	    {"\"args\": [{\"index\": 0, \"value\": 0}]", "syscalls[0].args[0]: 'op' is missing"},
	    {"\"args\": [{\"index\": 0, \"op\": \"SCMP_CMP_EQ\"}]", "syscalls[0].args[0]: 'value' is missing"},
	    {"\"includes\": {\"caps\": [\"CAP_FROB\"]}",
	     "syscalls[0].includes.caps[0]: no capability is called 'CAP_FROB'"},
	    {"\"excludes\": {\"minKernel\": \"6\"}", "syscalls[0].excludes.minKernel: '6'"},
	    {"\"excludes\": {\"kernel\": \"6\"}", "syscalls[0].excludes: unknown member 'kernel'"},
	    {"\"errnoRet\": 4095", "syscalls[0].errnoRet: a number from 0 to 4094"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!CHECK(compile(wrong[i].text) < 0 && strstr(e.text, wrong[i].message)))
			printf("  %s\n  %s\n", wrong[i].text, e.text);
	for (size_t i = 0; i < sizeof(in_rule) / sizeof(in_rule[0]); i++)
		if (!CHECK(compile(rule(in_rule[i].middle)) < 0 && strstr(e.text, in_rule[i].message)))
			printf("  %s\n  %s\n", in_rule[i].middle, e.text);
}

/* The table of the default profile as JSON in docker's form. */
static void put_words(FILE *out, const char *open, char *words, const char *close)
{
	char *save = NULL;
	const char *comma = "";

	fprintf(out, ",{\"names\":[");
	for (char *w = strtok_r(words, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
		fprintf(out, "%s\"%.*s\"", comma, (int)strcspn(w, "=@"), w);
		comma = ",";
	}
	fprintf(out, "],%s%s}", open, close);
}

/* One directive of it, with the lines that go on. */
static void put_directive(FILE *out, char *line)
{
	char caps[100], *words = line + strcspn(line, " ");
	int n = 0;

	if (!strncmp(line, "allow ", 6)) {
		put_words(out, "\"action\":\"SCMP_ACT_ALLOW\"", words, "");
	} else if (!strncmp(line, "cap ", 4) && sscanf(line, "cap %60s%n", caps, &n) == 1) {
		char open[200];

		snprintf(open, sizeof(open), "\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_%s\"]}",
		         caps);
		put_words(out, open, line + n, "");
	} else if (!strncmp(line, "enosys ", 7)) {
		put_words(out,
		          "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38,\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}",
		          words, "");
	}
}

static char *profile_from_table(void)
{
	AUTO_FREE char *table = NULL;
	char *json, *at, *line, whole[4000] = "";
	size_t n;
	FILE *out = open_memstream(&json, &n);

	if (!out || file_read(AT_FDCWD, "lib/common/seccomp.table", 1 << 20, &table, &n, &e) < 0)
		abort();
	fputs("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\","
	      "\"subArchitectures\":[\"SCMP_ARCH_X86\"]},{\"architecture\":\"SCMP_ARCH_AARCH64\","
	      "\"subArchitectures\":[\"SCMP_ARCH_ARM\"]}],\"syscalls\":[{\"names\":[\"getpid\"],"
	      "\"action\":\"SCMP_ACT_ALLOW\"}",
	      out);
	for (at = table; (line = strsep(&at, "\n"));) {
		line[strcspn(line, "#")] = '\0';
		if (*line != ' ') {
			put_directive(out, whole);
			*whole = '\0';
		}
		strncat(whole, line, sizeof(whole) - strlen(whole) - 1);
	}
	put_directive(out, whole);
	fputs(",{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ALLOW\"}]}", out);
	fclose(out);
	return json;
}

/* The built-in filter against libseccomp's, for every number but those whose arguments count. */
static void compare(uint64_t caps)
{
	static struct sock_filter built_in[SECCOMP_ROOM];
	static const uint32_t arches[] = {
#if defined(__x86_64__)
		AUDIT_ARCH_X86_64,
		AUDIT_ARCH_I386,
#else
		AUDIT_ARCH_AARCH64,
#endif
	};
	size_t n = 0;

	CHECK(seccomp_default_build(caps, built_in, &n, &e) == 0);
	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++) {
		for (int nr = 0; nr < 600; nr++) {
			struct seccomp_data d = {.nr = nr, .arch = arches[i]};
			char *name = seccomp_syscall_resolve_num_arch(arches[i], nr);
			uint32_t ours = bpf_ask(built_in, n, &d), theirs = bpf_ask(code, n_code, &d);
			/* Of ioctl only those of the terminal are another matter. */
			bool other = name && (!strcmp(name, "clone") || !strcmp(name, "socket") ||
			                      !strcmp(name, "personality") || !strcmp(name, "socketcall"));

			if (!other && !CHECK(ours == theirs))
				printf("  call %d (%s) of %x: %x, by libseccomp %x\n", nr, name ? name : "", arches[i],
				       ours, theirs);
			free(name);
		}
	}
}

static void test_default(void)
{
	char *json = profile_from_table();
	const uint64_t sets[] = {0, land_caps_default(), 1ULL << CAP_SYS_ADMIN,
	                         1ULL << CAP_SYS_PTRACE | 1ULL << CAP_BPF, ~0ULL};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		world.caps = sets[i];
		if (CHECK(compile(json) == 0))
			compare(sets[i]);
		else
			printf("  %s\n", e.text);
	}
	free(json);
}

int main(void)
{
	test_operators();
	test_and_or();
	test_actions();
	test_newer();
	test_conditions();
	test_wrong();
	test_default();
	free(code);
	return check_done();
}
