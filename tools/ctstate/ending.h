/*
 * ending.h - the end of a container: what it has is given back, what it was is kept or removed (docs/state.md).
 *
 * Every step may be done twice, and by two at once: who is killed in between is followed by another who begins anew.
 */
#ifndef CTSTATE_ENDING_H
#define CTSTATE_ENDING_H

#include "facts.h"

struct ending {
	struct arena a;
	struct state_dirs d;
	const char *root, *run;
	int root_fd;
	const char *netns_veth; /* the program that takes networks down; a name is looked up in PATH */
};

/* Opens the two directories. What is not there is empty. */
int ending_open(struct ending *x, const char *root, const char *run, struct err *e);
void ending_close(struct ending *x);

/* Gives back the control group, with all that is in it, and the network; each only if a fact says that there is one.
 * What does not go is told and is left to the next one. */
void ending_release(struct ending *x, const char *id);

/* Removes those of its volumes that have no name and no other user. */
void ending_remove_volumes(struct ending *x, const char *id);

enum { ENDING_VOLUMES = 1, ENDING_DEFER = 2 };

/* Removes a container, whatever there is of it, with ENDING_VOLUMES its volumes without a name too. With ENDING_DEFER
 * nobody waits for the disk. What is in the way is told; -1 then. */
int ending_remove(struct ending *x, const char *id, unsigned int flags);

/* The whole end of one whose command has ended, or could not be started: how it ended is kept where a reboot does not reach,
 * or it is removed, if that is its way or it never ran. -1 when something is in the way, which has been told. */
int ending_reap(struct ending *x, const char *id);

#endif
