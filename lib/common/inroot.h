/*
 * inroot.h - opening a path inside a root that may be hostile.
 *
 * Every path that an image or a user can influence is resolved here, once, with openat2(2) and RESOLVE_IN_ROOT:
 * absolute symbolic links and ".." stay inside the root, magic links of /proc are refused. What is done afterwards is
 * done to the descriptor.
 */
#ifndef COMMON_INROOT_H
#define COMMON_INROOT_H

#include "err.h"

#include <stdbool.h>
#include <sys/types.h>

/* Opens path (absolute paths mean the root) below rootfd with flags (O_PATH, O_RDONLY ...; O_CLOEXEC is added). ELOOP,
 * ENOENT, ENOTDIR, EXDEV. */
int inroot_open(int rootfd, const char *path, int flags, int *ret_fd, struct err *e);

/* Opens the directory path as O_PATH, making every missing component with mode (not subject to the umask) and ids
 * uid:gid (-1: leave). A symbolic link that leads to nothing is followed inside the root and what it names is made. */
int inroot_mkdir_p(int rootfd, const char *path, mode_t mode, uid_t uid, gid_t gid, int *ret_fd, struct err *e);

/* Opens the file path as O_PATH, making it (empty, mode 0644) and its directories when missing, through links likewise.
 * What exists may be of any kind but a directory. */
int inroot_file(int rootfd, const char *path, int *ret_fd, struct err *e);

/* Whether a descriptor lies on a file system that is the kernel's own (proc, sysfs, control groups and the like), where to
 * read and to write are acts. */
bool is_kernel_fs(int fd);

/* Reads a regular file inside the root: no FIFO hang, no device, no file of the kernel, at most max bytes (EFBIG). ENOENT is reported as such
 * in e->code. */
int inroot_read(int rootfd, const char *path, size_t max, char **ret_data, size_t *ret_n, struct err *e);

#endif
