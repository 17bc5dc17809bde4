/* status.c - see status.h */
#include "status.h"

#include "common/fd.h"
#include "common/nstab.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void status_started(int fd, pid_t pid)
{
	char line[512], path[64];
	size_t n = (size_t)snprintf(line, sizeof(line), "{\"child-pid\":%ld", (long)pid);
	struct stat st;

	for (int i = 0; i < NS_COUNT; i++) {
		const char *name = ns_table[i].proc_name;

		/* A time namespace may be entered at the exec only. */
		snprintf(path, sizeof(path), "/proc/%ld/ns/%s%s", (long)pid, name,
		         ns_table[i].letter == 'T' ? "_for_children" : "");
		if (stat(path, &st) == 0)
			n += (size_t)snprintf(line + n, sizeof(line) - n, ",\"%s-namespace\":%llu", name,
			                      (unsigned long long)st.st_ino);
	}
	n += (size_t)snprintf(line + n, sizeof(line) - n, "}\n");
	(void)fd_write_all(fd, line, n);
}

void status_ended(int fd, const struct exit_info *x)
{
	char line[96], signal[24] = "";

	if (x->signaled)
		snprintf(signal, sizeof(signal), ",\"signal\":%d", x->value);
	snprintf(line, sizeof(line), "{\"exit-code\":%d%s%s%s}\n", exit_to_status(x), signal,
	         x->core ? ",\"core\":true" : "", x->oom ? ",\"oom\":true" : "");
	(void)fd_write_all(fd, line, strlen(line));
}

/* Writes s to dst as the inside of a JSON string; cut where it does not fit. */
static void quote(char *dst, size_t size, const char *s)
{
	char *end = dst + size - 7;

	for (; *s && dst < end; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			*dst++ = '\\';
		if (c < 0x20)
			dst += snprintf(dst, 7, "\\u%04x", c);
		else
			*dst++ = (char)c;
	}
	*dst = '\0';
}

void status_failed(int fd, int status, const char *text)
{
	char quoted[2048], line[sizeof(quoted) + 64];

	quote(quoted, sizeof(quoted), text);
	snprintf(line, sizeof(line), "{\"exit-code\":%d,\"error\":\"%s\"}\n", status, quoted);
	(void)fd_write_all(fd, line, strlen(line));
}
