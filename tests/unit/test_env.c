/* test_env.c - an environment under construction keeps order and every byte. */
#include "check.h"
#include "common/env.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void test_set_get(void)
{
	struct env v = {0};
	struct err e = {0};

	CHECK(env_get(&v, "A") == NULL);
	CHECK(env_set(&v, "A=1", &e) == 0 && env_set(&v, "AB=2", &e) == 0 && env_set(&v, "A=", &e) == 0);
	CHECK(v.n == 2 && v.v[2] == NULL);
	CHECK_STR(env_get(&v, "A"), "");
	CHECK_STR(env_get(&v, "AB"), "2");
	CHECK(env_set(&v, "C=x=y", &e) == 0);
	CHECK_STR(env_get(&v, "C"), "x=y");
	CHECK(env_set(&v, "=x", &e) < 0 && e.code == EINVAL);
	CHECK(env_set(&v, "novalue", &e) < 0 && env_set(&v, "", &e) < 0);
	CHECK(v.n == 3);
	env_free(&v);
	CHECK(v.v == NULL && v.n == 0);
}

static void test_many(void)
{
	struct env v = {0};
	struct err e = {0};
	char entry[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(entry, sizeof(entry), "K%d=%d", i, i);
		if (!CHECK(env_set(&v, entry, &e) == 0))
			break;
	}
	CHECK(v.n == 1000 && v.v[1000] == NULL);
	CHECK_STR(env_get(&v, "K999"), "999");
	env_free(&v);
}

static void test_block(void)
{
	static const char block[] = "A=one\ntwo \0B=\0C=last";
	struct env v = {0};
	struct err e = {0};

	CHECK(env_add_block(&v, block, sizeof(block) - 1, &e) == 0 && v.n == 3);
	CHECK_STR(env_get(&v, "A"), "one\ntwo ");
	CHECK_STR(env_get(&v, "C"), "last");
	CHECK(env_add_block(&v, "", 0, &e) == 0 && v.n == 3);
	CHECK(env_add_block(&v, "\0", 1, &e) < 0);
	env_free(&v);
}

static void test_vector_and_file(void)
{
	char one[] = "A=1", two[] = "odd", three[] = "=C:=x", four[] = "B=2";
	char *const vector[] = {one, two, three, four, NULL};
	char path[] = "/tmp/test_env.XXXXXX";
	int fd = mkstemp(path);
	struct env v = {0};
	struct err e = {0};

	CHECK(env_add_vector(&v, vector, &e) == 0 && v.n == 2);
	CHECK(env_add_vector(&v, NULL, &e) == 0 && v.n == 2);
	CHECK(fd >= 0 && write(fd, "B=3\0D=4\0", 8) == 8);
	CHECK(env_add_file(&v, path, &e) == 0 && v.n == 3);
	CHECK_STR(env_get(&v, "B"), "3");
	CHECK_STR(v.v[1], "B=3");
	close(fd);
	unlink(path);
	CHECK(env_add_file(&v, path, &e) < 0 && e.code == ENOENT);
	env_free(&v);
}

int main(void)
{
	test_set_get();
	test_many();
	test_block();
	test_vector_and_file();
	return check_done();
}
