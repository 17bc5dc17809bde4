/* test_name.c - which names are allowed. */
#include "check.h"
#include "common/name.h"

int main(void)
{
	char long_name[80];

	memset(long_name, 'a', sizeof(long_name));
	long_name[63] = '\0';
	CHECK(name_is_object(long_name) && name_is_host(long_name));
	long_name[63] = 'a';
	long_name[64] = '\0';
	CHECK(!name_is_object(long_name) && !name_is_host(long_name));
	CHECK(name_is_object("web") && name_is_object("a.b-c_d") && name_is_object("0a"));
	static const char *const bad_objects[] = {"",    "a",   "-x",  ".x",      "_x",    "../x",
	                                          "a/b", "a b", "a\n", "a\033[m", "a$(x)", "\xc3\xa9x"};
	for (size_t i = 0; i < sizeof(bad_objects) / sizeof(bad_objects[0]); i++)
		CHECK(!name_is_object(bad_objects[i]));
	CHECK(name_is_interface("mydocker0") && name_is_interface("a") && name_is_interface("123456789012345"));
	CHECK(!name_is_interface("1234567890123456") && !name_is_interface("") && !name_is_interface("a/b") &&
	      !name_is_interface(".."));
	CHECK(!name_is_interface("a b") && !name_is_interface("a\"") && !name_is_interface("-a") &&
	      !name_is_interface("a:1"));
	CHECK(name_is_file("web.1") && !name_is_file(".") && !name_is_file("..") && !name_is_file("-r") &&
	      !name_is_file("a/b"));
	CHECK(name_is_group("mydocker/web") && name_is_group("a") && !name_is_group("/a") && !name_is_group("a/"));
	CHECK(!name_is_group("a//b") && !name_is_group("a/../b") && !name_is_group("") && !name_is_group("a/\nb"));
	CHECK(name_is_host("web-1.example") && !name_is_host("-web") && !name_is_host("web-") &&
	      !name_is_host("we_b") && !name_is_host(""));
	return check_done();
}
