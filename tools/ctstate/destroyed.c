/*
 * destroyed.c - see destroyed.h.
 */
#include "destroyed.h"
#include "common/event.h"
#include "common/msg.h"
#include "ct.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* Whether the path is PARENT/NAME of a directory that is there; *ret_dir is where it lies, in the arena. */
static bool is_below(struct arena *a, const char *path, const char *parent, const char **ret_dir)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0, parent_n = strlen(parent);
	struct stat st;

	if (n < parent_n || memcmp(slash - parent_n, parent, parent_n) != 0 || lstat(path, &st) < 0)
		return false;
	*ret_dir = arena_copy(a, path, n);
	return S_ISDIR(st.st_mode);
}

struct jval *destroyed_describe(struct arena *a, const char *path, const char **ret_type)
{
	struct state_dirs d = {-1, -1, NULL};
	struct jval *map;
	const char *dir;

	*ret_type = "volume";
	if (is_below(a, path, "/volumes", &dir)) {
		map = j_map(a, J_STRING);
		j_set(a, map, "driver", j_str(a, "local"));
		return map;
	}
	*ret_type = "container";
	if (!is_below(a, path, "/containers", &dir))
		return NULL;
	d.containers = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	map = d.containers < 0 ? NULL : ct_attributes(a, &d, strrchr(path, '/') + 1);
	state_close(&d);
	return map && *j_get(map, "name")->s ? map : NULL;
}

void destroyed_tell(const char *log, const char *type, const char *path, const struct jval *map, struct arena *a)
{
	const char **pairs = arena_alloc(a, (map->n + 1) * sizeof(*pairs));
	struct err e;

	for (size_t i = 0; i < map->n; i++)
		pairs[i] = arena_printf(a, "%s=%s", map->members[i].key, map->members[i].val->s);
	if (event_append(log, type, "destroy", strrchr(path, '/') + 1, pairs, &e) < 0)
		msg_err(&e);
}
