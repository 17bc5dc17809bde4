/* test_chain.c - which status tells "not found" from "not executable", and which PATH counts. */
#include "check.h"
#include "common/chain.h"
#include "common/msg.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void make(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* The status for a command that cannot be exec'd. */
static int refused(const char *cmd, const char *path_entry)
{
	char *argv[] = {(char *)(size_t)cmd, NULL}, *envp[] = {(char *)(size_t)path_entry, NULL};
	struct err e;

	return chain_exec_env(argv, envp, &e) == -1 ? e.status : -1;
}

/* The exit status of a command that is exec'd. */
static int runs(char *const argv[], char *const envp[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct err e;

		chain_exec_env(argv, envp, &e);
		_exit(99);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

int main(void)
{
	char dir[] = "/tmp/test_chain.XXXXXX", path[80];

	CHECK(mkdtemp(dir) && chdir(dir) == 0 && mkdir("d", 0755) == 0 && mkdir("sub", 0755) == 0);
	snprintf(path, sizeof(path), "PATH=/nonexistent:%s", dir);
	make("plain", "#!/bin/sh\nexit 3\n", 0644);
	make("script", "#!/bin/sh\nexit 3\n", 0755);
	make("orphan", "#!/no/such/interpreter\n", 0755);
	make("noformat", "exit 3\n", 0755);
	make("sub/plain", "#!/bin/sh\nexit 4\n", 0755);
	CHECK(refused("nothing", path) == EXIT_NOTFOUND && refused("./nothing", path) == EXIT_NOTFOUND);
	CHECK(refused("", path) == EXIT_NOTFOUND && refused("plain/x", path) == EXIT_NOTFOUND);
	CHECK(refused("plain", path) == EXIT_NOEXEC && refused("./plain", path) == EXIT_NOEXEC);
	CHECK(refused("./d", path) == EXIT_NOEXEC && refused("d", path) == EXIT_NOEXEC);
	CHECK(refused("orphan", path) == EXIT_NOEXEC && refused("./orphan", path) == EXIT_NOEXEC);
	CHECK(refused("noformat", path) == EXIT_NOEXEC);
	CHECK(runs((char *[]){"script", NULL}, (char *[]){path, NULL}) == 3);
	/* As in a shell, a later directory of PATH is tried after one that refuses. */
	snprintf(path, sizeof(path), "PATH=%s:%s/sub", dir, dir);
	CHECK(runs((char *[]){"plain", NULL}, (char *[]){path, NULL}) == 4);
	CHECK(runs((char *[]){"script", NULL}, (char *[]){"PATH=", NULL}) == 3);
	CHECK(runs((char *[]){"sh", "-c", "exit $1", "a  b", "7", NULL}, (char *[]){NULL}) == 7);
	for (size_t i = 0; i < 5; i++)
		unlink((const char *[]){"plain", "script", "orphan", "noformat", "sub/plain"}[i]);
	CHECK(rmdir("d") == 0 && rmdir("sub") == 0 && chdir("/") == 0 && rmdir(dir) == 0);
	CHECK(setenv("SHELL", "/bin/mine", 1) == 0 && strcmp(chain_shell()[0], "/bin/mine") == 0 && !chain_shell()[1]);
	CHECK(setenv("SHELL", "", 1) == 0 && strcmp(chain_shell()[0], "/bin/sh") == 0);
	CHECK(unsetenv("SHELL") == 0 && strcmp(chain_shell()[0], "/bin/sh") == 0);
	return check_done();
}
