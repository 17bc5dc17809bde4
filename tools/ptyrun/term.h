/*
 * term.h - the caller's terminal: raw and back again, and its size.
 */
#ifndef PTYRUN_TERM_H
#define PTYRUN_TERM_H

#include <stdbool.h>
#include <termios.h>

/*
 * fd       the terminal that is made raw (standard input), or -1 when there is none
 * size_fd  the terminal that has the size: the first of descriptors 0 to 2 that is one, or -1
 */
struct term {
	int fd;
	int size_fd;
	bool is_raw;
	struct termios saved, raw;
};

/* Finds the terminals and keeps the settings of the first one. */
void term_init(struct term *t);

/* Gives the pty behind master the caller's special characters, its UTF-8 flag and its window size. */
void term_copy(const struct term *t, int master);

/* Gives the pty behind master the caller's window size; the kernel sends SIGWINCH there when it is another one. */
void term_copy_size(const struct term *t, int master);

/* Makes the terminal raw. From the background this stops the process (SIGTTOU) until it is in the foreground. */
void term_raw(struct term *t);

/* Puts the terminal back as it was, if it is still as term_raw left it: when somebody else (the shell that has taken
 * the terminal back) has set it since, it is theirs. Never stops the process. */
void term_restore(struct term *t);

#endif
