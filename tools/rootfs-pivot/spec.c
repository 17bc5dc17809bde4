/*
 * spec.c - the short forms of the command line.
 *
 * A destination's ".." is refused although resolving it inside the root would be safe: whoever writes it expects
 * something else than he gets.
 */
#include "spec.h"

#include "common/fd.h"
#include "common/num.h"
#include "kernel.h"
#include "mountopt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next component of a path that is neither empty nor ".": its length, 0 at the end. */
static size_t next_component(const char **at)
{
	size_t n;

	for (;; *at += n) {
		*at += strspn(*at, "/");
		n = strcspn(*at, "/");
		if (n != 1 || **at != '.')
			return n;
	}
}

/* Whether one of the path's components is "..". */
static bool has_dotdot(const char *path)
{
	size_t n;

	for (; (n = next_component(&path)); path += n)
		if (n == 2 && !strncmp(path, "..", 2))
			return true;
	return false;
}

char *spec_target(const char *path)
{
	char *copy = keep(path), *out = copy;
	size_t n;

	for (; (n = next_component(&path)); path += n) {
		*out++ = '/';
		memcpy(out, path, n);
		out += n;
	}
	*out = '\0';
	return copy;
}

int spec_check_target(const char *path, const char *origin, struct err *e)
{
	const char *why = NULL, *first = path;

	if (!*path)
		why = "the destination is empty";
	else if (*path != '/')
		why = "the destination must be an absolute path";
	else if (has_dotdot(path))
		why = "the destination must not contain '..'";
	else if (strlen(path) >= PATH_MAX)
		return err_set(e, ENAMETOOLONG, "%s: destination '%.60s...'", origin, path);
	else if (!next_component(&first))
		why = "the destination is the root itself";
	return why ? err_set(e, 0, "%s: '%s': %s", origin, path, why) : 0;
}

/* Cuts the next comma-separated word off *at; NULL at the end. */
static char *next_word(char **at)
{
	char *word = *at;

	if (!word)
		return NULL;
	*at = strchr(word, ',');
	if (*at)
		*(*at)++ = '\0';
	return word;
}

int spec_bind(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *copy = keep(text);
	char *target = strchr(copy, ':');
	char *opts, *word;
	struct step *s;

	if (!target || target == copy)
		return err_set(e, 0, "--bind: '%s': SRC:DST[:OPTIONS] is expected", text);
	*target++ = '\0';
	opts = strchr(target, ':');
	if (opts)
		*opts++ = '\0';
	if (spec_check_target(target, "--bind", e) < 0)
		return -1;
	s = plan_add(p, STEP_BIND, "--bind");
	s->source = keep(copy);
	s->target = spec_target(target);
	s->recursive = s->make_target = true;
	s->propagation = MS_PRIVATE;
	while ((word = next_word(&opts)))
		if (!strcmp(word, "copy"))
			s->fill = true;
		else if (!mountopt_apply(s, word))
			return err_set(e, 0, "--bind: '%s': unknown mount option '%s'", text, word);
	return 0;
}

/* Checks a word that is tmpfs's own (tmpfs(5)); true when it may be passed on. */
static bool is_tmpfs_option(const char *word)
{
	const char *value = strchr(word, '=');
	size_t n = value ? (size_t)(value - word) : strlen(word);
	uint64_t number;
	mode_t mode;
	char digits[32];

	if (!value)
		return false;
	value++;
	if (n == 4 && !strncmp(word, "mode", n))
		return num_mode(value, &mode) == 0;
	if ((n == 3 && (!strncmp(word, "uid", n) || !strncmp(word, "gid", n))))
		return num_u64(value, 0, UINT32_MAX - 1, &number) == 0;
	if (!(n == 4 && !strncmp(word, "size", n)) && !(n == 9 && !strncmp(word, "nr_inodes", n)))
		return false;
	n = strlen(value);
	if (n > 1 && n < sizeof(digits) && value[n - 1] == '%') {
		memcpy(digits, value, n - 1);
		digits[n - 1] = '\0';
		return num_u64(digits, 0, 100, &number) == 0;
	}
	return num_size(value, &number) == 0 && n > 0 && !strchr(value, '.');
}

/* Appends a word to a comma-separated list in buf; false when it does not fit. */
static bool append(char *buf, size_t size, const char *word)
{
	size_t used = strlen(buf);
	int n = snprintf(buf + used, size - used, "%s%s", used ? "," : "", word);

	return n >= 0 && (size_t)n < size - used;
}

int spec_tmpfs(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *copy = keep(text);
	char *opts = strchr(copy, ':');
	char own[512] = "", words[256], options[800];
	char *word;
	struct step *s;

	if (opts)
		*opts++ = '\0';
	if (spec_check_target(copy, "--tmpfs", e) < 0)
		return -1;
	s = plan_add(p, STEP_FS, "--tmpfs");
	s->source = keep("tmpfs");
	s->type = keep("tmpfs");
	s->target = spec_target(copy);
	s->make_target = true;
	s->attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	while ((word = next_word(&opts))) {
		if (mountopt_apply_attribute(s, word))
			continue;
		if (!is_tmpfs_option(word))
			return err_set(e, 0, "--tmpfs: '%s': unknown or wrong mount option '%s'", text, word);
		if (!append(own, sizeof(own), word))
			return err_set(e, E2BIG, "--tmpfs: '%.100s...'", text);
	}
	mountopt_words(s, words, sizeof(words));
	snprintf(options, sizeof(options), "%s%s", words, own);
	s->options = keep(options);
	return 0;
}

int spec_dir(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *copy = keep(text);
	char *mode_text = strrchr(copy, ':');
	mode_t mode = 0755;
	struct step *s;

	if (mode_text)
		*mode_text++ = '\0';
	if (mode_text && num_mode(mode_text, &mode) < 0)
		return err_set(e, 0, "--dir: '%s': the mode must be octal", text);
	if (spec_check_target(copy, "--dir", e) < 0)
		return -1;
	s = plan_add(p, STEP_DIR, "--dir");
	s->target = spec_target(copy);
	s->mode = mode;
	return 0;
}

int spec_symlink(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *copy = keep(text);
	char *link = strrchr(copy, ':');
	struct step *s;

	if (!link || link == copy)
		return err_set(e, 0, "--symlink: '%s': TARGET:LINK is expected", text);
	*link++ = '\0';
	if (spec_check_target(link, "--symlink", e) < 0)
		return -1;
	s = plan_add(p, STEP_SYMLINK, "--symlink");
	s->source = keep(copy);
	s->target = spec_target(link);
	return 0;
}

/* Whether the words are r, w and m, each at most once. */
static bool is_access(const char *s)
{
	return *s && !s[strspn(s, "rwm")] && !strchr(s + 1, s[0]) && (!s[1] || !strchr(s + 2, s[1]));
}

int spec_device(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *copy = keep(text);
	char *target = strchr(copy, ':'), *access = NULL;
	struct step *s;

	if (target)
		*target++ = '\0';
	/* HOST:rwm is HOST:HOST:rwm. */
	if (target && *target != '/' && is_access(target))
		access = target;
	else if (target && (access = strchr(target, ':')))
		*access++ = '\0';
	if (!target || access == target)
		target = copy;
	if (!*copy || (access && !is_access(access)))
		return err_set(e, 0, "--device: '%s': HOST[:PATH[:rwm]] is expected", text);
	if (spec_check_target(target, "--device", e) < 0)
		return -1;
	s = plan_add(p, STEP_DEVICE, "--device");
	s->source = keep(copy);
	s->target = spec_target(target);
	return 0;
}

int spec_file(struct plan *p, const char *fd, const char *target, struct err *e)
{
	struct step *s;
	int number;

	if (fd_parse(fd, &number, e) < 0 || spec_check_target(target, "--file", e) < 0)
		return -1;
	s = plan_add(p, STEP_FILE, "--file");
	s->target = spec_target(target);
	s->fd = number;
	return 0;
}

/* Writes a path as overlay reads it in its options: a backslash quotes ':' (between lower layers) and ','. Ours is
 * added before a bare comma, one that is there is kept. */
static void put_overlay_path(FILE *out, const char *path, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (path[i] == ',' && (i == 0 || path[i - 1] != '\\'))
			fputc('\\', out);
		fputc(path[i], out);
	}
}

int spec_overlay(const char *text, char **ret, struct err *e)
{
	const char *work = strrchr(text, ',');
	const char *upper = work;
	size_t n;
	FILE *out;

	while (upper && upper > text && *--upper != ',')
		;
	if (!work || upper == text || !work[1] || upper + 1 == work)
		return err_set(e, 0, "--overlay: '%s': LOWER[:LOWER...],UPPER,WORK is expected", text);
	out = open_memstream(ret, &n);
	if (!out)
		return err_set(e, errno, "--overlay");
	fputs("lowerdir=", out);
	put_overlay_path(out, text, (size_t)(upper - text));
	fputs(",upperdir=", out);
	put_overlay_path(out, upper + 1, (size_t)(work - upper - 1));
	fputs(",workdir=", out);
	put_overlay_path(out, work + 1, strlen(work + 1));
	if (fclose(out) != 0)
		return err_set(e, ENOMEM, "--overlay");
	return 0;
}
