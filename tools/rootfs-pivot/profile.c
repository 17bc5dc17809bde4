/*
 * profile.c - what a profile hides, protects and takes away.
 *
 * A file is hidden by the host's /dev/null (proved to be that device; CVE-2025-31133), read-only, so that nothing
 * inside changes the host's inode; a directory by an empty read-only tmpfs. Each is made once and cloned for the
 * others: a clone has the attributes of what it is cloned from, and costs a fifth of a new tmpfs.
 */
#include "profile.h"

#include "kernel.h"

#include "common/fd.h"
#include "common/inroot.h"
#include "common/shielded.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const char *const nothing[] = {NULL};

int profile_parse(const char *name, enum profile *ret, struct err *e)
{
	if (!strcmp(name, "default"))
		*ret = PROFILE_DEFAULT;
	else if (!strcmp(name, "privileged"))
		*ret = PROFILE_PRIVILEGED;
	else if (!strcmp(name, "none"))
		*ret = PROFILE_NONE;
	else
		return err_set(e, 0, "--profile: '%s': default, privileged or none is expected", name);
	return 0;
}

const char *const *profile_masked(const struct plan *p)
{
	return p->profile == PROFILE_DEFAULT && !p->open_paths ? shielded_masked : nothing;
}

const char *const *profile_read_only(const struct plan *p)
{
	return p->profile == PROFILE_DEFAULT && !p->open_paths ? shielded_read_only : nothing;
}

/* The two things that hide: each -1 until it is needed, then attached somewhere and good for cloning. */
struct hiders {
	int null, empty;
};

/* The first cover of a file: a clone of the host's /dev/null. */
static int make_null(int *ret, struct err *e)
{
	AUTO_FD tree = tree_clone(AT_FDCWD, "/dev/null", false);
	struct stat st;

	if (tree < 0 || fstat(tree, &st) < 0)
		return err_set(e, errno, "open the host's '/dev/null'");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return err_set(e, 0, "the host's '/dev/null' is not the null device");
	if (tree_setattr(tree, false, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, MS_PRIVATE) < 0)
		return err_set(e, errno, "protect the host's '/dev/null'");
	*ret = fd_take(&tree);
	return 0;
}

/* Hides a file. */
static int hide_file(struct hiders *h, int target, const char *path, struct err *e)
{
	AUTO_FD tree = -1;

	if (h->null < 0) {
		if (make_null(&h->null, e) < 0)
			return -1;
		return tree_attach(h->null, target) < 0 ? err_set(e, errno, "hide '%s'", path) : 0;
	}
	tree = tree_clone(h->null, "", false);
	if (tree < 0 || tree_attach(tree, target) < 0)
		return err_set(e, errno, "hide '%s'", path);
	return 0;
}

/* Hides a directory. The new tmpfs is found again by its path: the kernel's proc and sys change under nobody's hands.
 */
static int hide_dir(struct mounter *m, struct hiders *h, int root, int target, const char *path, struct err *e)
{
	AUTO_FD tree = -1;

	if (h->empty < 0) {
		if (mount_fs(m, "tmpfs", "tmpfs", "ro,nosuid,nodev,noexec,size=4k,nr_inodes=2", target, path, e) < 0)
			return -1;
		return inroot_open(root, path, O_PATH | O_DIRECTORY, &h->empty, e);
	}
	tree = tree_clone(h->empty, "", false);
	if (tree < 0 || tree_attach(tree, target) < 0)
		return err_set(e, errno, "hide '%s'", path);
	return 0;
}

/* Opens a path that may be missing: *ret_fd is -1 then. */
static int open_existing(int root, const char *path, int *ret_fd, struct err *e)
{
	if (inroot_open(root, path, O_PATH, ret_fd, e) == 0)
		return 0;
	*ret_fd = -1;
	return e->code == ENOENT || e->code == ENOTDIR ? 0 : -1;
}

/* Hides one path, whatever it is. */
static int hide(struct mounter *m, struct hiders *h, int root, const char *path, struct err *e)
{
	AUTO_FD target = -1;
	struct stat st;

	if (open_existing(root, path, &target, e) < 0)
		return -1;
	if (target < 0)
		return 0;
	if (fstat(target, &st) < 0)
		return err_set(e, errno, "hide '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return hide_file(h, target, path, e);
	return refuse_root(root, target, "hide", path, e) < 0 ? -1 : hide_dir(m, h, root, target, path, e);
}

/* Makes one path read-only, with everything below: bound on itself. */
static int protect(int root, const char *path, struct err *e)
{
	AUTO_FD target = -1;
	AUTO_FD tree = -1;

	if (open_existing(root, path, &target, e) < 0)
		return -1;
	if (target < 0)
		return 0;
	if (refuse_root(root, target, "make read-only", path, e) < 0)
		return -1;
	tree = tree_clone(target, "", true);
	if (tree < 0 || tree_setattr(tree, true, MOUNT_ATTR_RDONLY, 0, MS_PRIVATE) < 0 || tree_attach(tree, target) < 0)
		return err_set(e, errno, "make '%s' read-only", path);
	return 0;
}

/* All of it; the read-only ones first, so that a clone of theirs takes no cover with it. */
static int shield(struct mounter *m, struct hiders *h, const struct plan *p, int root, struct err *e)
{
	for (const char *const *path = profile_read_only(p); *path; path++)
		if (protect(root, *path, e) < 0)
			return -1;
	for (size_t i = 0; i < p->read_only.n; i++)
		if (protect(root, p->read_only.v[i], e) < 0)
			return -1;
	for (const char *const *path = profile_masked(p); *path; path++)
		if (hide(m, h, root, *path, e) < 0)
			return -1;
	for (size_t i = 0; i < p->mask.n; i++)
		if (hide(m, h, root, p->mask.v[i], e) < 0)
			return -1;
	return 0;
}

int profile_shield(struct mounter *m, const struct plan *p, int root, struct err *e)
{
	struct hiders h = {-1, -1};
	int r = shield(m, &h, p, root, e);

	fd_close(&h.null);
	fd_close(&h.empty);
	return r;
}

int profile_caps(const struct plan *p, land_caps *ret, struct err *e)
{
	*ret = p->profile == PROFILE_DEFAULT ? land_caps_bounded(land_caps_default()) : land_caps_all();
	for (size_t i = 0; i < p->caps.n; i++)
		if (land_caps_change(ret, p->caps.v[i] + 1, *p->caps.v[i] == '+', e) < 0)
			return -1;
	return 0;
}

int profile_ambient(const struct plan *p, land_caps bounding, land_caps *ret, struct err *e)
{
	*ret = 0;
	for (size_t i = 0; i < p->ambient.n; i++) {
		unsigned int cap = 0;

		if (land_caps_parse(p->ambient.v[i], &cap, e) < 0)
			return -1;
		if (!(bounding >> cap & 1)) {
			err_set(e, 0, "--cap-ambient: '%.40s' is not kept at all", p->ambient.v[i]);
			return err_hint(e, "--cap-add keeps it");
		}
		*ret |= (land_caps)1 << cap;
	}
	return 0;
}
