/*
 * status.h - --status-fd: what happens to the command, one JSON object a line, with bubblewrap's names.
 *
 *   {"child-pid":4711,"uts-namespace":4026532447,...}    its namespaces are made and joined
 *   {"exit-code":143,"signal":15}                        its end; or, when it was never executed,
 *   {"exit-code":127,"error":"nsrun: exec 'x': not found in PATH"}
 *
 * A reader that has gone away does not matter.
 */
#ifndef NSRUN_STATUS_H
#define NSRUN_STATUS_H

#include "common/proc.h"

#include <sys/types.h>

void status_started(int fd, pid_t pid);
void status_ended(int fd, const struct exit_info *x);
void status_failed(int fd, int status, const char *text);

#endif
