/*
 * given.h - the facts that ctstate new is given on its command line, written one a file (docs/state.md).
 *
 *	NAME=TEXT          a line; nothing where TEXT is empty: an absent file is an absent value
 *	NAME+TEXT          TEXT as it is, also when it is empty, in a file that everybody may read
 *	NAME:N WORD...     a list of the N words that follow; nothing for 0
 *	NAME@FILE          a list, too: what the list in FILE has and NAME has not got yet; nothing without FILE
 *
 * Facts that follow each other and have one name are one list, which is one write.
 */
#ifndef CTSTATE_GIVEN_H
#define CTSTATE_GIVEN_H

#include "common/err.h"

/* The facts as they stand on the command line. */
struct given {
	char *const *words;
	int n;
};

/* How many of n words are facts: all of them, or those before "--"; -1 when one cannot be understood. */
int given_count(char *const *words, int n, struct err *e);

/* Writes them into the directory, which has none of them yet. */
int given_write(int dir, const struct given *g, struct err *e);

/* Removes them from there again; what is not there is no error. */
void given_remove(int dir, const struct given *g);

/* What ps shows of every container in one file (ct.c), out of its name and the facts image, network and command; nothing where
 * one of these is missing. created is the time without a newline. */
int given_summarize(int dir, const struct given *g, const char *created, const char *name, struct err *e);

#endif
