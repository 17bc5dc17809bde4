/*
 * mapids.c - see mapids.h
 *
 * The kernel takes the ids of a mount from a user namespace, and that begins with a process. A child is made in one and
 * stays until its map is written by us and the namespace is open. It is found below /proc by the number that it has
 * there, which it reads itself: this program's /proc may belong to another PID namespace than its own.
 */
#include "mapids.h"

#include "common/fd.h"
#include "common/num.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Adds a line to a map; false when it is full. */
static bool add_line(char map[MAPIDS_TEXT], const uint64_t id[3])
{
	size_t used = strlen(map);
	int n = snprintf(map + used, MAPIDS_TEXT - used, "%llu %llu %llu\n", (unsigned long long)id[0],
	                 (unsigned long long)id[1], (unsigned long long)id[2]);

	return n > 0 && (size_t)n < MAPIDS_TEXT - used;
}

/* Splits "[TYPE:]MOUNT:HOST:COUNT"; false when it is not of that form, or leaves the 32 bits of an id. */
static bool parse_range(char *word, char *ret_type, uint64_t id[3])
{
	char *part;

	*ret_type = 'b';
	if (*word && strchr("ugb", *word) && word[1] == ':') {
		*ret_type = *word;
		word += 2;
	}
	for (size_t i = 0; i < 3; i++) {
		part = strsep(&word, ":");
		if (!part || num_u64(part, i == 2, UINT32_MAX, &id[i]) < 0)
			return false;
	}
	return !word && id[0] + id[2] <= UINT32_MAX && id[1] + id[2] <= UINT32_MAX;
}

int mapids_parse(const char *text, char uids[MAPIDS_TEXT], char gids[MAPIDS_TEXT], struct err *e)
{
	static const uint64_t same[] = {0, 0, UINT32_MAX};
	char copy[MAPIDS_TEXT], type, *word, *save = NULL;
	uint64_t id[3];

	*uids = *gids = '\0';
	if (strlen(text) >= sizeof(copy))
		return err_set(e, E2BIG, "idmap '%.60s...'", text);
	memcpy(copy, text, strlen(text) + 1);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		bool fits;

		if (!parse_range(word, &type, id))
			return err_set(e, 0, "idmap '%s': [u:|g:|b:]MOUNT:HOST:COUNT is expected", text);
		fits = (type == 'g' || add_line(uids, id)) && (type == 'u' || add_line(gids, id));
		if (!fits)
			return err_set(e, E2BIG, "idmap '%.60s...'", text);
	}
	if (!*uids && !*gids)
		return err_set(e, 0, "idmap '%s': [u:|g:|b:]MOUNT:HOST:COUNT is expected", text);
	if (!*uids)
		add_line(uids, same);
	if (!*gids)
		add_line(gids, same);
	return 0;
}

/* The child: says its number in /proc and waits to be let go. */
static _Noreturn void stay(int to_parent, int from_parent)
{
	char number[24];
	ssize_t n = readlink("/proc/self", number, sizeof(number));

	if (n > 0 && write(to_parent, number, (size_t)n) == n)
		while (read(from_parent, number, 1) < 0 && errno == EINTR)
			;
	_exit(0);
}

/* Writes the child's maps and opens its namespace. */
static int take_namespace(const char *number, const char *uids, const char *gids, int *ret_fd, struct err *e)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/uid_map", number);
	if (file_write_kernel(AT_FDCWD, path, uids, e) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%s/gid_map", number);
	if (file_write_kernel(AT_FDCWD, path, gids, e) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%s/ns/user", number);
	*ret_fd = open(path, O_RDONLY | O_CLOEXEC);
	return *ret_fd < 0 ? err_set(e, errno, "open '%s'", path) : 0;
}

/* Makes the namespace by way of a child. */
static int make_namespace(const char *uids, const char *gids, int *ret_fd, struct err *e)
{
	int up[2] = {-1, -1}, down[2] = {-1, -1}, r = -1;
	char number[24] = "";
	pid_t pid = -1;

	if (pipe2(up, O_CLOEXEC) == 0 && pipe2(down, O_CLOEXEC) == 0)
		pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		close(down[1]);
		stay(up[1], down[0]);
	}
	fd_close(&up[1]);
	if (pid < 0)
		err_set(e, errno, "make a user namespace for an idmapped mount");
	else if (read(up[0], number, sizeof(number) - 1) <= 0)
		err_set(e, 0, "make a user namespace for an idmapped mount: its process has no number in '/proc'");
	else
		r = take_namespace(number, uids, gids, ret_fd, e);
	fd_close(&down[1]);
	fd_close(&down[0]);
	fd_close(&up[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}

int mapids_open(const char *text, int *ret_userns, struct err *e)
{
	char uids[MAPIDS_TEXT], gids[MAPIDS_TEXT];

	if (*text != '/')
		return mapids_parse(text, uids, gids, e) < 0 ? -1 : make_namespace(uids, gids, ret_userns, e);
	*ret_userns = open(text, O_RDONLY | O_CLOEXEC);
	return *ret_userns < 0 ? err_set(e, errno, "open the user namespace '%s'", text) : 0;
}
