/*
 * forward.c - see forward.h
 *
 * A host that forwards IPv6 no longer believes router advertisements (accept_ra 1), and would lose the default route
 * that it has from them. So each of its interfaces that believes them is told to do so all the same (2) before
 * forwarding is switched on; docs in the kernel's ip-sysctl.rst.
 */
#include "forward.h"
#include "common/fd.h"
#include "network.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Switches one of the two on. before (may be NULL) is called first, where it was off. */
static int switch_on(int dir, const char *path, const char *fact, int (*before)(struct err *e), struct err *e)
{
	char text[8];

	if (file_read_line(AT_FDCWD, path, text, sizeof(text)) < 0)
		return err_set(e, errno, "read '%s'", path);
	if (strcmp(text, "0") != 0)
		return 0;
	if ((before && before(e) < 0) || file_write_kernel(AT_FDCWD, path, "1", e) < 0)
		return -1;
	return network_fact(dir, fact, "switched on; it was 0", e);
}

/* Every interface that believes routers goes on doing so. */
static int keep_routers(struct err *e)
{
	static const char conf[] = "/proc/sys/net/ipv6/conf";
	DIR *d = opendir(conf);
	struct dirent *x;
	int r = 0;

	if (!d)
		return err_set(e, errno, "list '%s'", conf);
	while (r == 0 && (x = readdir(d))) {
		char path[300], text[8];

		/* "all" and "default" are no interfaces. */
		if (x->d_name[0] == '.' || strcmp(x->d_name, "all") == 0 || strcmp(x->d_name, "default") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s/accept_ra", conf, x->d_name);
		if (file_read_line(AT_FDCWD, path, text, sizeof(text)) > 0 && strcmp(text, "1") == 0)
			r = file_write_kernel(AT_FDCWD, path, "2", e);
	}
	closedir(d);
	return r;
}

static const char four_path[] = "/proc/sys/net/ipv4/ip_forward";
static const char six_path[] = "/proc/sys/net/ipv6/conf/all/forwarding";

/* Whether a sysctl can be read and is not 0. */
static bool is_set(const char *path)
{
	char text[8];

	return file_read_line(AT_FDCWD, path, text, sizeof(text)) > 0 && strcmp(text, "0") != 0;
}

bool forward_is_on(bool six)
{
	return is_set(four_path) && (!six || is_set(six_path));
}

int forward_on(int dir, bool six, struct err *e)
{
	if (switch_on(dir, four_path, "ip-forward", NULL, e) < 0)
		return -1;
	return six ? switch_on(dir, six_path, "ip6-forward", keep_routers, e) : 0;
}

int forward_guard(const char *bridge, bool six, struct err *e)
{
	/* Without accept_dad the bridge's own address is usable at once: what is forwarded needs it to find neighbours. */
	const char *const names[] = {"accept_ra", "accept_dad", "disable_ipv6"};
	const char *const values[] = {"0", "0", six ? "0" : "1"};

	for (size_t i = 0; i < 3; i++) {
		char path[80];

		snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", bridge, names[i]);
		if (file_write_kernel(AT_FDCWD, path, values[i], e) < 0 && e->code != ENOENT)
			return -1;
	}
	return 0;
}
