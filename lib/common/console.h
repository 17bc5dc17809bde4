/*
 * console.h - a pseudo-terminal of the container's own, its master handed out over a socket.
 *
 * The side inside (rootfs-pivot after its pivot, nsenter-lite after setns) opens /dev/ptmx of the devpts it now sees, makes the slave its controlling terminal and stdio, and sends the master as
 * SCM_RIGHTS over the socket given as --console-fd (unix(7), pty(7); the way of runc's console socket). The side outside (ptyrun) receives it and relays. The caller's terminal never goes in.
 */
#ifndef COMMON_CONSOLE_H
#define COMMON_CONSOLE_H

#include "err.h"

#include <sys/types.h>

/* Opens a pair in the devpts of the current root (through ptmx of /dev/pts, checked to be a devpts), gives the slave to uid, starts a session (setsid(2); already leading one is fine), makes the slave the
 * controlling terminal and descriptors 0, 1, 2, and sends the master over sock with the slave's path as the message; closes sock. */
int console_give(int sock, uid_t uid, struct err *e);

/* Receives a master. *ret_master is close-on-exec. End of file without one: -1 with code ECONNRESET. */
int console_take(int sock, int *ret_master, struct err *e);

#endif
