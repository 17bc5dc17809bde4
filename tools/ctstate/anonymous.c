/*
 * anonymous.c - volumes that a container made for itself go with their last user.
 */
#include "common/fd.h"
#include "common/mountinfo.h"
#include "common/msg.h"
#include "common/name.h"
#include "destroyed.h"
#include "ending.h"
#include "tree.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define MOUNTINFO_MAX ((size_t)16 << 20)

struct use {
	struct ending *x;
	const char *volume, *but;
	bool found;
};

static void look_at_user(void *arg, const char *id)
{
	struct use *use = arg;
	struct fact names = {0};

	if (strcmp(id, use->but) != 0)
		names = fact_line(&use->x->a, use->x->d.containers, id, "volumes");
	use->found |= fact_has_word(&names, use->volume);
}

/* Whether another container uses the volume. One that cannot be asked may. */
static bool has_user(struct ending *x, const char *volume, const char *but)
{
	struct use use = {x, volume, but, false};
	struct err e;

	return state_each(x->d.containers, ".", look_at_user, &use, &e) < 0 || use.found;
}

/* Whether the directory is a mount point or there are mounts below it: somebody's data, which no removal may begin to
 * touch. */
static bool has_mounts(const char *dir)
{
	AUTO_FREE char *text = NULL;
	size_t n, len = strlen(dir);
	struct mountinfo mi;
	char *save = NULL;
	struct err e;

	if (file_read(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &n, &e) < 0)
		return true;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (mountinfo_parse(line, &mi) == 0 && strncmp(mi.target, dir, len) == 0 &&
		    (mi.target[len] == '\0' || mi.target[len] == '/'))
			return true;
	return false;
}

/* It is moved aside first: half a volume without its mark would be nobody's. */
static void remove_volume(struct ending *x, const char *volume)
{
	const char *dir = arena_printf(&x->a, "%s/volumes/%s", x->root, volume), *type;
	const char *log = arena_printf(&x->a, "%s/events", x->run);
	struct jval *map = destroyed_describe(&x->a, dir, &type);
	AUTO_FREE char *aside = NULL;
	struct err e;

	if (has_mounts(dir))
		return;
	aside = tree_set_aside(dir);
	if (tree_remove(aside ? aside : dir, &e) < 0)
		msg_err(&e);
	else if (map)
		destroyed_tell(log, type, dir, map, &x->a);
}

void ending_remove_volumes(struct ending *x, const char *id)
{
	char *list = fact_line(&x->a, x->d.containers, id, "volumes").p, *volume;

	while ((volume = strsep(&list, " ")) != NULL)
		if (name_is_file(volume) &&
		    fact_exists(x->root_fd, arena_printf(&x->a, "volumes/%s", volume), "anonymous") &&
		    !has_user(x, volume, id))
			remove_volume(x, volume);
}
