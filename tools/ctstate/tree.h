/*
 * tree.h - the removal of directory trees and files, at once or with the names free at once and the rest later.
 */
#ifndef CTSTATE_TREE_H
#define CTSTATE_TREE_H

#include "common/err.h"

#include <stddef.h>

/* Removes a tree or a file; what is not there is no error. It stops at a mount point. */
int tree_remove(const char *dir, struct err *e);

/* Renames a tree, which frees its name, to another in the same directory that says what it is. The new path, to be
 * freed; NULL when it is no directory that can be renamed (then it is removed at once, and what is wrong with it is said
 * there). */
char *tree_set_aside(const char *dir);

/* Removes n trees that were set aside by a process for which nobody waits, and frees their paths. */
void tree_remove_later(char **aside, size_t n);

#endif
