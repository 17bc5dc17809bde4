/* test_land.c - users, groups and capability names. */
#include "check.h"
#include "common/land.h"
#include "common/land_ids.h"

#include <linux/capability.h>
#include <stdlib.h>

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                             "# comment\n"
                             ":x:3:3::/:\n"
                             "bad:x:four:4::/:\n"
                             "short:x:5\n"
                             "user:x:1000:1001:A User:/home/user:/bin/sh\n"
                             "twice:x:1000:7::/other:\n"
                             "nohome:x:8:8::relative:\n"
                             "huge:x:4294967295:0::/:\n"
                             "last:x:9:9::/last";

static const char group[] = "root:x:0:root\n"
                            "user:x:1001:\n"
                            "extra:x:33:other,user\n"
                            "near:x:34:userx,xuser\n"
                            "wide:x:35:user,\n"
                            "bad:x:no:user\n"
                            "none:x:36\n";

/* A lookup on copies, since they are cut up. */
static int look(const char *spec, char *const *extra, size_t n, struct land_ids *ids, struct err *e)
{
	char *p = strdup(passwd), *g = strdup(group);
	int r = land_lookup_text(p, g, spec, extra, n, ids, e);

	free(p);
	free(g);
	return r;
}

/* Whether a specification gives these ids and (sorted or not) exactly these groups. */
static int is(const char *spec, uid_t uid, gid_t gid, size_t n, const gid_t *groups)
{
	struct land_ids ids;
	struct err e = {0};

	if (look(spec, NULL, 0, &ids, &e) < 0)
		return 0;
	return ids.uid == uid && ids.gid == gid && ids.n_groups == n &&
	       !memcmp(ids.groups, groups, n * sizeof(*groups));
}

static void test_users(void)
{
	CHECK(is(NULL, 0, 0, 1, (const gid_t[]){0}));
	CHECK(is("root", 0, 0, 1, (const gid_t[]){0}));
	CHECK(is("user", 1000, 1001, 3, (const gid_t[]){1001, 33, 35}));
	CHECK(is("1000", 1000, 1001, 3, (const gid_t[]){1001, 33, 35}));
	CHECK(is("user:extra", 1000, 33, 1, (const gid_t[]){33}));
	CHECK(is("user:77", 1000, 77, 1, (const gid_t[]){77}));
	CHECK(is("12345", 12345, 0, 1, (const gid_t[]){0}));
	CHECK(is("12345:12", 12345, 12, 1, (const gid_t[]){12}));
	CHECK(is("last", 9, 9, 1, (const gid_t[]){9}));
	CHECK(is("4294967294", 4294967294u, 0, 1, (const gid_t[]){0}));
}

static void test_refused(void)
{
	static const char *const bad[] = {"",      ":",           ":0",         "0:",  "nosuch",      "bad",
	                                  "short", "huge",        "4294967295", "-1",  "+1",          " 0",
	                                  "0 ",    "user:nosuch", "user:none",  "0x0", "user:extra:x"};
	struct land_ids ids;
	struct err e = {0};
	char name[400];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!CHECK(look(bad[i], NULL, 0, &ids, &e) < 0 && e.code == 0 && *e.text))
			printf("  '%s'\n", bad[i]);
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(look(name, NULL, 0, &ids, &e) < 0);
}

static void test_home(void)
{
	struct land_ids ids;
	struct err e = {0};

	CHECK(look("user", NULL, 0, &ids, &e) == 0);
	CHECK_STR(ids.home, "/home/user");
	CHECK_STR(ids.name, "user");
	CHECK(look("nohome", NULL, 0, &ids, &e) == 0);
	CHECK_STR(ids.home, "/");
	CHECK(look("4321", NULL, 0, &ids, &e) == 0);
	CHECK_STR(ids.home, "/");
	CHECK_STR(ids.name, "");
}

static void test_extra_groups(void)
{
	char extra[] = "extra", number[] = "99", same[] = "33", unknown[] = "nosuch";
	char *const good[] = {extra, number, same}, *const wrong[] = {unknown};
	struct land_ids ids;
	struct err e = {0};

	CHECK(look("root", good, 3, &ids, &e) == 0 && ids.n_groups == 3 && ids.groups[1] == 33 && ids.groups[2] == 99);
	CHECK(look("root", wrong, 1, &ids, &e) < 0);
	CHECK_STR(e.text, "no group 'nosuch' in the root's '/etc/group'");
}

static void test_no_files(void)
{
	struct land_ids ids;
	struct err e = {0};

	CHECK(land_lookup_text(NULL, NULL, NULL, NULL, 0, &ids, &e) == 0 && ids.uid == 0 && ids.n_groups == 1);
	CHECK(land_lookup_text(NULL, NULL, "5:6", NULL, 0, &ids, &e) == 0 && ids.uid == 5 && ids.gid == 6);
	CHECK(land_lookup_text(NULL, NULL, "user", NULL, 0, &ids, &e) < 0);
}

static void test_caps(void)
{
	land_caps set = 0;
	struct err e = {0};

	CHECK(land_caps_default() == 0x800405fb);
	CHECK(land_caps_change(&set, "chown", true, &e) == 0 && set == 1);
	CHECK(land_caps_change(&set, "CAP_KILL", true, &e) == 0 && set == (1 | 1 << CAP_KILL));
	CHECK(land_caps_change(&set, "Cap_Chown", false, &e) == 0 && set == 1 << CAP_KILL);
	CHECK(land_caps_change(&set, "all", false, &e) == 0 && set == 0);
	CHECK(land_caps_change(&set, "ALL", true, &e) == 0 && set == land_caps_all());
	CHECK(land_caps_change(&set, "", true, &e) < 0 && e.code == 0);
	CHECK(land_caps_change(&set, "cap_", true, &e) < 0);
	CHECK(land_caps_change(&set, "net_rawx", true, &e) < 0);
	CHECK(land_caps_change(&set, "13", true, &e) < 0);
	CHECK(land_caps_change(&set, "cap_cap_chown", true, &e) < 0);
	CHECK_STR(land_caps_name(CAP_NET_RAW), "net_raw");
}

int main(void)
{
	test_users();
	test_refused();
	test_home();
	test_extra_groups();
	test_no_files();
	test_caps();
	return check_done();
}
