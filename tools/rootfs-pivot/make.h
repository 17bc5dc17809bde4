/*
 * make.h - the steps that make something inside the root instead of mounting it: directories, links, devices, files.
 */
#ifndef ROOTFS_PIVOT_MAKE_H
#define ROOTFS_PIVOT_MAKE_H

#include "plan.h"

int make_dir(const struct step *s, int root, struct err *e);
int make_symlink(const struct step *s, int root, struct err *e);

/* A node with the number, the owner and the mode of the host's; where none may be made the host's is bound. */
int make_device(struct step *s, int root, struct err *e);

/* A file with everything that can be read from the descriptor; one that is there gets the new content. */
int make_file(const struct step *s, int root, struct err *e);

#endif
