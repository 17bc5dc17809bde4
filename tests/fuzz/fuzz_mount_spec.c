/* fuzz_mount_spec.c - the short forms and fstab lines of rootfs-pivot: what is accepted has an absolute target without
 * "..", and sound options. */
#include "fuzz.h"
#include "rootfs-pivot/fstab.h"
#include "rootfs-pivot/mapids.h"
#include "rootfs-pivot/mountopt.h"
#include "rootfs-pivot/spec.h"

#include <limits.h>

/* Whether a path has a component "..". */
static int climbs(const char *path)
{
	for (const char *at = path; *at; at += strcspn(at, "/")) {
		at += strspn(at, "/");
		if (strcspn(at, "/") == 2 && !strncmp(at, "..", 2))
			return 1;
	}
	return 0;
}

/* Checks the steps that were added, and frees them. */
static void take_back(struct plan *p)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		struct step *s = &p->step[i];

		if (s->target) {
			FUZZ_MUST(*s->target == '/' && !climbs(s->target) && strlen(s->target) < PATH_MAX);
			FUZZ_MUST(s->mode <= 07777);
		}
		free(s->origin);
		free(s->source);
		free(s->target);
		free(s->type);
		free(s->options);
		free(s->idmap);
	}
	free(p->step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), *options;
	char uids[MAPIDS_TEXT], gids[MAPIDS_TEXT];
	struct plan p = {0};
	struct err e = {0};

	(void)spec_bind(&p, s, &e);
	(void)spec_tmpfs(&p, s, &e);
	(void)spec_dir(&p, s, &e);
	(void)spec_symlink(&p, s, &e);
	(void)spec_device(&p, s, &e);
	if (spec_overlay(s, &options, &e) == 0) {
		FUZZ_MUST(!strncmp(options, "lowerdir=", 9) && strstr(options, ",upperdir=") &&
		          strstr(options, ",workdir="));
		free(options);
	}
	(void)fstab_line(&p, s, "fuzz", &e);
	if (mapids_parse(s, uids, gids, &e) == 0)
		FUZZ_MUST(*uids && *gids && strlen(uids) < MAPIDS_TEXT && strlen(gids) < MAPIDS_TEXT);
	take_back(&p);
	size = strlen(s);
	(void)mountopt_split(s);
	FUZZ_MUST(strlen(s) <= size);
	free(s);
	return 0;
}
