/* test_layertar.c - which names of an archive mean what. */
#include "check.h"
#include "common/name.h"
#include "layertar/whiteout.h"

static void names(void)
{
	CHECK_STR(name_inside("a/b"), "a/b");
	CHECK_STR(name_inside("./a"), "a");
	CHECK_STR(name_inside("/etc/passwd"), "etc/passwd");
	CHECK_STR(name_inside("//././/x"), "x");
	CHECK_STR(name_inside(""), ".");
	CHECK_STR(name_inside("."), ".");
	CHECK_STR(name_inside("./"), ".");
	CHECK_STR(name_inside("..a/b.."), "..a/b..");
	CHECK_STR(name_inside(".a"), ".a");
	CHECK(!name_inside("..") && !name_inside("../x") && !name_inside("a/../b") && !name_inside("a/.."));
	CHECK(!name_inside("/..") && !name_inside("./../x"));
}

static void whiteouts(void)
{
	const char *name = NULL;

	CHECK(whiteout_of("a/b", &name) == WHITEOUT_NONE && whiteout_of(".wha", &name) == WHITEOUT_NONE);
	CHECK(whiteout_of(".wh.x/y", &name) == WHITEOUT_NONE);
	CHECK(whiteout_of("a/.wh.b", &name) == WHITEOUT_FILE);
	CHECK_STR(name, "b");
	CHECK(whiteout_of(".wh...a", &name) == WHITEOUT_FILE);
	CHECK_STR(name, "..a");
	CHECK(whiteout_of(".wh..wh..opq", &name) == WHITEOUT_OPAQUE);
	CHECK(whiteout_of("a/.wh..wh..opq", &name) == WHITEOUT_OPAQUE);
	CHECK(whiteout_of(".wh.", &name) == WHITEOUT_BAD && whiteout_of("a/.wh..", &name) == WHITEOUT_BAD);
	CHECK(whiteout_of(".wh...", &name) == WHITEOUT_BAD);
	CHECK(whiteout_of(".wh..wh.plnk", &name) == WHITEOUT_FOREIGN &&
	      whiteout_of("a/.wh..wh.", &name) == WHITEOUT_FOREIGN);
	CHECK(whiteout_of(".wh..wh.plnk/1.2", &name) == WHITEOUT_FOREIGN);
	CHECK(whiteout_of(".wh..wh.orph/.wh..wh..opq", &name) == WHITEOUT_FOREIGN);
}

int main(void)
{
	names();
	whiteouts();
	return check_done();
}
