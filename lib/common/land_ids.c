/*
 * land_ids.c - who the command runs as, by the root's own /etc/passwd and /etc/group.
 *
 * The C library's getpwnam(3) is not used: inside a foreign root it would load the root's NSS modules into a privileged
 * process (CVE-2019-14271). The rules are docker's: a name or a number; a number need not be listed; without ":GROUP"
 * the groups that list the user are added; the primary group is among the supplementary ones, so that a file that
 * denies its group something denies it here too (CVE-2022-36109).
 */
#include "common/land_ids.h"

#include "common/fd.h"
#include "common/inroot.h"
#include "common/num.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define FILE_MAX (4u << 20)
/* (uid_t)-1 means "leave as it is" to the kernel. */
#define ID_MAX 0xfffffffeu

enum { PW_NAME, PW_PASSWORD, PW_UID, PW_GID, PW_GECOS, PW_HOME, PW_FIELDS };
enum { GR_NAME, GR_PASSWORD, GR_GID, GR_MEMBERS, GR_FIELDS };

/* Cuts the next line off *at; NULL at the end of the text. */
static char *next_line(char **at)
{
	char *line = *at;

	if (!line || !*line)
		return NULL;
	*at = strchr(line, '\n');
	if (*at)
		*(*at)++ = '\0';
	return line;
}

/* Cuts a line at its colons into n fields, what follows the last one is dropped; false when there are fewer. */
static bool split(char *line, char **field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		field[i] = line;
		line = strchr(line, ':');
		if (line)
			*line++ = '\0';
		else if (i + 1 < n)
			return false;
	}
	return true;
}

/* A user or group id: decimal, not (uid_t)-1. */
static bool parse_id(const char *s, uint32_t *ret)
{
	uint64_t n;

	if (num_u64(s, 0, ID_MAX, &n) < 0)
		return false;
	*ret = (uint32_t)n;
	return true;
}

/* Copies what fits; what does not is taken as unknown. */
static void keep_text(char *dst, size_t size, const char *src)
{
	size_t n = strlen(src);

	if (n < size)
		memcpy(dst, src, n + 1);
}

/* Finds a user by name, or by number when number is not NULL, and fills in ids, home and name. */
static bool find_user(char *passwd, const char *name, const uint32_t *number, struct land_ids *ret)
{
	char *f[PW_FIELDS], *line;
	uint32_t uid, gid;

	while ((line = next_line(&passwd))) {
		if (!split(line, f, PW_FIELDS) || !*f[PW_NAME] || !parse_id(f[PW_UID], &uid) ||
		    !parse_id(f[PW_GID], &gid))
			continue;
		if (number ? uid != *number : strcmp(f[PW_NAME], name) != 0)
			continue;
		ret->uid = uid;
		ret->gid = gid;
		if (*f[PW_HOME] == '/')
			keep_text(ret->home, sizeof(ret->home), f[PW_HOME]);
		keep_text(ret->name, sizeof(ret->name), f[PW_NAME]);
		return true;
	}
	return false;
}

/* Adds a supplementary group once. */
static int add_group(struct land_ids *ids, gid_t gid, struct err *e)
{
	for (size_t i = 0; i < ids->n_groups; i++)
		if (ids->groups[i] == gid)
			return 0;
	if (ids->n_groups == LAND_GROUPS_MAX)
		return err_set(e, 0, "the user has more than %d groups in the root's '/etc/group'", LAND_GROUPS_MAX);
	ids->groups[ids->n_groups++] = gid;
	return 0;
}

/* Whether a comma-separated list has the name. */
static bool lists(const char *members, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = members; *at; at += *at == ',') {
		size_t len = strcspn(at, ",");

		if (len == n && !strncmp(at, name, n))
			return true;
		at += len;
	}
	return false;
}

/* The wishes that the group file has to answer: one name each, found when gid is set. */
struct wish {
	const char *name;
	gid_t gid;
	bool found;
};

/* A group given by number is found at once. */
static struct wish make_wish(const char *text)
{
	struct wish w = {.name = text};
	uint32_t id;

	if (parse_id(text, &id)) {
		w.gid = id;
		w.found = true;
	}
	return w;
}

/* Reads the group file once: answers the wishes, and collects the groups that list the user (member NULL: none). */
static int scan_groups(char *group, struct wish *w, size_t n, const char *member, struct land_ids *ids, struct err *e)
{
	char *f[GR_FIELDS], *line;
	uint32_t gid;

	while ((line = next_line(&group))) {
		if (!split(line, f, GR_FIELDS) || !parse_id(f[GR_GID], &gid))
			continue;
		for (size_t i = 0; i < n; i++) {
			if (!w[i].found && !strcmp(w[i].name, f[GR_NAME])) {
				w[i].gid = gid;
				w[i].found = true;
			}
		}
		if (member && lists(f[GR_MEMBERS], member) && add_group(ids, gid, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (!w[i].found)
			return err_set(e, 0, "no group '%.64s' in the root's '/etc/group'", w[i].name);
	return 0;
}

/* Finds the user part of the specification. */
static int lookup_user(char *passwd, const char *user, struct land_ids *ret, struct err *e)
{
	uint32_t number;

	if (parse_id(user, &number)) {
		if (!find_user(passwd, NULL, &number, ret))
			ret->uid = number;
		return 0;
	}
	if (!*user || !find_user(passwd, user, NULL, ret))
		return err_set(e, 0, "no user '%.64s' in the root's '/etc/passwd'", user);
	return 0;
}

/* Finds the groups: primary (named explicitly, or by passwd), extra ones, and those that list the user unless there is
 * an explicit one. */
static int lookup_groups(char *group, const char *primary, char *const *extra, size_t n_extra, struct land_ids *ids,
                         struct err *e)
{
	struct wish w[LAND_GROUPS_MAX + 1];
	size_t n = 0;

	if (n_extra > LAND_GROUPS_MAX)
		return err_set(e, 0, "more than %d additional groups", LAND_GROUPS_MAX);
	if (primary)
		w[n++] = make_wish(primary);
	for (size_t i = 0; i < n_extra; i++)
		w[n++] = make_wish(extra[i]);
	/* Room for the primary group at the front, known only after the scan. */
	ids->groups[0] = ids->gid;
	ids->n_groups = 1;
	if (scan_groups(group, w, n, !primary && *ids->name ? ids->name : NULL, ids, e) < 0)
		return -1;
	if (primary)
		ids->gid = ids->groups[0] = w[0].gid;
	for (size_t i = primary ? 1 : 0; i < n; i++)
		if (add_group(ids, w[i].gid, e) < 0)
			return -1;
	return 0;
}

int land_lookup_text(char *passwd, char *group, const char *spec, char *const *extra, size_t n_extra,
                     struct land_ids *ret, struct err *e)
{
	const char *colon = spec ? strchr(spec, ':') : NULL;
	char user[256] = "0";

	memset(ret, 0, sizeof(*ret));
	ret->home[0] = '/';
	if (spec) {
		size_t n = colon ? (size_t)(colon - spec) : strlen(spec);

		if (n >= sizeof(user))
			return err_set(e, 0, "user '%.40s...': the name is too long", spec);
		if (colon && !colon[1])
			return err_set(e, 0, "user '%.64s': nothing behind the colon", spec);
		memcpy(user, spec, n);
		user[n] = '\0';
	}
	if (lookup_user(passwd, user, ret, e) < 0)
		return -1;
	return lookup_groups(group, colon ? colon + 1 : NULL, extra, n_extra, ret, e);
}

/* Reads one of the two files; one that is not there is NULL. */
static int read_file(int rootfd, const char *path, char **ret, struct err *e)
{
	size_t n;

	if (inroot_read(rootfd, path, FILE_MAX, ret, &n, e) == 0)
		return 0;
	*ret = NULL;
	return e->code == ENOENT || e->code == ENOTDIR ? 0 : -1;
}

int land_lookup(int rootfd, const char *spec, char *const *extra, size_t n_extra, struct land_ids *ret, struct err *e)
{
	AUTO_FREE char *passwd = NULL;
	AUTO_FREE char *group = NULL;

	if (read_file(rootfd, "/etc/passwd", &passwd, e) < 0 || read_file(rootfd, "/etc/group", &group, e) < 0)
		return -1;
	return land_lookup_text(passwd, group, spec, extra, n_extra, ret, e);
}
