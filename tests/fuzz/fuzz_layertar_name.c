/* fuzz_layertar_name.c - names in archives: what is accepted has no component "..", is not absolute, and a whiteout
 * names a file in the directory of its mark. */
#include "common/name.h"
#include "fuzz.h"
#include "layertar/whiteout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	const char *inside = name_inside(s), *name = NULL;

	if (inside) {
		FUZZ_MUST(*inside && *inside != '/' && strcmp(inside, "..") != 0);
		FUZZ_MUST(strncmp(inside, "../", 3) != 0 && !strstr(inside, "/../"));
		if (whiteout_of(inside, &name) == WHITEOUT_FILE)
			FUZZ_MUST(*name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	}
	free(s);
	return 0;
}
