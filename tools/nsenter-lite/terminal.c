/* terminal.c - see terminal.h */
#include "terminal.h"

#include "common/chain.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* This program's path, and that of ptyrun beside it; where it is not, the name alone, for PATH. */
static int find_programs(char self[PATH_MAX], char ptyrun[PATH_MAX], struct err *e)
{
	static const char name[] = "ptyrun";
	ssize_t n = readlink("/proc/self/exe", self, PATH_MAX - 1);
	size_t dir;

	if (n < 0)
		return err_set(e, errno, "--pty: find this program's path");
	self[n] = '\0';
	dir = (size_t)(strrchr(self, '/') - self) + 1;
	if (dir + sizeof(name) > PATH_MAX)
		return err_set(e, ENAMETOOLONG, "--pty: '%s'", self);
	memcpy(ptyrun, self, dir);
	memcpy(ptyrun + dir, name, sizeof(name));
	if (access(ptyrun, X_OK) < 0)
		memcpy(ptyrun, name, sizeof(name));
	return 0;
}

int terminal(int fd, int argc, char **argv, struct err *e)
{
	static char self[PATH_MAX], ptyrun[PATH_MAX], number[16];
	static char option[] = "--console-fd", end[] = "--";
	char **chain = calloc((size_t)argc + 7, sizeof(*chain));
	size_t n = 0;

	if (!chain)
		return err_set(e, errno, "--pty");
	if (find_programs(self, ptyrun, e) < 0) {
		free(chain);
		return -1;
	}
	snprintf(number, sizeof(number), "%d", fd);
	chain[n++] = ptyrun;
	chain[n++] = option;
	chain[n++] = number;
	chain[n++] = end;
	chain[n++] = self;
	chain[n++] = option;
	chain[n++] = number;
	for (int i = 1; i < argc; i++)
		chain[n++] = argv[i];
	chain_exec(chain, e);
	free(chain);
	return -1;
}
