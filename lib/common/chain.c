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

/* Tries every directory of the path; remembers the first refusal that is not "not there". */
static int search(char *const argv[], char *const envp[], struct err *e)
{
	const char *dir = path_of(envp);
	char file[PATH_MAX], seen[PATH_MAX] = "";
	int seen_code = 0;

	if (!dir)
		dir = DEFAULT_PATH;
	for (;;) {
		size_t n = strcspn(dir, ":");

		/* An empty element is the current directory (POSIX). */
		if (snprintf(file, sizeof(file), "%.*s%s%s", (int)n, dir, n ? "/" : "", argv[0]) < (int)sizeof(file)) {
			struct stat st;
			int code;

			execve(file, argv, envp);
			code = errno;
			if (!seen_code && code != ENOTDIR && (code != ENOENT || stat(file, &st) == 0)) {
				seen_code = code;
				memcpy(seen, file, sizeof(seen));
			}
		}
		if (!dir[n])
			break;
		dir += n + 1;
	}
	if (seen_code)
		return refuse(seen, seen_code, e);
	err_set(e, 0, "exec '%s': not found in PATH", argv[0]);
	e->status = EXIT_NOTFOUND;
	return -1;
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
