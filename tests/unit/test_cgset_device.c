/* test_cgset_device.c - rules about devices, lists of them, and the BPF program that decides as a list does. */
#include "cgset/device.h"
#include "check.h"
#include "gate_run.h"

#include <errno.h>

static struct device_list list;
static char text[DEVICE_TEXT_MAX];

/* The list that stands for a text, as text again. */
static const char *again(const char *s)
{
	return device_list_parse(&list, s, s) == 0 ? device_list_text(&list, text) : "refused";
}

static void test_rules(void)
{
	static const char *const bad[] = {"",        "c",        "c ",        "c 1:3",     "c 1:3 ",
	                                  "c 1:3 x", "c 1:3 rr", "d 1:3 r",   "c 1 r",     "c :3 r",
	                                  "c 1: r",  "c -1:3 r", "c 1:3 r ",  "c  1:3 r",  "c 1:3:4 r",
	                                  "a",       "c 1:** r", "c 0x1:3 r", "c 1:3 rwmr"};
	struct device_rule r;
	char one[32];

	CHECK(device_rule_parse("c 1:3 mrw", &r) == 0 && r.major == 1 && r.minor == 3 && r.access == DEVICE_RWM);
	CHECK_STR(device_rule_text(&r, one), "c 1:3 rwm");
	CHECK(device_rule_parse("b *:* m", &r) == 0 && r.major == DEVICE_ANY && r.minor == DEVICE_ANY);
	CHECK_STR(device_rule_text(&r, one), "b *:* m");
	CHECK(device_rule_parse("/dev/null:r", &r) == 0);
	CHECK_STR(device_rule_text(&r, one), "c 1:3 r");
	CHECK(device_rule_parse("/dev/null", &r) == 0 && r.access == DEVICE_RWM);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		CHECK(device_rule_parse(bad[i], &r) == -1 && errno == EINVAL);
	}
	CHECK(device_rule_parse("c 4096:0 r", &r) == -1 && errno == ERANGE);
	CHECK(device_rule_parse("c 1:1048576 r", &r) == -1 && errno == ERANGE);
	CHECK(device_rule_parse("/dev", &r) == -1 && errno == ENODEV);
	CHECK(device_rule_parse("/dev/no such:rw", &r) == -1 && errno == ENOENT);
}

static void test_lists(void)
{
	CHECK_STR(again("all"), "all");
	CHECK_STR(again("none"), "none");
	CHECK_STR(again("c 1:3 rwm,b 8:* r"), "c 1:3 rwm,b 8:* r");
	CHECK_STR(again("all,-c 1:3 w"), "all,-c 1:3 w");
	/* What a later rule makes void, or what the base says already, is left out. */
	CHECK_STR(again("c 1:3 r,c 1:* rw"), "c 1:* rw");
	CHECK_STR(again("none,-c 1:3 w"), "none");
	CHECK_STR(again("all,c 1:3 w"), "all");
	CHECK_STR(again("c 1:* rw,-c 1:3 w"), "c 1:* rw,-c 1:3 w");
	CHECK_STR(again("c 1:* rw,-c 1:3 w,-c *:* rwm"), "none");
	CHECK_STR(again("all,-c 1:3 r,c 1:3 rw,-c 1:3 rm,-b 1:1 r,c 1:3 rm"), "all,-b 1:1 r");
	CHECK_STR(again("default,a"), "all");
	CHECK(!strncmp(again("default"), "c *:* m,b *:* m,c 1:3 rwm,", 26));
	static const char *const bad[] = {"", ",", "all,", "c 1:3 r,all", "none,none", "nothing", "-", "all,-"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_STR(again(bad[i]), "refused");
}

/* What is asked to be changed stays apart from what is there until both come together. */
static void test_changes(void)
{
	struct device_list change = {0};

	again("c 1:3 rwm,c 1:5 rwm");
	CHECK(device_list_change(&change, false, "c 1:5 w", "x") == 0);
	CHECK(device_list_change(&change, true, "b 8:0 r", "x") == 0);
	CHECK(change.base == DEVICE_KEEP && change.n == 2);
	CHECK(device_list_merge(&list, &change) == 0);
	CHECK_STR(device_list_text(&list, text), "c 1:3 rwm,c 1:5 rwm,-c 1:5 w,b 8:0 r");
	CHECK(device_list_change(&change, false, "a", "x") == 0 && change.base == DEVICE_NONE && change.n == 0);
	CHECK(device_list_merge(&list, &change) == 0);
	CHECK_STR(device_list_text(&list, text), "none");
	for (int i = 0; i < DEVICE_RULES_MAX; i++) {
		snprintf(text, sizeof(text), "c 9:%d r", i);
		CHECK(device_list_change(&list, true, text, "x") == 0);
	}
	errno = 0;
	CHECK(device_list_change(&list, true, "c 8:8 r", "x") == -1 && errno == E2BIG);
	CHECK(strlen(device_list_text(&list, text)) < sizeof(text));
	CHECK(gate_agrees(&list, 'c', DEVICE_READ, 9, 0) && gate_agrees(&list, 'c', DEVICE_READ, 9, 500));
}

static void test_questions(void)
{
	struct device_rule r;

	again("c 1:* rw,-c 1:3 w");
	CHECK(device_rule_parse("c 1:3 r", &r) == 0 && device_list_covers(&list, &r) && device_list_touches(&list, &r));
	CHECK(device_rule_parse("c 1:3 rw", &r) == 0 && !device_list_covers(&list, &r));
	CHECK(device_rule_parse("c *:* r", &r) == 0 && !device_list_covers(&list, &r) &&
	      device_list_touches(&list, &r));
	CHECK(device_rule_parse("b 1:3 r", &r) == 0 && !device_list_covers(&list, &r) &&
	      !device_list_touches(&list, &r));
}

static void test_programs(void)
{
	static const char *const lists[] = {"all",
	                                    "none",
	                                    "default",
	                                    "c 1:* rw,-c 1:3 w",
	                                    "all,-b *:* rwm,b 8:1 r",
	                                    "c 1:3 r,c 1:3 w,c *:3 m",
	                                    "all,-c 1:3 r,c 1:3 rw,-c *:3 w"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		CHECK(device_list_parse(&list, lists[i], lists[i]) == 0);
		for (unsigned int access = 1; access <= DEVICE_RWM; access++)
			for (uint32_t n = 0; n < 12; n++)
				CHECK(gate_agrees(&list, 'c', access, n, 3) && gate_agrees(&list, 'b', access, 8, n));
	}
}

int main(void)
{
	test_rules();
	test_lists();
	test_changes();
	test_questions();
	test_programs();
	return check_done();
}
