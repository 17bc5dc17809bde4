/*
 * console.h - a pseudo-terminal of the container's own, its master handed out over a socket.
 *
 * The side inside (rootfs-pivot after its pivot, nsenter-lite after setns) opens /dev/pts/ptmx of the devpts it now
 * sees, makes the slave its controlling terminal and stdio, and sends the master as SCM_RIGHTS over the socket given
 * as
 * --console-fd (unix(7), pty(7); the way of runc's console socket). The side outside (ptyrun) receives it, sets the
 * window size and closes the socket: that is the sign for the side inside to go on, so that the command finds the
 * right size from its first instruction. The caller's terminal never goes in.
 */
#ifndef COMMON_CONSOLE_H
#define COMMON_CONSOLE_H

#include "err.h"

#include <sys/types.h>

/* Opens a pair in the devpts at /dev/pts of the current root (checked to be one), gives the slave to uid, starts a
 * session (setsid(2); already leading one is fine), makes the slave the controlling terminal and descriptors 0, 1, 2,
 * sends the master over sock with the slave's path as the message, waits until the other side has closed the socket
 * (or sent a byte), and closes sock. A connected unix(7) socket of either kind will do. */
int console_give(int sock, uid_t uid, struct err *e);

/* Receives a master, proved to be one. *ret_master is close-on-exec. End of file without one: -1, code ECONNRESET.
 * The other side goes on when the caller closes sock. */
int console_take(int sock, int *ret_master, struct err *e);

#endif
