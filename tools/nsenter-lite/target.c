/*
 * target.c - see target.h.
 */
#include "target.h"

#include "common/fd.h"
#include "common/num.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define PIDFS_MAGIC 0x50494446 /* linux/magic.h of Linux 6.9 */

/* Opens /proc/PID and proves, by the pidfd, that the pid was the process's all the while. */
static int open_dir(struct target *t, struct err *e)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%ld", (long)t->pid);
	t->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->dir < 0)
		return err_set(e, errno == ENOENT ? ESRCH : errno, "open process %ld", (long)t->pid);
	return target_check(t, e);
}

/* A bare pid: whoever has it now. */
static int open_pid(pid_t pid, struct target *ret, struct err *e)
{
	ret->pid = pid;
	ret->pidfd = sys_pidfd_open(pid, 0);
	if (ret->pidfd < 0)
		/* EINVAL and ENOENT: the number is a thread's, not a process's. */
		return err_set(e, errno == EINVAL || errno == ENOENT ? ESRCH : errno, "open process %ld", (long)pid);
	return open_dir(ret, e);
}

/* A process by its identity. */
static int open_id(const struct proc_id *id, struct target *ret, struct err *e)
{
	ret->pid = id->pid;
	return proc_open(id, &ret->pidfd, e) < 0 ? -1 : open_dir(ret, e);
}

/* Whether the process is the one whose pidfd has this inode number. Before Linux 6.9 all have the same. */
static int check_inode(const struct target *t, uint64_t inode, struct err *e)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(t->pidfd, &fs) < 0 || fstat(t->pidfd, &st) < 0)
		return err_set(e, errno, "look at process %ld", (long)t->pid);
	if (fs.f_type != PIDFS_MAGIC)
		return err_set(e, 0, "process %ld: Linux 6.9 is needed to name a process by its inode", (long)t->pid);
	if (st.st_ino != inode)
		return err_set(e, ESRCH, "process %ld with inode %llu", (long)t->pid, (unsigned long long)inode);
	return 0;
}

int target_open(const char *spec, struct target *ret, struct err *e)
{
	size_t n = strcspn(spec, ":@");
	struct proc_id id;
	uint64_t number = 0;
	char pid[16];

	snprintf(pid, sizeof(pid), "%.*s", n < sizeof(pid) ? (int)n : 0, spec);
	if (num_pid(pid, &id.pid) < 0 || (spec[n] && num_u64(spec + n + 1, 0, UINT64_MAX, &number) < 0))
		return err_set(e, 0, "not a process (PID, PID:INODE or PID@STARTTIME): '%.60s'", spec);
	if (spec[n] != '@')
		return open_pid(id.pid, ret, e) < 0 || (spec[n] && check_inode(ret, number, e) < 0) ? -1 : 0;
	if (proc_identify(id.pid, &id, e) < 0)
		return -1;
	id.starttime = number;
	return open_id(&id, ret, e);
}

int target_open_file(const char *path, struct target *ret, struct err *e)
{
	struct proc_id id;

	return proc_id_read(AT_FDCWD, path, &id, e) < 0 ? -1 : open_id(&id, ret, e);
}

int target_check(const struct target *t, struct err *e)
{
	if (sys_pidfd_send_signal(t->pidfd, 0) < 0 && errno == ESRCH)
		return err_set(e, ESRCH, "process %ld has ended", (long)t->pid);
	return 0;
}

/* The text behind "NAME:" at the beginning of a line, or NULL. */
static const char *field(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) == 0 && line[n] == ':')
			return line + n + 1 + strspn(line + n + 1, " \t");
	}
	return NULL;
}

/* Reads the numbers of the line "Groups:". */
static void parse_groups(const char *p, struct land_ids *ids)
{
	while (ids->n_groups < LAND_GROUPS_MAX) {
		char *end;
		unsigned long v;

		p += strspn(p, " \t");
		if (*p < '0' || *p > '9')
			return;
		v = strtoul(p, &end, 10);
		ids->groups[ids->n_groups++] = (gid_t)v;
		p = end;
	}
}

int target_parse_status(const char *text, struct target_status *ret)
{
	const char *uid = field(text, "Uid"), *gid = field(text, "Gid"), *groups = field(text, "Groups");
	const char *bounding = field(text, "CapBnd"), *nnp = field(text, "NoNewPrivs"),
	           *seccomp = field(text, "Seccomp");
	const char *mask = field(text, "Umask");

	memset(ret, 0, sizeof(*ret));
	/* Real, effective, saved and file system id: the effective one. */
	if (!uid || !gid || !groups || !bounding || sscanf(uid, "%*u %u", &ret->ids.uid) != 1 ||
	    sscanf(gid, "%*u %u", &ret->ids.gid) != 1) {
		errno = EPROTO;
		return -1;
	}
	parse_groups(groups, &ret->ids);
	ret->bounding = strtoull(bounding, NULL, 16);
	ret->no_new_privs = nnp && *nnp == '1';
	ret->seccomp = seccomp ? (unsigned int)strtoul(seccomp, NULL, 10) : 0;
	ret->umask = mask ? (mode_t)strtoul(mask, NULL, 8) & 0777 : 022;
	return 0;
}

int target_map_id(const char *map, unsigned int outside, unsigned int *ret)
{
	unsigned int in, out, count;
	int n;

	for (; sscanf(map, "%u %u %u%n", &in, &out, &count, &n) == 3; map += n) {
		if (outside >= out && outside - out < count) {
			*ret = in + (outside - out);
			return 0;
		}
	}
	return -1;
}

/* Translates one kind of ids; a group that has no mapping is left out. */
static int map_ids(const struct target *t, struct target_status *s, struct err *e)
{
	AUTO_FREE char *uids = NULL;
	AUTO_FREE char *gids = NULL;
	size_t n, kept = 0;

	if (file_read(t->dir, "uid_map", 1 << 16, &uids, &n, e) < 0 ||
	    file_read(t->dir, "gid_map", 1 << 16, &gids, &n, e) < 0)
		return -1;
	if (target_map_id(uids, s->ids.uid, &s->ids.uid) < 0 || target_map_id(gids, s->ids.gid, &s->ids.gid) < 0)
		return err_set(e, 0, "ids of process %ld: no mapping in its user namespace", (long)t->pid);
	for (size_t i = 0; i < s->ids.n_groups; i++)
		if (target_map_id(gids, s->ids.groups[i], &s->ids.groups[kept]) == 0)
			kept++;
	s->ids.n_groups = kept;
	return 0;
}

int target_status(const struct target *t, bool map, struct target_status *ret, struct err *e)
{
	AUTO_FREE char *text = NULL;
	size_t n;

	if (file_read(t->dir, "status", 1 << 16, &text, &n, e) < 0)
		return -1;
	if (target_parse_status(text, ret) < 0)
		return err_set(e, errno, "read the status of process %ld", (long)t->pid);
	return map ? map_ids(t, ret, e) : 0;
}
