/* test_keys.c - the keys that leave a terminal: read, recognised, and held back no longer than needed. */
#include "check.h"

#include "ptyrun/keys.h"

#include <string.h>

/* Types s in one piece or byte by byte; what is passed on is out. Returns whether the keys were complete. */
static bool type(struct keys *k, const char *s, bool bytewise, const char *out)
{
	char buf[256], one[64 + KEYS_MAX];
	size_t n = 0, m, len = strlen(s);
	bool left = false;

	if (!bytewise)
		left = keys_feed(k, s, len, buf, &n);
	for (size_t i = 0; bytewise && i < len && !left; i++) {
		left = keys_feed(k, s + i, 1, one, &m);
		memcpy(buf + n, one, m);
		n += m;
	}
	CHECK(n == strlen(out) && memcmp(buf, out, n) == 0);
	return left;
}

static void test_parse(void)
{
	static const char *const bad[] = {"ctrl-",
	                                  "ctrl-A",
	                                  "ctrl-1",
	                                  "ab",
	                                  ",",
	                                  "a,",
	                                  ",a",
	                                  "a,,b",
	                                  "ctrl-ab",
	                                  " ",
	                                  "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"};
	struct keys k;

	CHECK(keys_parse("ctrl-p,ctrl-q", &k) == 0 && k.n == 2 && k.seq[0] == 16 && k.seq[1] == 17 && k.at == 0);
	CHECK(keys_parse("", &k) == 0 && k.n == 0);
	CHECK(keys_parse("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,Z", &k) == 0 && k.n == 7 && k.seq[0] == 0 &&
	      k.seq[1] == 27 && k.seq[5] == 31 && k.seq[6] == 'Z');
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(keys_parse(bad[i], &k) == -1);
}

static void test_feed(void)
{
	for (int bytewise = 0; bytewise < 2; bytewise++) {
		struct keys k;

		CHECK(keys_parse("a,b", &k) == 0);
		CHECK(!type(&k, "xaaxbba", bytewise, "xaaxbb"));
		CHECK(!type(&k, "c", bytewise, "ac"));
		CHECK(type(&k, "xab", bytewise, "x") && k.at == 0);
		/* A beginning that is itself in the middle of what was held back. */
		CHECK(keys_parse("a,a,b", &k) == 0);
		CHECK(type(&k, "aaab", bytewise, "a"));
		CHECK(keys_parse("a,b,a,c", &k) == 0);
		CHECK(type(&k, "ababac", bytewise, "ab"));
		CHECK(keys_parse("", &k) == 0);
		CHECK(!type(&k, "abc", bytewise, "abc"));
	}
}

int main(void)
{
	test_parse();
	test_feed();
	return check_done();
}
