/* label.c - see label.h */
#include "common/label.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reads 'current'; false when the kernel or its module has none (EINVAL), or the process is gone, which others find
 * out. */
static bool read_current(int dir, const char *path, char text[LABEL_MAX])
{
	errno = 0;
	return file_read_line(dir, path, text, LABEL_MAX) > 0;
}

/* Cuts the mode off a profile: "docker-default (enforce)". */
static void cut_mode(char *text)
{
	char *mode = strrchr(text, '(');

	if (mode && mode > text && mode[-1] == ' ')
		mode[-1] = '\0';
}

int label_read(int dir, struct label *ret, struct err *e)
{
	char text[LABEL_MAX] = "";
	bool own_directory = read_current(dir, "attr/apparmor/current", text);
	bool is_context;
	int n;

	ret->file = NULL;
	if (!own_directory && errno != EFBIG && !read_current(dir, "attr/current", text) && errno != EFBIG)
		return 0;
	if (errno == EFBIG)
		return err_set(e, errno, "the target's security label");
	/* user:role:type:level; AppArmor has no colon but in the names of its namespaces, ":ns://profile". */
	is_context = !own_directory && text[0] != ':' && strchr(text, ':') && text[strlen(text) - 1] != ')';
	if (!is_context)
		cut_mode(text);
	if (strcmp(text, "unconfined") == 0)
		return 0;
	n = snprintf(ret->text, sizeof(ret->text), "%s%s", is_context ? "" : "exec ", text);
	if (n < 0 || (size_t)n >= sizeof(ret->text))
		return err_set(e, ENAMETOOLONG, "the target's security label");
	ret->file = own_directory ? "/proc/self/attr/apparmor/exec" : "/proc/self/attr/exec";
	return 0;
}

int label_profile(const char *name, struct label *ret, struct err *e)
{
	ret->file = NULL;
	if (!strcmp(name, "unconfined"))
		return 0;
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			name = "";
	if (!*name || (size_t)snprintf(ret->text, sizeof(ret->text), "exec %s", name) >= sizeof(ret->text))
		return err_set(e, EINVAL, "a name of a profile of AppArmor");
	ret->file = access("/proc/self/attr/apparmor/exec", F_OK) == 0 ? "/proc/self/attr/apparmor/exec"
	                                                               : "/proc/self/attr/exec";
	return 0;
}

int label_take(const struct label *l, struct err *e)
{
	if (!l->file || file_write_kernel(AT_FDCWD, l->file, l->text, e) == 0)
		return 0;
	err_set(e, e->code, "take the security label '%s'", l->text);
	if (e->code == ENOENT)
		return err_hint(e, "no such profile is loaded: 'apparmor_parser -r FILE' does, 'aa-status' lists them");
	if (e->code == EINVAL)
		return err_hint(e, "the kernel's security module is off, or does not know it");
	return err_hint(e, "the security module must allow this process to change to it");
}
