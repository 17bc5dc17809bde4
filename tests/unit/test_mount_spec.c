/* test_mount_spec.c - rootfs-pivot's short forms and fstab lines, without mounting anything. */
#include "check.h"
#include "rootfs-pivot/fstab.h"
#include "rootfs-pivot/mapids.h"
#include "rootfs-pivot/mountopt.h"
#include "rootfs-pivot/spec.h"

#include <stdlib.h>
#include <sys/mount.h>

static struct plan plan;

/* The step that was added last. */
static const struct step *last(void)
{
	return &plan.step[plan.n_steps - 1];
}

static void test_bind(void)
{
	struct err e = {0};

	CHECK(spec_bind(&plan, "/a b:/c:ro,noexec,rslave,z", &e) == 0);
	CHECK_STR(last()->source, "/a b");
	CHECK_STR(last()->target, "/c");
	CHECK(last()->attr_set == (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC) && last()->propagation == MS_SLAVE &&
	      last()->recursive);
	CHECK(spec_bind(&plan, "rel:/c:rro", &e) == 0 && last()->attr_set == MOUNT_ATTR_RDONLY);
	CHECK(spec_bind(&plan, "rel:/c", &e) == 0 && last()->propagation == MS_PRIVATE && last()->attr_set == 0);
	CHECK(spec_bind(&plan, "/a:/c:bind,exec,nosuid,suid", &e) == 0 && !last()->recursive);
	CHECK(last()->attr_set == 0 && last()->attr_clear == (MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID));
	CHECK(spec_bind(&plan, "/a:/c:noatime,relatime", &e) == 0 && last()->attr_set == 0 &&
	      last()->attr_clear == MOUNT_ATTR__ATIME);
}

static void test_bind_refused(void)
{
	static const char *const bad[] = {"",        ":",          "/a",         "/a:",      ":/b",
	                                  "/a:b",    "/a:/",       "/a://.",     "/a:/b/..", "/a:/../b",
	                                  "/a:/b:x", "/a:/b:ro,x", "/a:/b:ro:rw"};
	struct err e = {0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!CHECK(spec_bind(&plan, bad[i], &e) < 0))
			printf("  '%s'\n", bad[i]);
	CHECK(spec_bind(&plan, "/a:/b/..c/d..", &e) == 0);
}

static void test_tmpfs(void)
{
	struct err e = {0};

	CHECK(spec_tmpfs(&plan, "/t", &e) == 0);
	CHECK_STR(last()->options, "nosuid,nodev,noexec,");
	CHECK(spec_tmpfs(&plan, "/t:size=64m,mode=1777,exec,ro", &e) == 0);
	CHECK_STR(last()->options, "ro,nosuid,nodev,exec,size=64m,mode=1777");
	CHECK(spec_tmpfs(&plan, "/t:size=50%,uid=5,nr_inodes=10k", &e) == 0);
	CHECK(spec_tmpfs(&plan, "/t:size=-1", &e) < 0 && spec_tmpfs(&plan, "/t:size=101%", &e) < 0);
	CHECK(spec_tmpfs(&plan, "/t:size", &e) < 0 && spec_tmpfs(&plan, "/t:size=", &e) < 0);
	CHECK(spec_tmpfs(&plan, "/t:mode=8", &e) < 0 && spec_tmpfs(&plan, "t", &e) < 0 &&
	      spec_tmpfs(&plan, "", &e) < 0);
}

static void test_overlay(void)
{
	struct err e = {0};
	char *options;

	CHECK(spec_overlay("/a:/b\\:c,/u,/w", &options, &e) == 0);
	CHECK_STR(options, "lowerdir=/a:/b\\:c,upperdir=/u,workdir=/w");
	free(options);
	CHECK(spec_overlay("/a,b,/u,/w", &options, &e) == 0);
	CHECK_STR(options, "lowerdir=/a\\,b,upperdir=/u,workdir=/w");
	free(options);
	CHECK(spec_overlay("", &options, &e) < 0 && spec_overlay("/a", &options, &e) < 0 &&
	      spec_overlay("/a,/u", &options, &e) < 0);
	CHECK(spec_overlay("/a,/u,", &options, &e) < 0 && spec_overlay(",/u,/w", &options, &e) < 0 &&
	      spec_overlay("/a,,/w", &options, &e) < 0);
}

static void test_others(void)
{
	struct err e = {0};

	CHECK(spec_dir(&plan, "/d:1777", &e) == 0 && last()->mode == 01777);
	CHECK(spec_dir(&plan, "/d:9", &e) < 0 && spec_dir(&plan, "d", &e) < 0);
	CHECK(spec_symlink(&plan, "a:b:/l", &e) == 0);
	CHECK_STR(last()->source, "a:b");
	CHECK(spec_symlink(&plan, "/l", &e) < 0 && spec_symlink(&plan, ":/l", &e) < 0 &&
	      spec_symlink(&plan, "a:l", &e) < 0);
}

/* fstab_line on a copy. */
static int line(const char *text, struct err *e)
{
	char *copy = strdup(text);
	int r = fstab_line(&plan, copy, "test", e);

	free(copy);
	return r;
}

static void test_fstab(void)
{
	struct err e = {0};
	size_t before = plan.n_steps;

	CHECK(line("", &e) == 0 && line("  # x", &e) == 0 && line("tmpfs /t tmpfs noauto", &e) == 0 &&
	      plan.n_steps == before);
	CHECK(line("/a\\040b /c\\011d none bind,ro,X-mount.mkdir=0700 0 0", &e) == 0);
	CHECK_STR(last()->source, "/a b");
	CHECK_STR(last()->target, "/c\td");
	CHECK(last()->kind == STEP_BIND && !last()->recursive && last()->make_target && last()->mode == 0700 &&
	      last()->attr_set == MOUNT_ATTR_RDONLY);
	CHECK(line("/a /b none rbind", &e) == 0 && last()->recursive && !last()->make_target);
	CHECK(line("tmpfs /t tmpfs size=1m,x-foo=1,X-mount.mkdir,mode=700", &e) == 0 && last()->kind == STEP_FS);
	CHECK_STR(last()->options, "size=1m,mode=700");
	CHECK(line("one", &e) < 0 && line("one two", &e) < 0 && line("a rel tmpfs x", &e) < 0 &&
	      line("a / tmpfs x", &e) < 0);
	CHECK(line("/a /b none bind,what", &e) < 0 && line("/a /b none bind,X-mount.mkdir=x", &e) < 0);
}

static void test_idmap(void)
{
	static const char *const bad[] = {
	    "",       "1",         "1:2",    "1:2:0",          "1:2:3:4",        "x:1:2:3", "b1:2:3",
	    "1:2:3,", "1:2:3 4:5", "-1:2:3", "1:2:4294967295", "4294967295:0:1", "b::2:3",  "ub:1:2:3"};
	char uids[MAPIDS_TEXT], gids[MAPIDS_TEXT];
	struct err e = {0};

	CHECK(mapids_parse("1000:0:1", uids, gids, &e) == 0);
	CHECK_STR(uids, "1000 0 1\n");
	CHECK_STR(gids, "1000 0 1\n");
	CHECK(mapids_parse("u:1:2:3 b:10:20:30", uids, gids, &e) == 0);
	CHECK_STR(uids, "1 2 3\n10 20 30\n");
	CHECK_STR(gids, "10 20 30\n");
	CHECK(mapids_parse("g:0:5:1", uids, gids, &e) == 0);
	CHECK_STR(uids, "0 0 4294967295\n");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!CHECK(mapids_parse(bad[i], uids, gids, &e) < 0))
			printf("  '%s'\n", bad[i]);
}

static void test_split(void)
{
	static const struct {
		const char *list, *rest;
		unsigned long flags;
	} cases[] = {
	    {"", "", 0},
	    {",,", "", 0},
	    {"nosuid", "", MS_NOSUID},
	    {"ro,nosuid,nodev,noexec,", "", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC},
	    {"size=1k,ro,mode=755,exec", "size=1k,mode=755", MS_RDONLY},
	    {"strictatime,nodiratime,x", "x", MS_STRICTATIME | MS_NODIRATIME},
	    {"lowerdir=/a\\,ro:/b\\,noexec,upperdir=/u,ro", "lowerdir=/a\\,ro:/b\\,noexec,upperdir=/u", MS_RDONLY},
	    {"rox,xro,ro=1,a\\", "rox,xro,ro=1,a\\", 0},
	};
	char buf[100];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(buf, sizeof(buf), "%s", cases[i].list);
		CHECK(mountopt_split(buf) == cases[i].flags);
		CHECK_STR(buf, cases[i].rest);
	}
}

int main(void)
{
	test_bind();
	test_bind_refused();
	test_tmpfs();
	test_overlay();
	test_others();
	test_fstab();
	test_idmap();
	test_split();
	return check_done();
}
