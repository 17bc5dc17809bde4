/* fuzz_stats.c - what stats reads: lines of cgset --stat, /proc/PID/net/dev, /proc/PID/stat. */
#include "cgset/members.h"
#include "ctstate/sample.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), *line, *save = NULL, buf[16];
	uint64_t one = 0, two = 0;
	struct samples samples = {0};
	struct arena a = {0};

	if (members_stat(s, &one, &two))
		FUZZ_MUST(strchr(s, ')'));
	sample_net(s, &one, &two);
	FUZZ_MUST(strlen(sample_size(one, true, buf)) < sizeof(buf) &&
	          strlen(sample_size(two, false, buf)) < sizeof(buf));
	for (line = strtok_r(s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		sample_line(&a, &samples, line);
	for (size_t i = 0; i < samples.n; i++)
		FUZZ_MUST(sample_find(&samples, samples.v[i].id) &&
		          sample_memory(&samples.v[i]) <= samples.v[i].memory &&
		          sample_cpu(&samples.v[0], &samples.v[i]) >= 0);
	arena_free(&a);
	free(s);
	return 0;
}
