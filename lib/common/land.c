/*
 * land.c - the landing: the last steps before the command, each of which gives something up.
 *
 * Theory. What the command gets is decided by execve(2) from what is set here (capabilities(7)): for uid 0 its
 * permitted set becomes the bounding set, so that is what bounds root; for another uid it becomes the ambient set,
 * empty unless asked for. The inheritable set is otherwise kept empty too, because files with inheritable capabilities
 * would add it back (CVE-2022-24769). The working directory is entered while privileged, as other runtimes do, since an
 * image's WORKDIR may be closed to its USER; getcwd(2) then proves that it lies below the root (CVE-2024-21626): the
 * kernel answers "(unreachable)..." when it does not.
 */
#include "common/land.h"

#include "common/fd.h"
#include "common/inroot.h"
#include "common/seccomp.h"
#include "common/sig.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(cap) ((land_caps)1 << (cap))

land_caps land_caps_default(void)
{
	return BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) | BIT(CAP_FSETID) | BIT(CAP_KILL) |
	       BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP) | BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SYS_CHROOT) |
	       BIT(CAP_SETFCAP);
}

const char *land_caps_name(unsigned int cap)
{
	return capng_capability_to_name(cap);
}

land_caps land_caps_bounded(land_caps of)
{
	land_caps held = 0;

	for (unsigned int cap = 0; cap < 64; cap++) {
		int r = of & BIT(cap) ? prctl(PR_CAPBSET_READ, (unsigned long)cap, 0, 0, 0) : 0;

		if (r < 0)
			break; /* the kernel knows this one and those behind it not */
		if (r)
			held |= BIT(cap);
	}
	return held;
}

land_caps land_caps_all(void)
{
	return land_caps_bounded(~(land_caps)0);
}

int land_caps_parse(const char *name, unsigned int *ret, struct err *e)
{
	int cap = capng_name_to_capability(strncasecmp(name, "cap_", 4) ? name : name + 4);

	if (cap < 0 || cap >= 64)
		return err_set(e, 0, "no capability is called '%.40s'", name);
	*ret = (unsigned int)cap;
	return 0;
}

int land_caps_change(land_caps *set, const char *name, bool add, struct err *e)
{
	unsigned int cap = 0;

	if (!strcasecmp(name, "all")) {
		*set = add ? land_caps_all() : 0;
		return 0;
	}
	if (land_caps_parse(name, &cap, e) < 0)
		return -1;
	if (!add) {
		*set &= ~BIT(cap);
		return 0;
	}
	if (!land_caps_bounded(BIT(cap))) {
		err_set(e, 0, "capability '%.40s' cannot be added: it is not in this process's own bounding set", name);
		return err_hint(e, "compare CapBnd in /proc/self/status, and 'capsh --print'");
	}
	*set |= BIT(cap);
	return 0;
}

/* Proves that the working directory is below the root. */
static int prove_cwd(const char *path, struct err *e)
{
	char now[PATH_MAX];

	if (!getcwd(now, sizeof(now)))
		return err_set(e, errno, "find out the working directory '%s'", path);
	if (*now != '/')
		return err_set(e, 0, "working directory '%s': it lies outside the root", path);
	return 0;
}

/* Enters the working directory; *ret_later when this needs to be tried again as the user (root on a network file system
 * may be nobody). */
static int enter_cwd(const struct landing *l, bool *ret_later, struct err *e)
{
	const char *path = l->cwd ? l->cwd : "/";
	AUTO_FD root = -1;
	AUTO_FD dir = -1;
	int r;

	*ret_later = false;
	if (*path != '/')
		return err_set(e, 0, "working directory '%s': the path must be absolute", path);
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return err_set(e, errno, "open the root");
	r = l->cwd_make ? inroot_mkdir_p(root, path, 0755, (uid_t)-1, (gid_t)-1, &dir, e)
	                : inroot_open(root, path, O_PATH | O_DIRECTORY, &dir, e);
	if (r == 0 && fchdir(dir) < 0)
		r = err_set(e, errno, "enter the working directory '%s'", path);
	if (r < 0 && e->code == EACCES && l->ids.uid != 0) {
		*ret_later = true;
		return 0;
	}
	return r < 0 ? -1 : prove_cwd(path, e);
}

/* The second attempt, with the user's own rights. */
static int enter_cwd_as_user(const char *path, struct err *e)
{
	if (chdir(path) < 0)
		return err_set(e, errno, "enter the working directory '%s'", path);
	return prove_cwd(path, e);
}

/* Whether every group that the process has is wanted, or has no name in this user namespace (65534, overflowgid). */
static bool groups_harmless(const struct land_ids *ids)
{
	gid_t now[LAND_GROUPS_MAX];
	int n = getgroups(LAND_GROUPS_MAX, now);

	for (int i = 0; i < n; i++) {
		size_t k = 0;

		while (k < ids->n_groups && ids->groups[k] != now[i])
			k++;
		if (k == ids->n_groups && now[i] != 65534)
			return false;
	}
	return n >= 0;
}

/* Sets the supplementary groups. A user namespace made without privilege denies setgroups(2); then nothing is lost if
 * there is nothing to drop. */
static int set_groups(const struct land_ids *ids, struct err *e)
{
	int code;

	if (setgroups(ids->n_groups, ids->groups) == 0 || (errno == EPERM && groups_harmless(ids)))
		return 0;
	code = errno;
	err_set(e, code, "set the supplementary groups");
	if (code == EINVAL)
		err_hint(e, "a group has no mapping in this user namespace (gid_map)");
	return -1;
}

/* Sets both ids, keeping the permitted capabilities for the next step. */
static int set_ids(const struct land_ids *ids, struct err *e)
{
	int code;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "keep capabilities over the change of user");
	if (setresgid(ids->gid, ids->gid, ids->gid) == 0 && setresuid(ids->uid, ids->uid, ids->uid) == 0) {
		prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
		return 0;
	}
	code = errno;
	err_set(e, code, "become user %u, group %u", ids->uid, ids->gid);
	if (code == EINVAL)
		err_hint(e, "they have no mapping in this user namespace (uid_map, gid_map)");
	return -1;
}

/* Loads libcap-ng's state: which capabilities are to be in which set. */
static void plan_caps(land_caps permitted, land_caps inheritable, land_caps ambient)
{
	capng_clear(CAPNG_SELECT_ALL);
	for (unsigned int cap = 0; cap < 64; cap++) {
		unsigned int type = 0;

		if (permitted & BIT(cap))
			type |= CAPNG_PERMITTED | CAPNG_EFFECTIVE;
		if (inheritable & BIT(cap))
			type |= CAPNG_INHERITABLE;
		if (ambient & BIT(cap))
			type |= CAPNG_AMBIENT;
		if (type)
			capng_update(CAPNG_ADD, (capng_type_t)type, cap);
	}
}

/* Asked of the kernel, because libcap-ng's own answer opens /proc, which is the image's by now. */
void land_caps_now(struct land_caps_now *ret)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	*ret = (struct land_caps_now){0};
	if (syscall(SYS_capget, &head, data) < 0)
		return;
	ret->permitted = data[0].permitted | (land_caps)data[1].permitted << 32;
	ret->inheritable = data[0].inheritable | (land_caps)data[1].inheritable << 32;
	/* What is ambient is inheritable, too. */
	for (unsigned int cap = 0; cap < 64; cap++)
		if ((ret->inheritable & BIT(cap)) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (unsigned long)cap, 0, 0) == 1)
			ret->ambient |= BIT(cap);
}

/* What is not in the set need not be dropped, and may not be droppable. */
int land_caps_bound(land_caps keep, struct err *e)
{
	for (unsigned int cap = 0; cap < 64; cap++) {
		if ((keep & BIT(cap)) || prctl(PR_CAPBSET_DROP, (unsigned long)cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL)
			break; /* the kernel knows this one and those behind it not */
		if (!land_caps_bounded(BIT(cap)))
			continue;
		err_set(e, EPERM, "drop '%s' from the capability bounding set", land_caps_name(cap));
		return err_hint(e, "CAP_SETPCAP is needed; 'nsrun --user --map-root-user' gives it");
	}
	return 0;
}

/* Makes the plan true. */
static int apply_caps(struct err *e)
{
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return err_set(e, errno, "set the capabilities");
	if (capng_apply(CAPNG_SELECT_AMBIENT) < 0)
		return err_set(e, errno, "set the ambient capabilities");
	return 0;
}

int land_caps_inherit(land_caps inheritable, land_caps ambient, struct err *e)
{
	land_caps permitted, missing;
	struct land_caps_now now;

	land_caps_now(&now);
	permitted = now.permitted;
	missing = ambient & ~permitted;
	if (missing) {
		err_set(e, EPERM, "raise ambient capability '%s'",
		        land_caps_name((unsigned int)__builtin_ctzll(missing)));
		return err_hint(e, "it is not permitted to this process itself");
	}
	plan_caps(permitted, inheritable | ambient, ambient);
	return apply_caps(e);
}

int land_caps_keep(struct err *e)
{
	struct land_caps_now now;

	land_caps_now(&now);
	return land_caps_inherit(now.permitted, now.permitted, e);
}

/* Groups, ids and capabilities, in the order in which each is still allowed. */
static int drop(const struct landing *l, struct err *e)
{
	struct land_caps_now now;
	land_caps bounding, ambient;

	land_caps_now(&now);
	bounding = l->bounding & now.permitted;
	ambient = l->ambient & bounding;

	if (l->keep_caps_for_user && l->ids.uid != 0)
		ambient = bounding;
	if (land_caps_bound(bounding, e) < 0 || set_groups(&l->ids, e) < 0 || set_ids(&l->ids, e) < 0)
		return -1;
	plan_caps(l->ids.uid == 0 ? bounding : ambient, ambient, ambient);
	return apply_caps(e);
}

/* Leaves the caller's session keyring for a fresh, anonymous one; a kernel without keyrings has nothing to leave. */
static int fresh_keyring(struct err *e)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS && errno != EPERM) {
		err_set(e, errno, "make a session keyring");
		return err_hint(e, "see /proc/sys/kernel/keys/maxkeys");
	}
	return 0;
}

/* Installs the system call filter, if there is to be one. */
static int load_filter(const struct landing *l, struct err *e)
{
	if (l->own_filter && seccomp_terminal_load(e) < 0)
		return -1;
	if (l->own_filter)
		return seccomp_install(l->own_filter->code, l->own_filter->n, l->own_filter->flags, e);
	return l->filter ? seccomp_default_load(l->bounding, e) : 0;
}

int land_new_session(struct err *e)
{
	if (setsid() >= 0 || getsid(0) == getpid())
		return 0;
	err_set(e, errno, "start a new session");
	return err_hint(e, "the process leads a group of its caller's shell; start it as a child (nsrun)");
}

/* Closes the descriptors of the caller. */
static int close_fds(const struct landing *l, struct err *e)
{
	if (fd_close_from(STDERR_FILENO + 1, l->keep_fds, l->n_keep_fds) == 0)
		return 0;
	err_set(e, errno, "close the caller's descriptors");
	return err_hint(e,
	                "close_range(2) is missing, and the root's '/proc' does not list them (rootfs-pivot --proc)");
}

int land(const struct landing *l, struct err *e)
{
	bool cwd_later;

	if (l->reset_signals)
		sig_reset();
	if (enter_cwd(l, &cwd_later, e) < 0)
		return -1;
	if (l->new_keyring && fresh_keyring(e) < 0)
		return -1;
	if (l->limits && limits_apply(l->limits, 0, e) < 0)
		return -1;
	/* Without no_new_privs only CAP_SYS_ADMIN may install a filter, and it is about to go. */
	if (!l->no_new_privs && load_filter(l, e) < 0)
		return -1;
	if (drop(l, e) < 0)
		return -1;
	if (cwd_later && enter_cwd_as_user(l->cwd, e) < 0)
		return -1;
	if (l->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "set no_new_privs");
	if (close_fds(l, e) < 0)
		return -1;
	umask(l->umask);
	return l->no_new_privs ? load_filter(l, e) : 0;
}
