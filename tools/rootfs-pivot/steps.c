/*
 * steps.c - see steps.h
 */
#include "steps.h"

#include "common/fd.h"
#include "common/inroot.h"
#include "dev.h"
#include "fill.h"
#include "kernel.h"
#include "make.h"
#include "mapids.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Gives a clone the ids that its files shall seem to have. */
static int map_ids(const struct step *s, int tree, struct err *e)
{
	if (tree_idmap(tree, s->recursive, s->userns) == 0)
		return 0;
	err_set(e, errno, "%s: map the ids of '%s'", s->origin, s->source);
	if (e->code == EINVAL)
		return err_hint(e, "the file system, or one that is mounted below it, cannot do it (then try 'bind')");
	hint_privilege(e);
	return -1;
}

/* Clones a source (a path, or "" for the descriptor dirfd) with its attributes and propagation already on it. */
static int clone_source(struct step *s, int dirfd, const char *path, int *ret_tree, struct err *e)
{
	AUTO_FD tree = tree_clone(dirfd, path, s->recursive);
	int code = errno;

	if (tree < 0) {
		err_set(e, code, "%s: clone the source '%s'", s->origin, s->source);
		if (code == EINVAL)
			return err_hint(e, "it is unbindable, or covers what one may not see (then bind recursively)");
		hint_privilege(e);
		return -1;
	}
	if (tree_setattr(tree, s->recursive, s->attr_set, s->attr_clear, s->propagation) < 0)
		return err_set(e, errno, "%s: set the mount options of '%s'", s->origin, s->source);
	if (s->idmap && map_ids(s, tree, e) < 0)
		return -1;
	*ret_tree = fd_take(&tree);
	return 0;
}

/* Opens the user namespace of an idmapped bind. */
static int open_idmap(struct step *s, struct err *e)
{
	struct err cause = {0};

	if (mapids_open(s->idmap, &s->userns, &cause) == 0)
		return 0;
	return err_set(e, cause.code, "%s: %s", s->origin, cause.text);
}

/* Opens one source. Only one that stays a peer or slave of the host's is cloned now, before the old tree is cut off;
 * the others are when their turn comes, so that the mount table lists the mounts in the order given. */
static int open_source(struct step *s, struct err *e)
{
	s->tree = open(s->source, O_PATH | O_CLOEXEC);
	if (s->tree < 0 && errno == ENOENT && s->nofail)
		return 0;
	if (s->tree < 0 || fstat(s->tree, &s->st) < 0)
		return err_set(e, errno, "%s: open the source '%s'", s->origin, s->source);
	if (s->kind == STEP_DEVICE && !S_ISCHR(s->st.st_mode) && !S_ISBLK(s->st.st_mode))
		return err_set(e, 0, "%s: '%s': not a device", s->origin, s->source);
	if (s->idmap && open_idmap(s, e) < 0)
		return -1;
	if (s->kind == STEP_DEVICE || s->propagation == MS_PRIVATE)
		return 0;
	fd_close(&s->tree);
	return clone_source(s, AT_FDCWD, s->source, &s->tree, e);
}

int steps_open_sources(struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if ((p->step[i].kind == STEP_BIND || p->step[i].kind == STEP_DEVICE) && open_source(&p->step[i], e) < 0)
			return -1;
	return 0;
}

/* Whether a descriptor lies on a proc file system. */
static bool on_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Nothing is laid on proc but what the profile lays there: a program that reads /proc/self/... would be told lies
 * (CVE-2019-16884). The path tells it early, the descriptor whatever links are in the way. */
static int refuse_proc(const struct step *s, int target, struct err *e)
{
	bool named = !strncmp(s->target, "/proc", 5) && (s->target[5] == '/' || !s->target[5]);
	bool is_proc = s->kind == STEP_FS && !strcmp(s->type, "proc") && !strcmp(s->target, "/proc");

	if (target < 0 ? named && !is_proc : on_proc(target))
		return err_set(e, 0, "%s: '%s': nothing may be mounted on /proc or below", s->origin, s->target);
	return 0;
}

/* Words why a mount point cannot be had. */
static int fail_target(const struct step *s, bool dir, const struct err *cause, struct err *e)
{
	err_set(e, cause->code, "%s: %s", s->origin, cause->text);
	if (cause->code == ENOTDIR && dir)
		err_hint(e, "what is mounted is a directory, the destination is not");
	else if (cause->code == EISDIR)
		err_hint(e, "what is mounted is a file, the destination is a directory");
	else if (cause->code == ENOENT && !s->make_target)
		err_hint(e, "X-mount.mkdir makes it");
	return -1;
}

/* Opens (and makes) a mount point. The system's own directories may not be links: an image could hand out another
 * directory as its /dev. */
static int open_target(const struct step *s, int root, bool dir, int *ret_fd, struct err *e)
{
	static const char *const own[] = {"/proc", "/sys", "/dev"};
	struct err cause = {0};
	int r;

	if (refuse_proc(s, -1, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (!strcmp(s->target, own[i]))
			return system_dir(root, own[i] + 1, own[i], ret_fd, e);
	if (!s->make_target)
		r = inroot_open(root, s->target, dir ? O_PATH | O_DIRECTORY : O_PATH, ret_fd, &cause);
	else if (dir)
		r = inroot_mkdir_p(root, s->target, s->mode, (uid_t)-1, (gid_t)-1, ret_fd, &cause);
	else
		r = inroot_file(root, s->target, ret_fd, &cause);
	if (r < 0)
		return fail_target(s, dir, &cause, e);
	return refuse_root(root, *ret_fd, s->origin, s->target, e) < 0 ? -1 : refuse_proc(s, *ret_fd, e);
}

/* Gives a new volume what the image has at its place. What the kernel has there (a link leads to /sys) is no part of the
 * image, and nothing of it is hidden yet. */
static int fill(const struct step *s, int target, int source, struct err *e)
{
	if (!s->fill || !S_ISDIR(s->st.st_mode) || is_kernel_fs(target))
		return 0;
	return fill_volume(target, source, s->target, e);
}

/* Attaches the clone of the source. */
static int apply_bind(struct step *s, int root, struct err *e)
{
	AUTO_FD source = fd_take(&s->tree);
	AUTO_FD target = -1;
	AUTO_FD tree = -1;

	if (source < 0)
		return 0;
	if (open_target(s, root, S_ISDIR(s->st.st_mode), &target, e) < 0)
		return -1;
	if (fill(s, target, source, e) < 0)
		return -1;
	if (s->propagation != MS_PRIVATE)
		tree = fd_take(&source);
	else if (clone_source(s, source, "", &tree, e) < 0)
		return -1;
	if (tree_attach(tree, target) < 0)
		return err_set(e, errno, "%s: bind '%s' on '%s'", s->origin, s->source, s->target);
	return 0;
}

/* Mounts a new file system. */
static int apply_fs(struct mounter *m, const struct step *s, int root, struct err *e)
{
	AUTO_FD target = -1;

	if (open_target(s, root, true, &target, e) < 0)
		return -1;
	return mount_fs(m, s->type, s->source, s->options, target, s->target, e);
}

/* Carries out one step. */
static int apply(struct mounter *m, struct plan *p, struct step *s, int root, struct err *e)
{
	switch (s->kind) {
	case STEP_BIND:
		return apply_bind(s, root, e);
	case STEP_FS:
		return apply_fs(m, s, root, e);
	case STEP_SYSTEM:
		return system_mount(m, root, s->type, s->target, s->options, e);
	case STEP_DEV:
		return dev_mount(m, root, p->shm_size, p->init, e);
	case STEP_CGROUPS:
		return system_cgroups(m, root, p->profile != PROFILE_PRIVILEGED, e);
	case STEP_DIR:
		return make_dir(s, root, e);
	case STEP_SYMLINK:
		return make_symlink(s, root, e);
	case STEP_DEVICE:
		return make_device(s, root, e);
	case STEP_FILE:
		return make_file(s, root, e);
	}
	return err_set(e, EINVAL, "%s", s->origin);
}

int steps_apply(struct mounter *m, struct plan *p, int root, struct err *e)
{
	/* Devices come last: whoever asks for one in /dev does not want it below the /dev that is mounted later. */
	for (int devices = 0; devices < 2; devices++)
		for (size_t i = 0; i < p->n_steps; i++)
			if ((p->step[i].kind == STEP_DEVICE) == devices && apply(m, p, &p->step[i], root, e) < 0)
				return -1;
	return 0;
}
