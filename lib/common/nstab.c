/* nstab.c - see nstab.h */
#include "nstab.h"

#include <sched.h>

/* Linux 5.6; not in every C library's sched.h. */
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

const struct ns_kind ns_table[NS_COUNT] = {
    {'U', "user", "user", CLONE_NEWUSER}, {'C', "cgroup", "cgroup", CLONE_NEWCGROUP}, {'i', "ipc", "ipc", CLONE_NEWIPC},
    {'u', "uts", "uts", CLONE_NEWUTS},    {'n', "net", "net", CLONE_NEWNET},          {'p', "pid", "pid", CLONE_NEWPID},
    {'T', "time", "time", CLONE_NEWTIME}, {'m', "mount", "mnt", CLONE_NEWNS},
};

const struct ns_kind *ns_by_letter(int letter)
{
	for (int i = 0; i < NS_COUNT; i++)
		if (ns_table[i].letter == letter)
			return &ns_table[i];
	return NULL;
}

const struct ns_kind *ns_by_flag(int flag)
{
	for (int i = 0; i < NS_COUNT; i++)
		if (ns_table[i].flag == flag)
			return &ns_table[i];
	return NULL;
}
