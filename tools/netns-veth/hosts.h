/*
 * hosts.h - names for addresses: each container's hosts file has the names of all containers of its network.
 *
 * A part of the file, between two lines of ours, is kept up to date; what else is in it is left alone. Who comes or goes
 * writes everybody's anew, under the network's lock, so that what one who was killed left out is made good by the next.
 * The file is written in place: it is bind-mounted into the container, which would not see another one of its name.
 */
#ifndef NETNS_VETH_HOSTS_H
#define NETNS_VETH_HOSTS_H

#include "common/err.h"
#include "lease.h"
#include "network.h"

#include <stddef.h>

/* Writes the names of the containers that are up into the hosts files of them all. A file that cannot be written (its
 * container is being removed) is left out. */
int hosts_update(const struct network *n, const char *netns_dir, struct err *e);

/* Takes the network's lines out of one hosts file, where it is still there. */
void hosts_forget(const struct network *n, const char *path);

/* The text of a hosts file of n bytes with the block between the network's lines replaced by lines (or, where there is
 * none, appended; lines "" takes it out), in new memory; NULL with errno. */
char *hosts_merge(const char *text, size_t n, const char *network, const char *lines, size_t *ret_n);

/* Gives a container that is up other names and tells everybody; *names has the old ones then. */
int hosts_rename(const struct network *n, const char *netns_dir, const char *name, struct aliases *names,
                 struct err *e);

#endif
