/*
 * overlay.c - the overlay that NEWROOT becomes.
 *
 * mount(2) takes one page of options. When the layers' paths do not fit, they are opened and named by descriptor. In
 * a user namespace overlay may not write trusted.* attributes, without which a directory cannot hide the one below
 * it: there it keeps its marks in user.* (userxattr).
 */
#include "overlay.h"

#include "common/fd.h"
#include "spec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The inode of the first user namespace (PROC_USER_INIT_INO in include/linux/proc_ns.h), the same on every boot. */
#define INIT_USERNS_INO 0xEFFFFFFDu

/* Whether this is not the first user namespace. */
static bool in_user_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 && st.st_ino != INIT_USERNS_INO;
}

/* Copies the next path of a list, up to a bare ':' or the end at n, without its backslashes. Returns how much it
 * took. */
static size_t take_path(const char *list, size_t n, char path[PATH_MAX])
{
	size_t i = 0, o = 0;

	while (i < n && list[i] != ':' && o + 1 < PATH_MAX) {
		if (list[i] == '\\' && i + 1 < n)
			i++;
		path[o++] = list[i++];
	}
	path[o] = '\0';
	return i + (i < n && list[i] == ':');
}

/* The same specification with every lower layer named by a descriptor, which stays open until the landing. */
static int name_by_descriptor(const char *text, size_t n_lower, char **ret, struct err *e)
{
	char path[PATH_MAX];
	size_t at = 0, size;
	FILE *out = open_memstream(ret, &size);

	if (!out)
		return err_set(e, errno, "--overlay");
	while (at < n_lower) {
		int fd;

		at += take_path(text + at, n_lower - at, path);
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0) {
			err_set(e, errno, "--overlay: open the layer '%s'", path);
			fclose(out);
			return -1;
		}
		fprintf(out, "/proc/self/fd/%d%s", fd, at < n_lower ? ":" : "");
	}
	fputs(text + n_lower, out);
	return fclose(out) == 0 ? 0 : err_set(e, ENOMEM, "--overlay");
}

/* The length of the lower layers: up to the last comma but one. */
static size_t lower_length(const char *text)
{
	size_t n = strlen(text);

	for (int commas = 0; n > 0 && commas < 2;)
		commas += text[--n] == ',';
	return n;
}

/* The options for the kernel, in one page. */
static int make_options(const char *text, bool is_volatile, char **ret, struct err *e)
{
	const char *attributes = in_user_namespace() ? ",userxattr" : "", *sync = is_volatile ? ",volatile" : "";
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n;
	AUTO_FREE char *options = NULL;
	AUTO_FREE char *shorter = NULL;

	if (spec_overlay(text, &options, e) < 0)
		return -1;
	n = strlen(options) + strlen(attributes) + strlen(sync);
	if (n >= page) {
		if (name_by_descriptor(text, lower_length(text), &shorter, e) < 0)
			return -1;
		mem_free(&options);
		options = NULL;
		if (spec_overlay(shorter, &options, e) < 0)
			return -1;
		n = strlen(options) + strlen(attributes) + strlen(sync);
	}
	if (n >= page)
		return err_set(e, E2BIG, "--overlay: too many layers for one mount");
	return asprintf(ret, "%s%s%s", options, attributes, sync) < 0 ? err_set(e, ENOMEM, "--overlay") : 0;
}

int overlay_mount(struct mounter *m, const char *text, bool is_volatile, int target, const char *shown, struct err *e)
{
	AUTO_FREE char *options = NULL;

	if (make_options(text, is_volatile, &options, e) < 0)
		return -1;
	if (mount_fs(m, "overlay", "overlay", options, target, shown, e) == 0)
		return 0;
	if (e->code == ENODEV)
		err_hint(e, "this kernel has no overlay; copy the layers into one directory instead");
	return -1;
}
