/* owner.c - see owner.h */
#include "owner.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Another effective user makes the kernel take a process's /proc files away from it (prctl(2), PR_SET_DUMPABLE). */
static void be_dumpable(void)
{
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

int owner_become(const struct config *c, struct owner_before *ret, struct err *e)
{
	*ret = (struct owner_before){.uid = geteuid(), .gid = getegid()};
	if (!c->set_owner)
		return 0;
	ret->n_groups = getgroups(0, NULL);
	ret->groups = ret->n_groups < 0 ? NULL : calloc((size_t)ret->n_groups + 1, sizeof(*ret->groups));
	if (!ret->groups || getgroups(ret->n_groups, ret->groups) != ret->n_groups)
		return err_set(e, errno, "remember the supplementary groups");
	if (setgroups(0, NULL) < 0 || setresgid(c->owner_gid, c->owner_gid, ret->gid) < 0 ||
	    setresuid(c->owner_uid, c->owner_uid, ret->uid) < 0) {
		err_set(e, errno, "become %u:%u, the owner of the user namespace", c->owner_uid, c->owner_gid);
		return e->code == EPERM ? err_hint(e, "be root") : -1;
	}
	be_dumpable();
	return 0;
}

int owner_leave(const struct config *c, struct owner_before *before, struct err *e)
{
	int r = 0;

	if (!c->set_owner)
		return 0;
	if (setresuid(before->uid, before->uid, before->uid) < 0 ||
	    setresgid(before->gid, before->gid, before->gid) < 0 ||
	    (getgroups(0, NULL) != before->n_groups && setgroups((size_t)before->n_groups, before->groups) < 0))
		r = err_set(e, errno, "come back from being the owner of the user namespace");
	be_dumpable();
	free(before->groups);
	before->groups = NULL;
	return r;
}
