/*
 * apply.c - make the group, write the settings, look whether they hold.
 *
 * The kernel rounds (memory to pages), normalises (CPU lists) and sometimes takes a value that then has no effect. So
 * each file is read back through the descriptor by which it was written, and what does not hold is an error.
 */
#include "apply.h"

#include "gate.h"

#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A remedy for what the kernel's code does not say, where there is one. */
static int write_hint(const struct step *s, int code, struct err *e)
{
	if (code == ENOENT && strstr(s->file, "swap"))
		return err_hint(e, "the kernel counts no swap: boot with swapaccount=1");
	if (code == ENOENT && strstr(s->file, "weight"))
		return err_hint(e, "weights need the bfq scheduler, or iocost on v2");
	if (code == ENOENT)
		return err_hint(e, "version %d of control groups on this kernel has no such file", s->h->v2 ? 2 : 1);
	if (code == EBUSY && strstr(s->file, "memory"))
		return err_hint(e, "the group uses more than that already");
	if (code == EINVAL && strstr(s->file, "memory.limit_in_bytes"))
		return err_hint(e, "memory and swap together are limited to less: set memory-swap too");
	if (code == EINVAL && strstr(s->file, "cfs"))
		return err_hint(e, "the parent group has a lower limit, or quota and period do not fit");
	if (code == EACCES && strstr(s->file, "cpuset"))
		return err_hint(e, "the parent group does not have these");
	return -1;
}

/* Whether a size that was read back is the one written: the kernel rounds down, which is told, and calls a huge one
 * "max". */
static bool size_holds(const struct step *s, const char *got)
{
	uint64_t n, want = s->number, page = (uint64_t)sysconf(_SC_PAGESIZE), unit = s->unit ? s->unit : page;

	if (value_size(got, false, &n) < 0)
		return false;
	if (want == VALUE_UNLIMITED || want >= INT64_MAX / page * page)
		return n >= INT64_MAX / page * page - unit;
	if (n != want && n == want / unit * unit)
		msg("setting '%s': the kernel rounded it to %llu", s->asked, (unsigned long long)n);
	return n == want / unit * unit;
}

/* Whether a number that was read back is the one written; -1 is v1's way to say that there is no limit. */
static bool number_holds(const char *got, uint64_t want)
{
	uint64_t n;

	return value_count(got, 0, INT64_MAX, true, &n) == 0 && n == want;
}

/* Whether the file has a line for the device that says what was written, or none where that is no limit. The values are
 * "8:0 1048576" on v1 and "8:0 rbps=1048576" on v2, where a line has four of them. */
static bool device_holds(const char *got, const char *want)
{
	size_t n = strcspn(want, " ") + 1, rest = strlen(want + n);
	bool unlimited = !strcmp(want + n, "0") || !strcmp(want + n + strcspn(want + n, "="), "=max");

	for (; got; got = strchr(got, '\n')) {
		const char *word;

		got += *got == '\n';
		if (strncmp(got, want, n) != 0)
			continue;
		for (word = got + n; *word && *word != '\n'; word += strcspn(word, " \n"), word += *word == ' ')
			if (!strncmp(word, want + n, rest) && strchr(" \n", word[rest]))
				return true;
		return false;
	}
	return unlimited;
}

/* Whether two numbers, in C's notation, are one; true where either text is no number. */
static bool raw_holds(const char *got, const char *want)
{
	unsigned long long a, b;
	char *a_end, *b_end;

	a = strtoull(got, &a_end, 0);
	b = strtoull(want, &b_end, 0);
	return a_end == got || *a_end || b_end == want || *b_end || a == b;
}

/* Whether two lists have the same members. */
static bool cpulist_holds(const char *got, const char *want)
{
	struct cpulist a, b;

	return value_cpulist(got, &a) == 0 && value_cpulist(want, &b) == 0 && cpulist_equal(&a, &b);
}

/* Whether what was read back is what was wanted. */
static bool holds(const struct step *s, const char *got)
{
	switch (s->check) {
	case CHECK_SIZE:
		return size_holds(s, got);
	case CHECK_NUMBER:
		return number_holds(got, s->number);
	case CHECK_WEIGHT:
		return number_holds(got + (strncmp(got, "default ", 8) ? 0 : 8), s->number);
	case CHECK_DEVICE:
		return device_holds(got, s->value);
	case CHECK_RAW:
		return raw_holds(got, s->value);
	case CHECK_CPULIST:
		return cpulist_holds(got, s->value);
	case CHECK_TEXT:
		return !strcmp(got, s->value);
	default:
		return true;
	}
}

/* Reads the file again and compares. */
static int read_back(int fd, const char *path, const struct step *s, struct err *e)
{
	char got[4096];
	ssize_t n = pread(fd, got, sizeof(got) - 1, 0);

	if (n < 0)
		return s->check == CHECK_RAW ? 0 : err_set(e, errno, "setting '%s': read '%s' back", s->asked, path);
	got[n] = '\0';
	if (n > 0 && got[n - 1] == '\n')
		got[n - 1] = '\0';
	if (s->check == CHECK_WEIGHT)
		got[strcspn(got, "\n")] = '\0';
	if (holds(s, got))
		return 0;
	return err_set(e, 0, "setting '%s' did not hold: '%s' says '%.100s', not '%s'", s->asked, path, got, s->value);
}

/* On v2 cpuset.cpus is a wish: what counts is the effective list, which falls back to the parent's. */
static int check_effective(const struct plan *p, const struct step *s, struct err *e)
{
	char file[80], got[1024];

	if (!s->h->v2 || s->check != CHECK_CPULIST)
		return 0;
	snprintf(file, sizeof(file), "%s.effective", s->file);
	if (cg_read(s->h, p->group, file, got, sizeof(got)) < 0)
		return err_set(e, errno, "setting '%s': read '%s/%s'", s->asked, p->group, file);
	if (cpulist_holds(got, s->value))
		return 0;
	err_set(e, 0, "setting '%s' did not hold: the group can use '%s' only", s->asked, got);
	return err_hint(e, "the parent group does not have these");
}

/* Writes one setting. */
static int apply_step(const struct plan *p, const struct step *s, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD fd = -1;
	int n = snprintf(path, sizeof(path), "%s/%s/%s", s->h->mount, p->group, s->file);

	if (n < 0 || n >= (int)sizeof(path))
		return err_set(e, ENAMETOOLONG, "control group '%.200s...'", p->group);
	fd = open(path, (s->check == CHECK_NONE ? O_WRONLY : O_RDWR) | O_CLOEXEC);
	/* Some of the kernel's files are for writing only. */
	if (fd < 0 && s->check == CHECK_RAW && errno == EACCES)
		fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && s->optional) {
		msg("setting '%s': this kernel has no such limit; left out", s->asked);
		return 0;
	}
	if (fd < 0 || write(fd, s->value, strlen(s->value)) < 0) {
		int code = errno;

		err_set(e, code, "setting '%s': write '%.100s' to '%s'", s->asked, s->value, path);
		return write_hint(s, code, e);
	}
	if (s->check == CHECK_NONE)
		return 0;
	if (read_back(fd, path, s, e) < 0)
		return -1;
	return check_effective(p, s, e);
}

int plan_apply(const struct plan *p, struct undo *undo, struct err *e)
{
	size_t i;

	for (i = 0; i < p->map->n; i++)
		if (p->need[i] && group_make(&p->map->h[i], p->group, p->v2_enable, undo, e) < 0)
			return -1;
	for (i = 0; i < p->n; i++)
		if (apply_step(p, &p->step[i], e) < 0)
			return -1;
	return p->devices ? gate_change(p->devices_home, p->group, p->devices, e) : 0;
}

void print_quoted(const char *s)
{
	const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,+@%-";

	if (s[0] && s[strspn(s, plain)] == '\0') {
		fputs(s, stdout);
		return;
	}
	putchar('\'');
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	putchar('\'');
}

/* "echo VALUE > MOUNT/GROUP/FILE". */
static void print_echo(const struct cg_hierarchy *h, const char *group, const char *file, const char *value)
{
	char path[PATH_MAX + 640];

	snprintf(path, sizeof(path), "%s/%s%s%s", h->mount, strcmp(group, ".") ? group : "",
	         strcmp(group, ".") ? "/" : "", file);
	fputs("echo ", stdout);
	print_quoted(value);
	fputs(" > ", stdout);
	print_quoted(path);
	putchar('\n');
}

/* The subtree_control lines of v2: for the root and each ancestor. */
static void print_enable(const struct cg_hierarchy *h, const struct plan *p)
{
	char parent[PATH_MAX], text[200] = "";
	const char *c = p->v2_enable, *slash = p->group;
	size_t n = 0;

	for (; *c && n + 3 < sizeof(text); c++) {
		if (c == p->v2_enable || c[-1] == ',')
			text[n++] = '+';
		text[n++] = *c == ',' ? ' ' : *c;
	}
	if (n == 0)
		return;
	print_echo(h, ".", "cgroup.subtree_control", text);
	while ((slash = strchr(slash, '/'))) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - p->group), p->group);
		print_echo(h, parent, "cgroup.subtree_control", text);
		slash++;
	}
}

/* One group of a v1 cpuset takes what its parent (the first n bytes of its name) has. */
static void print_inherit_one(const struct cg_hierarchy *h, const char *group, int n)
{
	static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
	char from[PATH_MAX + 640], to[PATH_MAX + 640];
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(from, sizeof(from), "%s/%.*s%s%s", h->mount, n, group, n ? "/" : "", files[i]);
		snprintf(to, sizeof(to), "%s/%s/%s", h->mount, group, files[i]);
		fputs("cat ", stdout);
		print_quoted(from);
		fputs(" > ", stdout);
		print_quoted(to);
		putchar('\n');
	}
}

/* The same for every group on the way that is not there yet. */
static void print_inherit(const struct cg_hierarchy *h, const struct plan *p)
{
	char part[PATH_MAX];
	size_t n, parent = 0;

	for (n = strcspn(p->group, "/");; n += 1 + strcspn(p->group + n + 1, "/")) {
		snprintf(part, sizeof(part), "%.*s", (int)n, p->group);
		if (!cg_exists(h, part))
			print_inherit_one(h, part, (int)parent);
		parent = n;
		if (!p->group[n])
			return;
	}
}

/* The mkdir line of one hierarchy and what belongs to it. */
static void print_make(const struct cg_hierarchy *h, const struct plan *p)
{
	char path[PATH_MAX + 640];

	snprintf(path, sizeof(path), "%s/%s", h->mount, p->group);
	fputs("mkdir -p ", stdout);
	print_quoted(path);
	putchar('\n');
	if (h->v2)
		print_enable(h, p);
	else if (cg_list_has(h->controllers, "cpuset"))
		print_inherit(h, p);
}

/* The writes of v1; what v2 asks for no shell can do, and so is a comment. */
static void print_devices(const struct plan *p)
{
	const struct device_list *l = p->devices;
	char text[32];
	size_t i;

	if (l->base != DEVICE_KEEP && p->devices_home->v2)
		printf("# devices: attach a BPF program that %s every device but:\n",
		       l->base == DEVICE_ALL ? "allows" : "denies");
	else if (l->base != DEVICE_KEEP)
		print_echo(p->devices_home, p->group, l->base == DEVICE_ALL ? "devices.allow" : "devices.deny", "a");
	for (i = 0; i < l->n; i++) {
		device_rule_text(&l->rule[i], text);
		if (p->devices_home->v2)
			printf("# %s: %s\n", l->rule[i].allow ? "allow" : "deny", text);
		else
			print_echo(p->devices_home, p->group, l->rule[i].allow ? "devices.allow" : "devices.deny",
			           text);
	}
}

void plan_print(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->map->n; i++)
		if (p->need[i])
			print_make(&p->map->h[i], p);
	for (i = 0; i < p->n; i++)
		print_echo(p->step[i].h, p->group, p->step[i].file, p->step[i].value);
	if (p->devices)
		print_devices(p);
}
