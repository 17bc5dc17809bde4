/* fuzz_target_status.c - nsenter-lite's reading of /proc/PID/status, /proc/PID/limits and of id maps. */
#include "fuzz.h"
#include "nsenter-lite/limits.h"
#include "nsenter-lite/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct target_status status;
	struct rlimit limits[RLIM_NLIMITS];
	unsigned int id;

	if (target_parse_status(s, &status) == 0)
		FUZZ_MUST(status.ids.n_groups <= LAND_GROUPS_MAX && status.umask <= 0777);
	target_map_id(s, 5, &id);
	limits_parse(s, limits);
	free(s);
	return 0;
}
