/* fuzz_land_ids.c - the reader of passwd and group: any two files and any USER[:GROUP]; what is found is sound. The
 * input is three parts, separated by NULs: specification, passwd, group. */
#include "common/land_ids.h"
#include "fuzz.h"

/* The part behind the NUL that ends s, or the empty end of the input. */
static char *next_part(char *s, const char *end)
{
	s += strlen(s);
	return s < end ? s + 1 : s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *spec = fuzz_string(data, size), *end = spec + size;
	char *passwd = strdup(next_part(spec, end)), *group = strdup(next_part(next_part(spec, end), end));
	struct land_ids ids;
	struct err e = {0};

	FUZZ_MUST(passwd && group);
	if (land_lookup_text(passwd, group, spec, NULL, 0, &ids, &e) == 0) {
		FUZZ_MUST(ids.uid != (uid_t)-1 && ids.gid != (gid_t)-1);
		FUZZ_MUST(ids.n_groups >= 1 && ids.n_groups <= LAND_GROUPS_MAX && ids.groups[0] == ids.gid);
		FUZZ_MUST(*ids.home == '/' && strlen(ids.home) < sizeof(ids.home) &&
		          strlen(ids.name) < sizeof(ids.name));
	} else {
		FUZZ_MUST(*e.text);
	}
	free(group);
	free(passwd);
	free(spec);
	return 0;
}
