/* fuzz_idmap.c - id maps: what is accepted keeps the kernel's rules, and a placed id is mapped exactly once. */
#include "fuzz.h"
#include "nsrun/idmap.h"

/* No id 4294967295, nothing empty, no overlap on either side. */
static void check_map(const struct idmap *m)
{
	FUZZ_MUST(m->n <= IDMAP_MAX);
	for (size_t i = 0; i < m->n; i++) {
		const struct id_range *a = &m->r[i];

		FUZZ_MUST(a->count > 0);
		FUZZ_MUST((uint64_t)a->inner + a->count - 1 <= ID_MAX && (uint64_t)a->outer + a->count - 1 <= ID_MAX);
		for (size_t k = i + 1; k < m->n; k++) {
			const struct id_range *b = &m->r[k];

			FUZZ_MUST(a->inner >= (uint64_t)b->inner + b->count ||
			          b->inner >= (uint64_t)a->inner + a->count);
			FUZZ_MUST(a->outer >= (uint64_t)b->outer + b->count ||
			          b->outer >= (uint64_t)a->outer + a->count);
		}
	}
}

/* Every line of the input is a range; the first one's ends are then placed. */
static void fuzz_map(char *text)
{
	static struct idmap m;
	struct id_range r, first = {0};
	char *save = NULL, out[IDMAP_TEXT];
	struct err e;

	m.n = 0;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (idmap_parse(line, &r) < 0)
			continue;
		if (m.n == 0)
			first = r;
		if (idmap_add(&m, &r, &e) < 0)
			FUZZ_MUST(*e.text);
	}
	check_map(&m);
	if (idmap_place(&m, first.inner + first.count / 2, first.count % ID_MAX, &e) == 0) {
		FUZZ_MUST(m.r[0].inner == first.inner + first.count / 2 && m.r[0].count == 1);
		check_map(&m);
	}
	if (idmap_text(&m, out, &e) == 0)
		FUZZ_MUST(strlen(out) < IDMAP_TEXT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), name[32];
	struct id_range r;
	uint32_t id;

	if (idmap_subid(s, "me", 1000, &r) == 0)
		FUZZ_MUST(r.count > 0 && (uint64_t)r.outer + r.count - 1 <= ID_MAX);
	if (idmap_account(s, "me", &id) == 0)
		FUZZ_MUST(id <= ID_MAX);
	if (idmap_account_name(s, 1000, name, sizeof(name)) == 0)
		FUZZ_MUST(name[0] && strlen(name) < sizeof(name));
	fuzz_map(s);
	free(s);
	return 0;
}
