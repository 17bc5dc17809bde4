/* test_label.c - security labels, read from trees that look like /proc/PID. */
#include "check.h"
#include "common/label.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int dir;

/* What is read where one file has a text (NULL: there is none): "FILE TEXT", or "" for no label. */
static const char *read_with(const char *path, const char *text)
{
	static char got[LABEL_MAX + 64];
	struct label l;
	struct err e;
	int fd = text ? openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

	if (text)
		CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
	CHECK(label_read(dir, &l, &e) == 0);
	if (text)
		unlinkat(dir, path, 0);
	snprintf(got, sizeof(got), "%s%s%s", l.file ? l.file : "", l.file ? " " : "", l.file ? l.text : "");
	return got;
}

int main(void)
{
	char path[] = "/tmp/test_label.XXXXXX", text[LABEL_MAX + 2];
	struct label l;
	struct err e;

	CHECK(mkdtemp(path) != NULL);
	dir = open(path, O_PATH | O_DIRECTORY);
	CHECK(dir >= 0 && mkdirat(dir, "attr", 0700) == 0 && mkdirat(dir, "attr/apparmor", 0700) == 0);
	CHECK(strcmp(read_with("attr/current", NULL), "") == 0);
	CHECK(strcmp(read_with("attr/current", ""), "") == 0);
	CHECK(strcmp(read_with("attr/current", "unconfined\n"), "") == 0);
	CHECK(strcmp(read_with("attr/apparmor/current", "unconfined\n"), "") == 0);
	CHECK(strcmp(read_with("attr/apparmor/current", "docker-default (enforce)\n"),
	             "/proc/self/attr/apparmor/exec exec docker-default") == 0);
	CHECK(strcmp(read_with("attr/apparmor/current", "a b (c) (complain)\n"),
	             "/proc/self/attr/apparmor/exec exec a b (c)") == 0);
	CHECK(strcmp(read_with("attr/current", "one//two (enforce)\n"), "/proc/self/attr/exec exec one//two") == 0);
	CHECK(strcmp(read_with("attr/current", "system_u:system_r:container_t:s0:c1,c2\n"),
	             "/proc/self/attr/exec system_u:system_r:container_t:s0:c1,c2") == 0);
	CHECK(strcmp(read_with("attr/apparmor/current", ":ns://prof (enforce)\n"),
	             "/proc/self/attr/apparmor/exec exec :ns://prof") == 0);
	CHECK(label_profile("unconfined", &l, &e) == 0 && !l.file);
	CHECK(label_profile("a b//c", &l, &e) == 0 && l.file);
	CHECK_STR(l.text, "exec a b//c");
	CHECK(label_profile("", &l, &e) == -1 && e.code == EINVAL && !l.file);
	CHECK(label_profile("a\nb", &l, &e) == -1 && e.code == EINVAL);
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK(label_profile(text, &l, &e) == -1 && e.code == EINVAL);
	memset(text, 'x', sizeof(text) - 2);
	memcpy(text + sizeof(text) - 2, "\n", 2);
	{
		int fd = openat(dir, "attr/current", O_WRONLY | O_CREAT, 0600);

		CHECK(write(fd, text, strlen(text)) > 0 && close(fd) == 0);
		CHECK(label_read(dir, &l, &e) == -1 && e.code == EFBIG);
	}
	unlinkat(dir, "attr/current", 0);
	unlinkat(dir, "attr/apparmor", AT_REMOVEDIR);
	unlinkat(dir, "attr", AT_REMOVEDIR);
	CHECK(rmdir(path) == 0);
	return check_done();
}
