/*
 * term.c - see term.h.
 */
#include "term.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void term_init(struct term *t)
{
	*t = (struct term){.fd = -1, .size_fd = -1};
	for (int fd = 2; fd >= 0; fd--)
		if (isatty(fd))
			t->size_fd = fd;
	if (tcgetattr(STDIN_FILENO, &t->saved) < 0)
		return;
	t->fd = STDIN_FILENO;
	t->raw = t->saved;
	cfmakeraw(&t->raw);
}

void term_copy_size(const struct term *t, int master)
{
	struct winsize size;

	if (t->size_fd >= 0 && ioctl(t->size_fd, TIOCGWINSZ, &size) == 0)
		ioctl(master, TIOCSWINSZ, &size);
}

void term_copy(const struct term *t, int master)
{
	struct termios its;

	term_copy_size(t, master);
	if (t->fd < 0 || tcgetattr(master, &its) < 0)
		return;
	for (size_t i = 0; i < NCCS; i++)
		if (i != VMIN && i != VTIME)
			its.c_cc[i] = t->saved.c_cc[i];
	its.c_iflag = (its.c_iflag & ~(tcflag_t)IUTF8) | (t->saved.c_iflag & IUTF8);
	tcsetattr(master, TCSANOW, &its);
}

void term_raw(struct term *t)
{
	if (t->fd >= 0 && tcsetattr(t->fd, TCSANOW, &t->raw) == 0)
		t->is_raw = true;
}

/* Whether the terminal is as term_raw left it. */
static bool still_raw(const struct term *t)
{
	struct termios now;

	return tcgetattr(t->fd, &now) == 0 && now.c_lflag == t->raw.c_lflag && now.c_oflag == t->raw.c_oflag &&
	       now.c_iflag == t->raw.c_iflag && memcmp(now.c_cc, t->raw.c_cc, sizeof(now.c_cc)) == 0;
}

void term_restore(struct term *t)
{
	sigset_t ttou, old;

	if (!t->is_raw)
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	if (still_raw(t))
		tcsetattr(t->fd, TCSANOW, &t->saved);
	t->is_raw = false;
	sigprocmask(SIG_SETMASK, &old, NULL);
}
