/* fuzz_cgset_device.c - device rules: what is accepted reads back as the same list, and its program decides as it says. */
#include "../unit/gate_run.h"
#include "cgset/device.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct device_list l, again;
	static char text[DEVICE_TEXT_MAX], second[DEVICE_TEXT_MAX];
	struct device_rule r;
	char *s, one[32];

	if (size < 4)
		return 0;
	s = fuzz_string(data + 4, size - 4);
	/* No device is looked up: a path would ask the file system. */
	if (!strchr(s, '/')) {
		if (device_rule_parse(s, &r) == 0) {
			FUZZ_MUST(device_list_change(&l, true, device_rule_text(&r, one), NULL) == 0 ||
			          l.n == DEVICE_RULES_MAX);
			l.n = 0;
		}
		if (device_list_parse(&l, s, NULL) == 0) {
			FUZZ_MUST(l.n <= DEVICE_RULES_MAX && strlen(device_list_text(&l, text)) < sizeof(text));
			FUZZ_MUST(device_list_parse(&again, text, NULL) == 0);
			FUZZ_MUST(!strcmp(text, device_list_text(&again, second)));
			FUZZ_MUST(!(data[0] & 7) ||
			          gate_agrees(&l, data[0] & 8 ? 'b' : 'c', data[0] & 7, data[1] & 15, data[2]));
		}
	}
	free(s);
	return 0;
}
