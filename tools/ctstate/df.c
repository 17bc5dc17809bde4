/*
 * df.c - ctstate df: what images, containers and volumes take on the disk, and how much of it nobody uses.
 */
#include "commands.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/opt.h"
#include "rows.h"
#include "size.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FORMAT_DF "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}"
#define FORMAT_VOLUMES "table {{.Name}}\t{{.Links}}\t{{.Size}}"

static const struct opt_spec spec = {
    .tool = "ctstate df",
    .synopsis = "[OPTION]... ROOT RUN",
    .about = "Print how much images, containers and volumes take on the disk, and how much of that nobody uses.",
    .table = cmd_options + DF_AT,
    .n = DF_OPTIONS,
    .usage_status = EXIT_USAGE,
};

/* A sum: all of a kind, and those that are in use. */
struct sum {
	int64_t n, active, size, unused;
};

struct df {
	struct arena a;
	struct state_dirs dirs;
	const char *format;
	bool volumes_only;
	struct rows rows;
	struct jval *images, *volumes; /* how many containers use one, by name */
	struct sum image, container, volume;
};

static void add(struct sum *s, int64_t size, bool active)
{
	s->n++;
	s->size += size;
	if (active)
		s->active++;
	else
		s->unused += size;
}

/* Counts a use of something. */
static void use(struct df *df, struct jval *map, const char *name)
{
	struct jval *n = j_get(map, name);

	j_set(&df->a, map, j_str(&df->a, name)->s, j_int(&df->a, n ? n->i + 1 : 1));
}

/* One container: its own size, and what it uses. */
static void take_container(void *arg, const char *id)
{
	struct df *df = arg;
	struct fact names;
	int64_t image;
	struct ct c;
	char *save = NULL;

	if (!ct_begin(&df->a, &df->dirs, id, false, &c))
		return;
	ct_need(&df->a, &df->dirs, &c, NEED_IMAGE);
	add(&df->container, size_of(&df->a, &df->dirs, &c, &image), ct_is_up(&c));
	names = fact_line(&df->a, df->dirs.containers, id, "image-id");
	use(df, df->images, names.p && strncmp(names.p, "sha256:", 7) == 0 ? names.p + 7 : "");
	use(df, df->images, arena_copy(&df->a, c.image, strcspn(c.image, ":@")));
	names = fact_line(&df->a, df->dirs.containers, id, "volumes");
	for (char *p = names.p ? strtok_r(names.p, " ", &save) : NULL; p; p = strtok_r(NULL, " ", &save))
		use(df, df->volumes, p);
}

static void take_image(void *arg, const char *name)
{
	struct df *df = arg;
	int64_t size = image_size(&df->a, &df->dirs, name);

	if (size >= 0)
		add(&df->image, size, j_get(df->images, name) != NULL);
}

static void print(struct df *df, struct jval *row)
{
	struct err e;

	if (rows_add(&df->rows, row, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

static void take_volume(void *arg, const char *name)
{
	struct df *df = arg;
	const char *path = arena_printf(&df->a, "%s/volumes/%s/_data", df->dirs.root_path, name);
	struct jval *users = j_get(df->volumes, name), *row = j_new(&df->a, J_STRUCT);
	char human[SIZE_TEXT];
	int64_t size;

	if (access(path, F_OK) < 0)
		return;
	size = tree_bytes(&df->a, AT_FDCWD, path);
	add(&df->volume, size, users != NULL);
	if (!df->volumes_only)
		return;
	j_set(&df->a, row, "Name", j_str(&df->a, name));
	j_set(&df->a, row, "Links", j_int(&df->a, users ? users->i : 0));
	j_set(&df->a, row, "Size", j_str(&df->a, size_human(size, human)));
	print(df, row);
}

/* Calls fn for each name below ROOT. */
static void each(struct df *df, const char *below, void (*fn)(void *arg, const char *name))
{
	AUTO_FD fd = open(arena_printf(&df->a, "%s/%s", df->dirs.root_path, below), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e;

	if (fd >= 0 && state_each(fd, ".", fn, df, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

/* "1.2MB (40%)" of what there is. */
static void print_sum(struct df *df, const char *type, const struct sum *s)
{
	struct jval *row = j_new(&df->a, J_STRUCT);
	char all[SIZE_TEXT], unused[SIZE_TEXT];

	size_human(s->size, all);
	size_human(s->unused, unused);
	j_set(&df->a, row, "Type", j_str(&df->a, type));
	j_set(&df->a, row, "TotalCount", j_str(&df->a, arena_printf(&df->a, "%lld", (long long)s->n)));
	j_set(&df->a, row, "Active", j_str(&df->a, arena_printf(&df->a, "%lld", (long long)s->active)));
	j_set(&df->a, row, "Size", j_str(&df->a, all));
	j_set(&df->a, row, "Reclaimable",
	      j_str(&df->a, s->size > 0 ? arena_printf(&df->a, "%s (%lld%%)", unused,
	                                               (long long)(s->unused / (s->size / 100 + 1)))
	                                : unused));
	print(df, row);
}

static void print_headings(struct df *df)
{
	static const char *const words[] = {"Type",   "TYPE",        "TotalCount", "TOTAL",       "Active",
	                                    "ACTIVE", "Size",        "SIZE",       "Reclaimable", "RECLAIMABLE",
	                                    "Name",   "VOLUME NAME", "Links",      "LINKS"};
	struct jval *row = j_new(&df->a, J_STRUCT);
	struct err e;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i += 2)
		j_set(&df->a, row, words[i], j_str(&df->a, words[i + 1]));
	if (rows_heading(&df->rows, row, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

static void parse(struct df *df, int argc, char **argv, char ***ret_operands)
{
	struct opt_parser p;
	struct err e;
	int id;

	opt_begin(&p, &spec, argc, argv);
	while ((id = opt_next(&p)) >= 0) {
		if (id == O_DF_VOLUMES)
			df->volumes_only = true;
		else
			df->format = p.arg;
	}
	if (argc - p.index != 2)
		opt_usage(&spec, "two operands are needed, ROOT and RUN");
	if (rows_begin(&df->rows, &df->a, df->format, df->volumes_only ? FORMAT_VOLUMES : FORMAT_DF, 0, &e) < 0)
		die_err(EXIT_FAILED, &e);
	*ret_operands = argv + p.index;
}

int cmd_df(int argc, char **argv)
{
	struct df df = {0};
	char **op;
	struct err e;

	parse(&df, argc, argv, &op);
	df.images = j_map(&df.a, J_INT);
	df.volumes = j_map(&df.a, J_INT);
	if (state_open(op[0], op[1], &df.dirs, &e) < 0)
		die_err(EXIT_FAILED, &e);
	print_headings(&df);
	each(&df, "containers", take_container);
	each(&df, "images", take_image);
	each(&df, "volumes", take_volume);
	if (!df.volumes_only) {
		print_sum(&df, "Images", &df.image);
		print_sum(&df, "Containers", &df.container);
		print_sum(&df, "Local Volumes", &df.volume);
		print_sum(&df, "Build Cache", &(struct sum){0});
	}
	rows_end(&df.rows);
	state_close(&df.dirs);
	arena_free(&df.a);
	return 0;
}
