/*
 * named.h - namespaces that are not simply the target's: those of a file, of an id, of a socket, and the owner of another.
 */
#ifndef NSENTER_LITE_NAMED_H
#define NSENTER_LITE_NAMED_H

#include "request.h"

/* Opens a namespace by its file (-m/path) or by its id (-m:NSID); "=/path" is taken too, which is what people type. */
int named_file(struct request *r, const struct ns_kind *kind, const char *file, struct err *e);

/* Opens the network namespace of the socket that the target has as descriptor fd (Linux 5.6). */
int named_socket(struct request *r, int fd, struct err *e);

/* Opens the user namespace above: the parent of the one that was named; else the owner of the first namespace that
 * was; else the parent of the target's (ioctl_ns(2), NS_GET_USERNS). */
int named_parent(struct request *r, struct err *e);

#endif
