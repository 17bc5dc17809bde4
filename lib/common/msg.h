/*
 * msg.h - messages and exit statuses, the same in every tool.
 *
 * A message is one line on standard error: "tool: what was being done: 'the thing': the cause; remedy".
 * Control characters and invalid UTF-8 in it are printed as \xHH, so that no hostile name reaches a terminal.
 *
 * The exec report: a chain of tools (nsrun -- rootfs-pivot -- command) has one question to answer for whoever started
 * it: was the command exec'd? The write end of a pipe travels along the chain as --exec-fd N; each tool that takes
 * it over calls msg_report_to(N), which makes it close-on-exec. When the command has been exec'd the reader sees end
 * of file and nothing else. When a tool dies before (die, die_err), the reader gets one status byte and then the
 * message without its newline, and nothing is printed: the reader prints it where the person is.
 */
#ifndef COMMON_MSG_H
#define COMMON_MSG_H

#include "err.h"

#include <stddef.h>

enum {
	EXIT_FAILED = 1,     /* a tool that runs no command failed */
	EXIT_USAGE = 2,      /* ... was called wrongly */
	EXIT_OWN = 125,      /* our own failure when a command was to be run, usage included */
	EXIT_NOEXEC = 126,   /* the command was found but cannot be executed */
	EXIT_NOTFOUND = 127, /* the command was not found */
	EXIT_SIGNAL = 128,   /* + n: the command died of signal n */
};

/* Names the tool in every message; call first in main. The string is kept by pointer. */
void msg_init(const char *tool);

/* The name given to msg_init. */
const char *msg_tool(void);

/* From now on die and die_err write the exec report to fd (made close-on-exec) instead of to standard error; see
 * above. */
void msg_report_to(int fd);

/* Prints "tool: ..." as one line on standard error. errno is kept. */
void msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints an error of the library: text, the cause from code (strerror), the hint. */
void msg_err(const struct err *e);

/* Prints (or reports) the line and exits with status. */
_Noreturn void die(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As die with the text of *e; exits with e->status when that is set, else with status. */
_Noreturn void die_err(int status, const struct err *e);

/* Copies src to dst (size bytes, always terminated), control characters and invalid UTF-8 as \xHH; returns dst. */
char *msg_clean(char *dst, size_t size, const char *src);

/* Reads an exec report from fd until end of file. Returns 0 when the command was exec'd; otherwise the status
 * byte, with the message in text (terminated, cut at size). -1 and errno when reading failed. On a descriptor with
 * O_NONBLOCK it also ends with what is there, for a reader that cannot trust the writer to close. */
int msg_read_report(int fd, char *text, size_t size);

#endif
