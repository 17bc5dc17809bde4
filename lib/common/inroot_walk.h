/*
 * inroot_walk.h - resolving a path inside a root without openat2(2).
 */
#ifndef COMMON_INROOT_WALK_H
#define COMMON_INROOT_WALK_H

/* As openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS for flags without O_CREAT; the descriptor, or -1 with errno.
 * ELOOP also where a path climbs down more than WALK_DEPTH directories at a time. */
#define WALK_DEPTH 256
int inroot_walk(int rootfd, const char *path, int flags);

#endif
