/*
 * detach.h - going into the background, and how the caller still learns how the start went.
 */
#ifndef NSRUN_DETACH_H
#define NSRUN_DETACH_H

/* Forks. The new process is in a session of its own and gets the write end of a pipe: one byte 0 says that the
 * command has been executed, another byte is the status of a failure and is followed by its message. The original
 * process does not come back: it waits for that, prints the message and exits with the status; after a failure only
 * when the supervisor has ended, and with it on-exit. */
int detach(void);

#endif
