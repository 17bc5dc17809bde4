/* fuzz_cgset_value.c - settings and CPU lists: what is accepted is inside its bounds and means the same when printed
 * again. */
#include "cgset/setting.h"
#include "cgset/value.h"
#include "fuzz.h"

#include <stdio.h>

/* The list as single numbers parses to the same set. */
static void same_list(const struct cpulist *l)
{
	char *text = malloc(CPULIST_BITS * 5 + 1);
	struct cpulist again;
	size_t n = 0;
	unsigned int i;

	FUZZ_MUST(text);
	for (i = 0; i < CPULIST_BITS; i++)
		if (l->bits[i / 64] >> i % 64 & 1)
			n += (size_t)sprintf(text + n, "%s%u", n ? "," : "", i);
	FUZZ_MUST(n > 0 && value_cpulist(text, &again) == 0 && cpulist_equal(l, &again));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct settings settings;
	char *s = fuzz_string(data, size), text[24], device[16];
	uint64_t n = 0, m = 0;
	struct cpulist list;
	struct err e;

	if (value_size(s, true, &n) == 0) {
		FUZZ_MUST(n <= INT64_MAX || n == VALUE_UNLIMITED);
		FUZZ_MUST(value_size(value_text(n, text), false, &m) == 0 && m == n);
	}
	if (value_cpu(s, &n) == 0)
		FUZZ_MUST(n >= 10000 && n <= (uint64_t)CPULIST_BITS * 1000000);
	if (value_cpu_max(s, &n, &m) == 0)
		FUZZ_MUST(n >= 1000);
	if (value_cpulist(s, &list) == 0)
		same_list(&list);
	if (value_device_rate(s, device, sizeof(device), &n) == 0)
		FUZZ_MUST(strlen(device) < sizeof(device));
	/* No device is looked up on the way: a path would ask the file system. */
	if (strncmp(s, "io-", 3) != 0 && !(strncmp(s, "device", 6) == 0 && strchr(s, '/'))) {
		if (settings_add(&settings, s, &e) == 0)
			FUZZ_MUST(value_is_plain(strchr(s, '=') + 1));
		settings_free(&settings);
	}
	free(s);
	return 0;
}
