/* named.c - see named.h */
#include "named.h"

#include "nsid.h"

#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Takes the place of what was named for this kind before. */
static void keep(struct request *r, int i, int fd)
{
	fd_close(&r->ns_file[i]);
	r->ns_file[i] = fd;
}

int named_file(struct request *r, const struct ns_kind *kind, const char *file, struct err *e)
{
	int fd = -1, type;

	file += *file == '=';
	if (*file == ':') {
		if (nsid_open(kind, file, &fd, e) < 0)
			return -1;
	} else {
		fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	}
	if (fd < 0)
		return err_set(e, errno, "open %s namespace '%s'", kind->name, file);
	keep(r, (int)(kind - ns_table), fd);
	type = ioctl(fd, NS_GET_NSTYPE);
	if (type < 0)
		return err_set(e, 0, "'%s' is not a namespace file", file);
	if (type != kind->flag)
		return err_set(e, 0, "'%s' is not a %s namespace but another", file, kind->name);
	return 0;
}

int named_socket(struct request *r, int fd, struct err *e)
{
	AUTO_FD theirs = (int)syscall(SYS_pidfd_getfd, r->target.pidfd, fd, 0);
	int ns = theirs < 0 ? -1 : ioctl(theirs, SIOCGSKNS);

	if (ns < 0) {
		err_set(e, errno, "open the network namespace of descriptor %d of process %ld", fd,
		        (long)r->target.pid);
		return e->code == ENOTTY ? err_hint(e, "it is not a socket") : -1;
	}
	fcntl(ns, F_SETFD, FD_CLOEXEC);
	keep(r, (int)(ns_by_flag(CLONE_NEWNET) - ns_table), ns);
	return 0;
}

/* The index of the namespace whose owner is wanted. */
static int child_of_parent(const struct request *r)
{
	int user = (int)(ns_by_flag(CLONE_NEWUSER) - ns_table);

	if (r->ns_file[user] >= 0 || r->flags & CLONE_NEWUSER || r->all)
		return user;
	for (int i = 0; i < NS_COUNT; i++)
		if (r->ns_file[i] >= 0 || r->flags & ns_table[i].flag)
			return i;
	return user;
}

int named_parent(struct request *r, struct err *e)
{
	int i = child_of_parent(r), parent;
	AUTO_FD own = -1;
	char path[32];

	if (r->ns_file[i] < 0) {
		snprintf(path, sizeof(path), "ns/%s", ns_table[i].proc_name);
		own = openat(r->target.dir, path, O_RDONLY | O_CLOEXEC);
		if (own < 0)
			return err_set(e, errno, "open the %s namespace of process %ld", ns_table[i].name,
			               (long)r->target.pid);
	}
	parent = ioctl(r->ns_file[i] < 0 ? own : r->ns_file[i], NS_GET_USERNS);
	if (parent < 0) {
		err_set(e, errno, "find the user namespace above the %s namespace", ns_table[i].name);
		return e->code == EPERM ? err_hint(e, "it is out of reach: above this process's own") : -1;
	}
	fcntl(parent, F_SETFD, FD_CLOEXEC);
	keep(r, (int)(ns_by_flag(CLONE_NEWUSER) - ns_table), parent);
	return 0;
}
