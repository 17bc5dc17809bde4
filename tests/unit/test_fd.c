/* test_fd.c - closing ranges, small files, atomic writes. */
#include "check.h"
#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void test_close_from(void)
{
	static const int keep[] = {40, 30};

	for (int fd = 30; fd <= 45; fd++)
		CHECK(dup2(0, fd) == fd);
	fd_close_from(30, keep, 2);
	for (int fd = 30; fd <= 45; fd++)
		CHECK(is_open(fd) == (fd == 30 || fd == 40));
	close(30);
	close(40);
}

static void test_files(void)
{
	char dir[] = "/tmp/test_fd.XXXXXX", line[8];
	AUTO_FREE char *data = NULL;
	struct err e;
	size_t n = 0;

	CHECK(mkdtemp(dir) != NULL);
	AUTO_FD d = open(dir, O_PATH | O_CLOEXEC);
	CHECK(file_write_atomic(d, "f", "a\0b\n", 4, 0600, &e) == 0);
	CHECK(file_read(d, "f", 4, &data, &n, &e) == 0 && n == 4 && memcmp(data, "a\0b\n", 5) == 0);
	mem_free(&data);
	data = NULL;
	CHECK(file_read(d, "f", 3, &data, &n, &e) == -1 && e.code == EFBIG && !data);
	CHECK(file_read(d, "none", 3, &data, &n, &e) == -1 && e.code == ENOENT);
	CHECK(file_write_atomic(d, "f", "1234567\n", 8, 0600, &e) == 0);
	CHECK(file_read_line(d, "f", line, sizeof(line)) == -1 && errno == EFBIG);
	CHECK(file_write_atomic(d, "f", "123456\n", 7, 0600, &e) == 0);
	CHECK(file_read_line(d, "f", line, sizeof(line)) == 6 && strcmp(line, "123456") == 0);
	CHECK(file_write_atomic(d, "no/f", "x", 1, 0600, &e) == -1 && e.code == ENOENT);
	CHECK(unlinkat(d, "f", 0) == 0);
	CHECK(rmdir(dir) == 0); /* and so no temporary file is left */
}

/* The lock is there before the name is, and ends with its descriptor. */
static void test_held(void)
{
	char dir[] = "/tmp/test_fd.XXXXXX";
	struct err e;
	int held = -1;

	CHECK(mkdtemp(dir) != NULL);
	AUTO_FD d = open(dir, O_PATH | O_CLOEXEC);
	CHECK(file_write_held(d, "f", "1\n", 2, 0600, &held, &e) == 0 && held >= 0);
	CHECK(fcntl(held, F_GETFD) == FD_CLOEXEC);
	AUTO_FD reader = openat(d, "f", O_RDONLY | O_CLOEXEC);
	CHECK(file_is_held(reader) && !file_is_held(held) && !file_is_held(d));
	fd_close(&held);
	CHECK(!file_is_held(reader));
	CHECK(file_write_held(d, "no/f", "x", 1, 0600, &held, &e) == -1 && e.code == ENOENT && held == -1);
	CHECK(unlinkat(d, "f", 0) == 0 && rmdir(dir) == 0);
}

/* Sizes about those at which the reading goes on. */
static void test_sizes(void)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 8191, 8192, 8193, 40000};
	static char text[40000];
	char dir[] = "/tmp/test_fd.XXXXXX";
	struct err e;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7 + i / 4096);
	CHECK(mkdtemp(dir) != NULL);
	AUTO_FD d = open(dir, O_PATH | O_CLOEXEC);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		AUTO_FREE char *data = NULL;
		AUTO_FREE char *none = NULL;
		size_t n = sizes[i], got = 0;

		CHECK(file_write_atomic(d, "f", text, n, 0600, &e) == 0);
		CHECK(file_read(d, "f", n, &data, &got, &e) == 0 && got == n && !memcmp(data, text, n) && !data[n]);
		mem_free(&data);
		data = NULL;
		CHECK(file_read(d, "f", 16 << 20, &data, &got, &e) == 0 && got == n && !memcmp(data, text, n));
		CHECK(n == 0 || (file_read(d, "f", n - 1, &none, &got, &e) == -1 && e.code == EFBIG && !none));
	}
	CHECK(unlinkat(d, "f", 0) == 0 && rmdir(dir) == 0);
}

static void test_parse(void)
{
	struct err e;
	int fd;

	CHECK(fd_parse("0", &fd, &e) == 0 && fd == 0);
	CHECK(fd_parse("999", &fd, &e) == -1 && e.code == EBADF);
	CHECK(fd_parse("-1", &fd, &e) == -1 && fd_parse("1x", &fd, &e) == -1 && fd_parse("", &fd, &e) == -1);
}

int main(void)
{
	test_close_from();
	test_files();
	test_held();
	test_sizes();
	test_parse();
	return check_done();
}
