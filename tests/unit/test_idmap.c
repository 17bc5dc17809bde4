/* test_idmap.c - id maps: what is typed, what /etc/subuid holds, holes, the kernel's limits. */
#include "check.h"
#include "nsrun/idmap.h"

#include <errno.h>
#include <stdlib.h>

static void test_parse(void)
{
	static const char *const bad[] = {"",       "1",      "1,2",     "1,2,3,4", "1:2:3:4", "a,1,1",
	                                  "1,a,1",  "1,1,a",  "1,1,",    ",1,1",    "1, 1,1",  "1:1,1",
	                                  "-1,0,1", "+1,0,1", "1,1,1\n", "1\n,1,1", "0x1,1,1"};
	struct id_range r = {7, 7, 7};

	CHECK(idmap_parse("1000,0,10", &r) == 0 && r.outer == 1000 && r.inner == 0 && r.count == 10);
	CHECK(idmap_parse("5:2000:3", &r) == 0 && r.inner == 5 && r.outer == 2000 && r.count == 3);
	CHECK(idmap_parse("4294967294:0:1", &r) == 0 && r.inner == ID_MAX);
	CHECK(idmap_parse("0:0:4294967294", &r) == 0 && r.count == ID_MAX);
	r = (struct id_range){7, 7, 7};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		if (!CHECK(idmap_parse(bad[i], &r) == -1 && errno == EINVAL))
			printf("  '%s'\n", bad[i]);
	}
	static const char *const far[] = {"0:0:0",          "4294967295:0:1", "0:4294967295:1",
	                                  "4294967294:0:2", "2:0:4294967294", "99999999999,0,1"};
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		errno = 0;
		if (!CHECK(idmap_parse(far[i], &r) == -1 && errno == ERANGE))
			printf("  '%s'\n", far[i]);
	}
	CHECK(r.inner == 7 && r.outer == 7 && r.count == 7);
}

/* A map out of one spec, with one id placed, as text. */
static void places(const char *spec, uint32_t inner, uint32_t outer, const char *want)
{
	static struct idmap m;
	struct id_range r;
	char text[IDMAP_TEXT];
	struct err e;

	m.n = 0;
	CHECK(idmap_parse(spec, &r) == 0 && idmap_add(&m, &r, &e) == 0);
	CHECK(idmap_place(&m, inner, outer, &e) == 0 && idmap_text(&m, text, &e) == 0);
	CHECK_STR(text, want);
}

static void test_place(void)
{
	/* The example of unshare(1). */
	places("0:100000:65536", 0, 1000, "0 1000 1\n1 100000 65535\n");
	places("0:100000:100", 50, 1000, "50 1000 1\n0 100000 50\n51 100050 49\n");
	places("0:100000:100", 99, 1000, "99 1000 1\n0 100000 99\n");
	places("0:100000:100", 200, 1000, "200 1000 1\n0 100000 100\n");
	places("0:0:10", 3, 0, "3 0 1\n0 1 3\n4 4 6\n");
	places("0:0:10", 0, 0, "0 0 1\n1 1 9\n");
	places("0:0:10", 20, 5, "20 5 1\n0 0 5\n5 6 4\n");
	places("7:8:1", 7, 9, "7 9 1\n");
	places("0:0:4294967294", 4294967294, 4294967294, "4294967294 4294967294 1\n0 0 4294967294\n");
}

static void test_add(void)
{
	static struct idmap m;
	struct err e;
	char text[IDMAP_TEXT];

	CHECK(idmap_add(&m, &(struct id_range){0, 100, 10}, &e) == 0);
	CHECK(idmap_add(&m, &(struct id_range){10, 110, 10}, &e) == 0);
	CHECK(idmap_add(&m, &(struct id_range){9, 500, 1}, &e) == -1);
	CHECK_STR(e.text, "id map: range 9:500:1 overlaps with 0:100:10 (INNER:OUTER:COUNT)");
	CHECK(idmap_add(&m, &(struct id_range){500, 119, 5}, &e) == -1);
	CHECK(m.n == 2);
	m.n = 0;
	for (uint32_t i = 0; i < IDMAP_MAX; i++)
		CHECK(idmap_add(&m, &(struct id_range){i, i, 1}, &e) == 0);
	CHECK(idmap_add(&m, &(struct id_range){1000, 1000, 1}, &e) == -1);
	CHECK(idmap_text(&m, text, &e) == 0 && strlen(text) < IDMAP_TEXT);
	m.n = 0;
	for (uint32_t i = 0; i < IDMAP_MAX; i++)
		CHECK(idmap_add(&m, &(struct id_range){4000000000U + i, 4000000000U + i, 1}, &e) == 0);
	CHECK(idmap_text(&m, text, &e) == -1);
}

static void test_subid(void)
{
	static const char text[] = "# comment\nroot:100000:65536\n\nme:200000:10\nbad:x:1\nme:1:\n1000:300000:5:extra\n"
	                           "1000:300000:5\nme:4294967295:1\nme:400000:0\nmexx:1:1\nme:500000:7";
	struct id_range r;

	CHECK(idmap_subid(text, "me", 1000, &r) == 0 && r.outer == 200000 && r.count == 10 && r.inner == 0);
	CHECK(idmap_subid(text, NULL, 1000, &r) == 0 && r.outer == 300000);
	CHECK(idmap_subid(text, "you", 1, &r) == -1);
	CHECK(idmap_subid("", "you", 1, &r) == -1);
}

static void test_accounts(void)
{
	static const char passwd[] =
	    "root:x:0:0:root:/root:/bin/sh\n\nshort:x\ndaemon:x:1:1::/:/x\n:x:9:9::/:\nbad:x:-1:0::/:\n"
	    "nobody:x:65534:65534::/:";
	char name[16];
	uint32_t id = 77;

	CHECK(idmap_account(passwd, "daemon", &id) == 0 && id == 1);
	CHECK(idmap_account(passwd, "nobody", &id) == 0 && id == 65534);
	CHECK(idmap_account(passwd, "bad", &id) == -1);
	CHECK(idmap_account(passwd, "", &id) == -1);
	CHECK(idmap_account(passwd, "roo", &id) == -1 && id == 65534);
	CHECK(idmap_account_name(passwd, 0, name, sizeof(name)) == 0);
	CHECK_STR(name, "root");
	CHECK(idmap_account_name(passwd, 9, name, sizeof(name)) == -1);
	CHECK(idmap_account_name(passwd, 65534, name, 3) == -1);
}

int main(void)
{
	test_parse();
	test_place();
	test_add();
	test_subid();
	test_accounts();
	return check_done();
}
