/*
 * claim.h - the two files that say that a container is being made: RUN/starting/ID and ROOT/names/NAME (docs/state.md).
 */
#ifndef CTSTATE_CLAIM_H
#define CTSTATE_CLAIM_H

#include "common/err.h"

#include <sys/types.h>

/* A name of an object's greatest length, or two words and half an id. */
#define CLAIM_NAME_LEN 80

/* RUN/starting/ID, new, with the identity of the process that makes the container. This process, where it is that one's
 * child, dies with it: whoever finds the maker gone can be sure that nobody goes on with its work. */
int claim_maker(int run, const char *id, pid_t maker, struct err *e);
void claim_maker_undo(int run, const char *id);

/* ROOT/names/NAME, new, with the id. Without a name (""), one of two words is chosen that is free. EEXIST when the name is
 * another container's. */
int claim_name(int root, const char *name, const char *id, char ret[CLAIM_NAME_LEN], struct err *e);
void claim_name_undo(int root, const char *name);

#endif
