/*
 * err.h - an error that names the failed step, the thing and the cause.
 *
 * Library code never prints and never exits: it fills a struct err and returns -1. The tool decides
 * what to do with it; msg_err() and die_err() (msg.h) word it as one line.
 */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H

/*
 * code    errno of the cause; 0 when the cause is not the kernel's (bad input, say)
 * status  exit status that fits this failure when it is not the tool's usual one (126, 127); else 0
 * text    what was being done and to what: "mount overlay on '/srv/web'"
 * hint    the remedy, where it is known; else ""
 */
struct err {
	int code;
	int status;
	char text[640];
	char hint[240];
};

/* Fills *e (hint empty, status 0) and returns -1, so that "return err_set(e, errno, ...)" reads well.
 * code is an errno value or 0. e may not be NULL. Does not change errno. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Adds the remedy to an error that is already set; returns -1. */
int err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
