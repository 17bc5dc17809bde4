/*
 * probe.c - run inside a container it prints what can be reached from there; docs/profile.txt is what it must print.
 *
 *     cc -static -o probe tests/probe/FILE.c...
 *     probe [--privileged] ALL_CAPS HOST_NAMESPACES
 */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *error_name(int code)
{
	static char number[16];
	static const struct {
		int code;
		const char *name;
	} names[] = {
	    {0, "done"},        {EPERM, "EPERM"},   {EACCES, "EACCES"},   {ENOENT, "ENOENT"},
	    {ENOSYS, "ENOSYS"}, {EROFS, "EROFS"},   {ENXIO, "ENXIO"},     {EBADF, "EBADF"},
	    {EINVAL, "EINVAL"}, {EFAULT, "EFAULT"}, {ETXTBSY, "ETXTBSY"}, {ENOTTY, "ENOTTY"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return names[i].name;
	snprintf(number, sizeof(number), "error %d", code);
	return number;
}

int main(int argc, char **argv)
{
	struct probe p = {0};

	if (argc > 1 && strcmp(argv[1], "--privileged") == 0) {
		p.privileged = true;
		argv++;
		argc--;
	}
	if (argc != 3) {
		fputs("probe: [--privileged] ALL_CAPS HOST_NAMESPACES\n", stderr);
		return 2;
	}
	p.all_caps = argv[1];
	p.host_ns = argv[2];
	probe_self(&p);
	probe_calls(&p);
	probe_sockets(&p);
	probe_devices(&p);
	probe_paths(&p);
	probe_mounts();
	return 0;
}
