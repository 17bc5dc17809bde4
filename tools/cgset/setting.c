/*
 * setting.c - parsing of NAME=VALUE.
 *
 * A name is a word of the vocabulary, or a file of either version. A file that the vocabulary knows means its word, so
 * that memory.max works on v1 as well; then the value may have the kernel's own forms too ("-1", pids.max=0).
 */
#include "setting.h"

#include "common/fd.h"
#include "common/msg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A value that cannot be: status 2, with what would be right as the remedy. */
static int refuse(struct err *e, const char *asked, const char *want)
{
	err_set(e, 0, "setting '%s'", asked);
	e->status = EXIT_USAGE;
	return err_hint(e, "wanted: %s", want);
}

/* Parses a number of kind SIZE, COUNT, NUMBER or CPU. raw: the kernel's own forms are taken as well. */
static int parse_number(const struct word *w, const char *value, bool raw, uint64_t *ret)
{
	bool minus_one = raw || word_id(w) == W_MEMORY_SWAP || word_id(w) == W_PIDS || word_id(w) == W_CPU_QUOTA;

	switch (w->kind) {
	case KIND_SIZE:
		if (value_size(value, minus_one, ret) < 0)
			return -1;
		return raw || *ret >= w->min ? 0 : (errno = ERANGE, -1);
	case KIND_COUNT:
		return value_count(value, raw ? 0 : w->min, w->max, minus_one, ret);
	case KIND_NUMBER:
		return value_count(value, w->min, w->max, false, ret) < 0 || *ret == VALUE_UNLIMITED ? -1 : 0;
	default:
		return value_cpu(value, ret);
	}
}

/* What a right value of the word looks like, for the message. */
static const char *wanted_text(const struct word *w, char *buf, size_t size)
{
	switch (w->kind) {
	case KIND_SIZE:
		snprintf(buf, size, "%ssuch as 64m or 1.5g (suffixes b k m g t p), or max%s",
		         w->min ? "a size of a page (4096) or more, " : "a size, ",
		         word_id(w) == W_MEMORY_SWAP ? " or -1" : "");
		break;
	case KIND_CPU:
		snprintf(buf, size, "CPUs such as 1.5 or 50%%, from 0.01 to %d", CPULIST_BITS);
		break;
	case KIND_CPULIST:
		snprintf(buf, size, "rising numbers and ranges such as 0-2,4");
		break;
	case KIND_RATE:
		snprintf(buf, size, "DEVICE:RATE such as /dev/sda:1m or 8:0:1m");
		break;
	default:
		snprintf(buf, size, "a number from %llu to %llu%s", (unsigned long long)w->min,
		         (unsigned long long)w->max, w->kind == KIND_COUNT ? ", or max" : "");
	}
	return buf;
}

/* "MAJOR:MINOR" for a block device's path; the same text when it is that already. */
static int device_number(const char *device, char *ret, size_t size)
{
	unsigned int major_no, minor_no;
	struct stat st;
	char end;

	if (sscanf(device, "%u:%u%c", &major_no, &minor_no, &end) == 2) {
		snprintf(ret, size, "%u:%u", major_no, minor_no);
		return 0;
	}
	if (stat(device, &st) < 0)
		return -1;
	if (!S_ISBLK(st.st_mode)) {
		errno = ENOTBLK;
		return -1;
	}
	snprintf(ret, size, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return 0;
}

/* The next free place for a file that is passed on. */
static struct setting_raw *new_raw(struct settings *s, const char *asked, struct err *e)
{
	struct setting_raw *r;

	if (s->n_raw == s->room) {
		size_t room = s->room ? 2 * s->room : 16;

		r = reallocarray(s->raw, room, sizeof(*r));
		if (!r) {
			err_set(e, errno, "setting '%s'", asked);
			return NULL;
		}
		s->raw = r;
		s->room = room;
	}
	r = &s->raw[s->n_raw++];
	*r = (struct setting_raw){.asked = asked};
	return r;
}

/* io-rbps=DEVICE:RATE and its like. */
static int add_rate(struct settings *s, const struct word *w, const char *asked, const char *value, struct err *e)
{
	struct setting_raw *r = new_raw(s, asked, e);
	char device[256];

	if (!r)
		return -1;
	if (value_device_rate(value, device, sizeof(device), &r->rate) < 0)
		return refuse(e, asked, "DEVICE:RATE such as /dev/sda:1m or 8:0:1m");
	r->word = w;
	if (device_number(device, r->device, sizeof(r->device)) < 0) {
		err_set(e, errno, "setting '%s': device '%s'", asked, device);
		e->status = EXIT_USAGE;
		return -1;
	}
	return 0;
}

/* A word of the vocabulary; raw when its file's name was typed. */
static int add_word(struct settings *s, const struct word *w, bool raw, const char *asked, const char *value,
                    struct err *e)
{
	struct setting *t = &s->of[word_id(w)];
	struct cpulist list;
	char want[160];

	if (w->kind == KIND_RATE)
		return add_rate(s, w, asked, value, e);
	if (w->kind == KIND_CPULIST ? value_cpulist(value, &list) < 0 : parse_number(w, value, raw, &t->number) < 0)
		return refuse(e, asked, wanted_text(w, want, sizeof(want)));
	t->asked = asked;
	t->value = value;
	return 0;
}

/* cpu.max is two words of the vocabulary. */
static int add_cpu_max(struct settings *s, const char *asked, const char *value, struct err *e)
{
	struct setting *quota = &s->of[W_CPU_QUOTA], *period = &s->of[W_CPU_PERIOD];

	period->number = 0;
	if (value_cpu_max(value, &quota->number, &period->number) < 0)
		return refuse(e, asked, "'QUOTA PERIOD' in microseconds, such as '50000 100000', or 'max 100000'");
	quota->asked = asked;
	period->asked = period->number ? asked : NULL;
	return 0;
}

/* Whether it can be the name of a kernel file: "memory.max". */
static bool is_file_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
	const char *dot = strchr(name, '.');

	return name[n] == '\0' && dot && dot > name && dot[1] && !strstr(name, "..") && name[0] != '-';
}

/* A file that the vocabulary does not know. cgroup.procs and tasks are no settings. */
static int add_file(struct settings *s, const char *name, const char *asked, const char *value, struct err *e)
{
	struct setting_raw *r;

	if (!strcmp(name, "cgroup.procs") || !strcmp(name, "cgroup.threads"))
		return refuse(e, asked, "--pid PID to move a process");
	r = new_raw(s, asked, e);
	if (!r)
		return -1;
	snprintf(r->file, sizeof(r->file), "%s", name);
	r->value = value;
	return 0;
}

/* hugetlb-SIZE=BYTES: the file is made of the page size. Both versions' names are kept apart by plan.c. */
static int add_hugetlb(struct settings *s, const char *name, const char *asked, const char *value, struct err *e)
{
	struct setting_raw *r;
	uint64_t n;

	if (value_size(value, false, &n) < 0)
		return refuse(e, asked, "a size such as 64m, or max");
	r = new_raw(s, asked, e);
	if (!r)
		return -1;
	snprintf(r->file, sizeof(r->file), "hugetlb.%.32s.", name + strlen("hugetlb-"));
	r->rate = n;
	return 0;
}

/* devices=LIST, device-allow=RULE, device-deny=RULE, devices.allow=RULE, devices.deny=RULE. False: it is none of them.
 * ret: 0, or -1 with the error. */
static bool add_devices(struct settings *s, const char *name, const char *asked, const char *value, int *ret,
                        struct err *e)
{
	bool allow = !strcmp(name, "device-allow") || !strcmp(name, "devices.allow"), list = !strcmp(name, "devices");

	if (!allow && !list && strcmp(name, "device-deny") != 0 && strcmp(name, "devices.deny") != 0)
		return false;
	*ret =
	    list ? device_list_parse(&s->devices, value, asked) : device_list_change(&s->devices, allow, value, asked);
	if (*ret == 0)
		return true;
	if (errno == EINVAL || errno == ERANGE) {
		refuse(e, asked,
		       list ? "all, none or default, and rules such as 'c 1:3 rwm' or /dev/fuse:rw, with commas between"
		            : "a rule such as 'c 1:3 rwm', 'b *:* m' or /dev/fuse:rw, or a for all");
	} else {
		err_set(e, errno, "setting '%s'", asked);
		e->status = EXIT_USAGE;
	}
	return true;
}

int settings_add(struct settings *s, const char *asked, struct err *e)
{
	const char *eq = strchr(asked, '=');
	size_t n = eq ? (size_t)(eq - asked) : 0;
	const struct word *w;
	char name[64];
	bool optional;
	int r;

	if (!eq || n == 0 || n >= sizeof(name))
		return refuse(e, asked, "NAME=VALUE");
	optional = n > 1 && asked[n - 1] == '?';
	memcpy(name, asked, n);
	name[n - optional] = '\0';
	if (!value_is_plain(eq + 1))
		return refuse(e, asked, "a value of one line without control characters");
	w = word_by_name(name);
	if (optional && (!w || w->kind == KIND_RATE))
		return refuse(e, asked, "'?' behind a word such as memory-swap or blkio-weight only");
	if (w)
		s->of[word_id(w)].optional = optional;
	if (w)
		return add_word(s, w, false, asked, eq + 1, e);
	w = word_by_file(name);
	if (w)
		return add_word(s, w, true, asked, eq + 1, e);
	if (add_devices(s, name, asked, eq + 1, &r, e))
		return r;
	if (!strcmp(name, "cpu.max"))
		return add_cpu_max(s, asked, eq + 1, e);
	if (!strncmp(name, "hugetlb-", 8) && name[8] && !strpbrk(name, "/."))
		return add_hugetlb(s, name, asked, eq + 1, e);
	if (is_file_name(name))
		return add_file(s, name, asked, eq + 1, e);
	return refuse(e, asked, "a word such as memory, cpu, pids (see cgset(1)), or a file such as memory.max");
}

int settings_keep(struct settings *s, char *text, struct err *e)
{
	if (text && s->n_kept < SETTINGS_KEPT_MAX) {
		s->kept[s->n_kept++] = text;
		return 0;
	}
	err_set(e, text ? E2BIG : ENOMEM, "keep settings");
	free(text);
	return -1;
}

int settings_add_stdin(struct settings *s, struct err *e)
{
	char *text, *line, *save = NULL;
	size_t n;

	if (fd_read_all(STDIN_FILENO, 1 << 20, &text, &n) < 0)
		return err_set(e, errno, "read settings from standard input");
	if (settings_keep(s, text, e) < 0)
		return -1;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (line[0] != '#' && settings_add(s, line, e) < 0)
			return -1;
	return 0;
}

void settings_free(struct settings *s)
{
	free(s->raw);
	for (size_t i = 0; i < s->n_kept; i++)
		free(s->kept[i]);
	*s = (struct settings){0};
}
