/*
 * fstab.c - mounts from lines of fstab(5).
 *
 * libmount reads them, so that escapes (\040) and option lists are what people know from mount(8). It is given one line
 * at a time, because its table keeps no line numbers and an error shall name the line. What X-mount.mkdir and bind mean
 * is done by our own steps, below the new root and by descriptor; libmount would do it by path.
 */
#include "rootfs-pivot/fstab.h"

#include "common/fd.h"
#include "common/num.h"
#include "rootfs-pivot/mountopt.h"
#include "rootfs-pivot/spec.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define FSTAB_MAX (1u << 20)

/* Any line that libmount cannot read ends the run. */
static int refuse_line(struct libmnt_table *tb, const char *file, int line)
{
	(void)tb;
	(void)file;
	(void)line;
	return -EINVAL;
}

/* X-mount.mkdir[=MODE] of an option list. */
static int take_mkdir(struct step *s, const char *user_options, struct err *e)
{
	char *value, mode[8];
	size_t n;

	if (!user_options || mnt_optstr_get_option(user_options, "X-mount.mkdir", &value, &n) != 0) {
		if (!user_options || mnt_optstr_get_option(user_options, "x-mount.mkdir", &value, &n) != 0)
			return 0;
	}
	s->make_target = true;
	if (!value)
		return 0;
	snprintf(mode, sizeof(mode), "%.*s", (int)n, value);
	if (n >= sizeof(mode) || num_mode(mode, &s->mode) < 0)
		return err_set(e, 0, "%s: X-mount.mkdir=%.*s: the mode must be octal", s->origin, (int)n, value);
	return 0;
}

/* Options for mount(8) that have a meaning there and none here: ignoring them would mount something else. */
static int refuse_unknown(const struct step *s, const char *user_options, struct err *e)
{
	static const char *const refused[] = {"X-mount.subdir", "X-mount.owner", "X-mount.group", "X-mount.mode"};

	for (size_t i = 0; user_options && i < sizeof(refused) / sizeof(*refused); i++)
		if (mnt_optstr_get_option(user_options, refused[i], NULL, NULL) == 0)
			return err_set(e, 0, "%s: the option %s is not supported here", s->origin, refused[i]);
	return 0;
}

/* The same for a new file system: what libmount does by a further call on the mount point's path, which is what lies
 * beneath, or to another mount. */
static int refuse_second_call(const struct step *s, const char *options, struct err *e)
{
	static const char *const propagation[] = {"shared",  "slave",  "private",  "unbindable",
	                                          "rshared", "rslave", "rprivate", "runbindable"};
	static const char *const other[] = {"remount", "move"};

	for (size_t i = 0; i < sizeof(propagation) / sizeof(*propagation); i++)
		if (mnt_optstr_get_option(options, propagation[i], NULL, NULL) == 0)
			return err_set(e, 0, "%s: the option '%s' goes with bind only", s->origin, propagation[i]);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (mnt_optstr_get_option(options, other[i], NULL, NULL) == 0)
			return err_set(e, 0, "%s: the option '%s' is not supported here", s->origin, other[i]);
	return 0;
}

/* X-mount.idmap=MAP of an option list. */
static int take_idmap(struct step *s, const char *user_options, struct err *e)
{
	char *value = NULL;
	size_t n = 0;

	if (!user_options || mnt_optstr_get_option(user_options, "X-mount.idmap", &value, &n) != 0)
		return 0;
	if (s->kind != STEP_BIND)
		return err_set(e, 0, "%s: X-mount.idmap goes with bind only", s->origin);
	s->idmap = value ? strndup(value, n) : NULL;
	return s->idmap ? 0 : err_set(e, 0, "%s: X-mount.idmap needs a value", s->origin);
}

/* A bind's options are attributes of the mount: word by word, and none unknown. */
static int take_bind_options(struct step *s, const char *list, struct err *e)
{
	char *at = (char *)(uintptr_t)list, *name;
	size_t n;
	char word[64];

	s->propagation = MS_PRIVATE;
	while (at && mnt_optstr_next_option(&at, &name, &n, NULL, NULL) == 0) {
		snprintf(word, sizeof(word), "%.*s", (int)n, name);
		if (!strncasecmp(word, "x-", 2) || !strcmp(word, "nofail"))
			continue;
		if (n >= sizeof(word) || !mountopt_apply(s, word))
			return err_set(e, 0, "%s: unknown mount option '%.*s'", s->origin, (int)n, name);
	}
	return 0;
}

/* The options without those for mount(8) only (X-..., x-...): libmount would act on them by path. */
static char *without_x(const char *options)
{
	char *list = keep(options), *at = list, *kept = NULL;
	char *name, *value;
	size_t n, n_value;

	while (mnt_optstr_next_option(&at, &name, &n, &value, &n_value) == 0) {
		size_t all = value ? (size_t)(value - name) + n_value : n;

		if (strncasecmp(name, "x-", 2) != 0) {
			char end = name[all];

			name[all] = '\0';
			if (mnt_optstr_append_option(&kept, name, NULL) < 0)
				break;
			name[all] = end;
		}
	}
	free(list);
	return kept ? kept : keep("");
}

/* Turns what libmount has read into a step. */
static int add_step(struct plan *p, struct libmnt_fs *fs, const char *origin, struct err *e)
{
	const char *options = mnt_fs_get_options(fs), *target = mnt_fs_get_target(fs);
	const char *source = mnt_fs_get_source(fs), *type = mnt_fs_get_fstype(fs);
	unsigned long flags = 0;
	struct step *s;

	if (!target || !source)
		return err_set(e, 0, "%s: source, destination, type and options are expected", origin);
	if (mnt_fs_get_option(fs, "noauto", NULL, NULL) == 0 || mnt_fs_is_swaparea(fs))
		return 0;
	if (spec_check_target(target, origin, e) < 0)
		return -1;
	if (options && mnt_optstr_get_flags(options, &flags, mnt_get_builtin_optmap(MNT_LINUX_MAP)) < 0)
		return err_set(e, 0, "%s: the options '%s' cannot be read", origin, options);
	s = plan_add(p, flags & MS_BIND ? STEP_BIND : STEP_FS, origin);
	s->nofail = mnt_fs_get_option(fs, "nofail", NULL, NULL) == 0;
	s->source = keep(source);
	s->target = spec_target(target);
	if (take_mkdir(s, mnt_fs_get_user_options(fs), e) < 0 || take_idmap(s, mnt_fs_get_user_options(fs), e) < 0 ||
	    refuse_unknown(s, mnt_fs_get_user_options(fs), e) < 0)
		return -1;
	if (s->kind == STEP_BIND)
		return take_bind_options(s, options, e);
	if (options && refuse_second_call(s, options, e) < 0)
		return -1;
	if (!type)
		return err_set(e, 0, "%s: the file system type is missing", origin);
	s->type = keep(type);
	s->options = without_x(options ? options : "");
	return 0;
}

int fstab_line(struct plan *p, char *line, const char *origin, struct err *e)
{
	struct libmnt_table *table;
	struct libmnt_fs *fs;
	FILE *in;
	int r = -1;

	line += strspn(line, " \t\r");
	if (!*line || *line == '#')
		return 0;
	table = mnt_new_table();
	in = fmemopen(line, strlen(line), "r");
	if (!table || !in) {
		err_set(e, ENOMEM, "%s", origin);
	} else {
		mnt_table_set_parser_errcb(table, refuse_line);
		if (mnt_table_parse_stream(table, in, "fstab") != 0 || mnt_table_first_fs(table, &fs) != 0)
			err_set(e, 0, "%s: not a line of fstab(5): source, destination, type and options are expected",
			        origin);
		else
			r = add_step(p, fs, origin, e);
	}
	if (in)
		fclose(in);
	mnt_unref_table(table);
	return r;
}

int fstab_read(struct plan *p, const char *path, struct err *e)
{
	AUTO_FREE char *data = NULL;
	const char *shown = strcmp(path, "-") ? path : "standard input";
	char origin[160], *line, *next;
	size_t n;
	unsigned int number = 0;

	if (strcmp(path, "-") != 0) {
		if (file_read(AT_FDCWD, path, FSTAB_MAX, &data, &n, e) < 0)
			return -1;
	} else if (fd_read_all(STDIN_FILENO, FSTAB_MAX, &data, &n) < 0) {
		return err_set(e, errno, "read fstab lines from standard input");
	}
	if (strlen(data) != n)
		return err_set(e, 0, "'%.100s': a NUL byte is in it", shown);
	for (line = data; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		snprintf(origin, sizeof(origin), "'%.100s' line %u", shown, ++number);
		if (fstab_line(p, line, origin, e) < 0)
			return -1;
	}
	return 0;
}
