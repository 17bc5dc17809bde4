/*
 * chain.c - see chain.h
 *
 * execvp(3) tells neither "found but not executable" from "not found" in every case (it goes on after EACCES) nor
 * which file it was, so that the look-up is made here. Unlike execvp a file without a known format is not handed to
 * /bin/sh: the bytes typed are the bytes run.
 */
#include "chain.h"
#include "msg.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* Where a shell looks when there is no PATH at all. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* Words why execve(2) of path failed with code. */
static int refuse(const char *path, int code, struct err *e)
{
	struct stat st;

	err_set(e, code, "exec '%s'", path);
	e->status = code == ENOENT || code == ENOTDIR ? EXIT_NOTFOUND : EXIT_NOEXEC;
	if (code == ENOENT && stat(path, &st) == 0) {
		/* The file is there: what is missing is its interpreter or loader. */
		e->status = EXIT_NOEXEC;
		err_hint(e, "its interpreter or dynamic loader is missing");
	} else if (code == EACCES && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		e->code = EISDIR;
	}
	return -1;
}

/* The value of PATH in an environment, or NULL. */
static const char *path_of(char *const envp[])
{
	for (; envp && *envp; envp++)
		if (strncmp(*envp, "PATH=", 5) == 0)
			return *envp + 5;
	return NULL;
}

/* The next candidate for name from a PATH, which is stepped on; false at the end. An empty element is the current
 * directory (POSIX); one that is too long is passed over. */
static bool candidate(const char **path, const char *name, char file[PATH_MAX])
{
	while (*path) {
		const char *dir = *path;
		size_t n = strcspn(dir, ":");

		*path = dir[n] ? dir + n + 1 : NULL;
		if (snprintf(file, PATH_MAX, "%.*s%s%s", (int)n, dir, n ? "/" : "", name) < PATH_MAX)
			return true;
	}
	return false;
}

/* Tries every directory of the path; the first refusal that is not "not there" counts. Only when there is none it is
 * asked whether a file is there whose interpreter is not: most directories of a PATH do not have the command. */
static int search(char *const argv[], char *const envp[], struct err *e)
{
	const char *path = path_of(envp) ? path_of(envp) : DEFAULT_PATH, *at = path, *refuses = NULL;
	char file[PATH_MAX];
	struct stat st;
	int code = 0;

	for (const char *dir = at; candidate(&at, argv[0], file); dir = at) {
		execve(file, argv, envp);
		if (!refuses && errno != ENOENT && errno != ENOTDIR) {
			refuses = dir;
			code = errno;
		}
	}
	if (refuses && candidate(&refuses, argv[0], file))
		return refuse(file, code, e);
	for (at = path; candidate(&at, argv[0], file);)
		if (stat(file, &st) == 0)
			return refuse(file, ENOENT, e);
	err_set(e, 0, "exec '%s': not found in PATH", argv[0]);
	e->status = EXIT_NOTFOUND;
	return argv[0][0] == '-'
	           ? err_hint(e, "options stand further in front: before the command, or before the image")
	           : -1;
}

int chain_exec_env(char *const argv[], char *const envp[], struct err *e)
{
	if (!argv[0][0]) {
		err_set(e, ENOENT, "exec ''");
		e->status = EXIT_NOTFOUND;
		return -1;
	}
	if (!strchr(argv[0], '/'))
		return search(argv, envp, e);
	execve(argv[0], argv, envp);
	return refuse(argv[0], errno, e);
}

int chain_exec(char *const argv[], struct err *e)
{
	return chain_exec_env(argv, environ, e);
}

char **chain_shell(void)
{
	static char sh[] = "/bin/sh", *argv[2];
	char *shell = getenv("SHELL");

	argv[0] = shell && *shell ? shell : sh;
	return argv;
}
