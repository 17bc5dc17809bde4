/*
 * ending.h - the end of a container: what it has is given back, what it was is kept or removed (docs/state.md).
 *
 * Every step may be done twice, and by two at once: who is killed in between is followed by another who begins anew.
 */
#ifndef CTSTATE_ENDING_H
#define CTSTATE_ENDING_H

#include "common/cgroup.h"
#include "common/opt.h"
#include "facts.h"

struct ending {
	struct arena a;
	struct state_dirs d;
	const char *root, *run;
	int root_fd;
	int status;                  /* what to exit with, -1 when it was not given */
	const struct cg_map *groups; /* NULL until they are needed */
	const char *netns_veth;      /* the program that takes networks down; a name is looked up in PATH */
};

/* Reads the command line "[OPTION]... ROOT RUN [ID]..." of reap, destroy and heal and opens the two directories, of which
 * what is not there is empty. The ids. Ends the tool with a line where that fails. *ret_volumes is set by --volumes. */
char **ending_begin(struct ending *x, const struct opt_spec *spec, int argc, char **argv, bool *ret_volumes);
void ending_close(struct ending *x);

/* Writes a line as a fact of a container, below one of the two directories; if that is gone, nothing. */
void ending_write(struct ending *x, int dirfd, const char *id, const char *name, const char *line);

/* Makes an empty fact, of which only counts that it is there. */
void ending_mark(struct ending *x, int dirfd, const char *id, const char *name);

/* Kills all that is in its control group, frozen or not, and waits for that. */
void ending_kill(struct ending *x, const char *id);

/* Gives back the control group, with all that is in it, and the network; each only if a fact says that there is one.
 * What does not go is told and is left to the next one. */
void ending_release(struct ending *x, const char *id);

/* Removes those of its volumes that have no name and no other user. */
void ending_remove_volumes(struct ending *x, const char *id);

enum { ENDING_VOLUMES = 1, ENDING_DEFER = 2 };

/* Removes a container, whatever there is of it, with ENDING_VOLUMES its volumes without a name too. With ENDING_DEFER
 * nobody waits for the disk. What is in the way is told; -1 then. */
int ending_remove(struct ending *x, const char *id, unsigned int flags);

/* Ends those of the ids (NULL behind the last) that run and removes them all; flags as for ending_remove. 0, or -1 when
 * one of them could not be, which has been told. */
int ending_destroy(struct ending *x, char *const *ids, unsigned int flags);

/* The whole end of one whose command has ended, or could not be started: how it ended is kept where a reboot does not reach,
 * or it is removed, if that is its way or it never ran. -1 when something is in the way, which has been told. */
int ending_reap(struct ending *x, const char *id);

#endif
