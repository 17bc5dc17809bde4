/*
 * shield.h - nothing inside the container may reach the host's binary of this tool.
 *
 * /proc/PID/exe of a process leads to its program. A container can have the entering tool execute
 * "#!/proc/self/exe", or look at it while it is inside, and write to the host's file through that link
 * (CVE-2019-5736).
 */
#ifndef NSENTER_LITE_SHIELD_H
#define NSENTER_LITE_SHIELD_H

#include "common/err.h"

/* Makes sure that this process's program cannot be written through it: by executing it anew, with argv, the first
 * time. */
int shield(char *const argv[], struct err *e);

#endif
