/* fuzz_cgroup.c - mountinfo and /proc/PID/cgroup: strings stay inside the line, the map inside its bounds. */
#include "common/cgroup.h"
#include "common/mountinfo.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cg_map m;
	char *s = fuzz_string(data, size);
	struct cg_membership ms;
	size_t i, len;

	cg_parse_mounts(s, &m);
	FUZZ_MUST(m.n <= CG_MAX);
	for (i = 0; i < m.n; i++)
		FUZZ_MUST(m.h[i].mount[0] && strlen(m.h[i].controllers) < sizeof(m.h[i].controllers));
	FUZZ_MUST((m.n == 0) == (cg_tracker(&m) == NULL));
	free(s);
	s = fuzz_string(data, size);
	len = strlen(s);
	if (cg_parse_membership(s, &ms) == 0) {
		FUZZ_MUST(ms.path[0] == '/' && ms.path + strlen(ms.path) == s + len);
		FUZZ_MUST(ms.controllers > s && ms.controllers + strlen(ms.controllers) < ms.path);
	}
	free(s);
	return 0;
}
