/*
 * layertar - an image's layer: a tar into a directory for overlay, or such a directory as a tar.
 *
 * The archive is uncompressed, checked and unpacked in one pass, and the process is shut into the directory meanwhile
 * (jail.h). What it has done is one line on standard output, or in the file of --summary where standard output is the
 * archive.
 */
#include "pack.h"
#include "unpack.h"

#include "archive/jail.h"
#include "common/fd.h"
#include "common/msg.h"
#include "common/num.h"
#include "common/opt.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_MAX_SIZE (UINT64_C(64) << 30)
#define DEFAULT_MAX_ENTRIES UINT64_C(5000000)

enum { O_PLAIN = OPT_LONG, O_MAX_SIZE, O_MAX_ENTRIES, O_COPY, O_SUMMARY };

static const struct opt table[] = {
    {O_PLAIN, "plain", OPT_NO_ARG, NULL,
     "no layer, just files: names that begin with .wh. are names; pack leaves whiteouts out"},
    {O_MAX_SIZE, "max-size", OPT_ARG, "SIZE", "unpack: at most this much when uncompressed (default 64g)"},
    {O_MAX_ENTRIES, "max-entries", OPT_ARG, "N", "unpack: at most so many files (default 5000000)"},
    {O_COPY, "copy", OPT_ARG, "FILE", "unpack: write the uncompressed archive there too"},
    {O_SUMMARY, "summary", OPT_ARG, "FILE", "write the line with sum, size and counts there, not to standard output"},
};

static const struct opt_spec spec = {
    .tool = "layertar",
    .synopsis = "unpack [OPTION]... DIRECTORY <ARCHIVE\n"
                "pack [OPTION]... --summary FILE DIRECTORY >ARCHIVE",
    .about = "Unpacks a layer of an image into a directory that overlay can take, or packs such a directory.",
    .table = table,
    .n = sizeof(table) / sizeof(table[0]),
    .usage_status = EXIT_USAGE,
};

struct options {
	bool unpack, plain;
	uint64_t max_size, max_entries;
	const char *copy, *summary, *dir;
};

/* Takes one option. */
static void take(struct options *o, int id, const char *arg)
{
	switch (id) {
	case O_PLAIN:
		o->plain = true;
		break;
	case O_MAX_SIZE:
		if (num_size(arg, &o->max_size) < 0)
			opt_usage(&spec, "--max-size: '%s' is not a size", arg);
		break;
	case O_MAX_ENTRIES:
		if (num_u64(arg, 1, UINT64_MAX, &o->max_entries) < 0)
			opt_usage(&spec, "--max-entries: '%s' is not a number from 1", arg);
		break;
	case O_COPY:
		o->copy = arg;
		break;
	default:
		o->summary = arg;
		break;
	}
}

/* Reads the verb, the options and the directory. */
static void parse(struct options *o, int argc, char **argv)
{
	bool has_verb = argc > 1 && (!strcmp(argv[1], "unpack") || !strcmp(argv[1], "pack"));
	struct opt_parser p;
	int id;

	*o = (struct options){.max_size = DEFAULT_MAX_SIZE, .max_entries = DEFAULT_MAX_ENTRIES};
	opt_begin(&p, &spec, argc - has_verb, argv + has_verb);
	while ((id = opt_next(&p)) != -1)
		take(o, id, p.arg);
	if (!has_verb)
		opt_usage(&spec, "unpack or pack is expected");
	o->unpack = !strcmp(argv[1], "unpack");
	argv += has_verb + p.index;
	if (!argv[0] || argv[1])
		opt_usage(&spec, "one directory is expected");
	o->dir = argv[0];
	if (!o->unpack && !o->summary)
		opt_usage(&spec, "pack: --summary is needed, since standard output is the archive");
	if (!o->unpack && isatty(STDOUT_FILENO))
		opt_usage(&spec, "pack: the archive is not for a terminal; redirect standard output");
}

/* Opens a file to write, or leaves *fd alone when there is no name. */
static void open_output(const char *path, int *fd)
{
	struct err e;

	if (!path)
		return;
	*fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*fd < 0) {
		err_set(&e, errno, "open '%s'", path);
		die_err(EXIT_FAILED, &e);
	}
}

/* Unpacks and says what came of it. */
static void run_unpack(const struct options *o, int copy, int summary)
{
	struct unpack u = {.whiteouts = !o->plain, .max_entries = o->max_entries};
	struct stream s;
	char hex[65];
	struct err e;

	u.stream = &s;
	if (stream_open(&s, o->max_size, !o->plain, copy, &e) < 0 || unpack(&u, &e) < 0 ||
	    stream_finish(&s, hex, &e) < 0)
		die_err(EXIT_FAILED, &e);
	stream_close(&s);
	if (u.devices)
		msg("device nodes left out: %" PRIu64, u.devices);
	if (u.incomplete)
		msg("files that lost an attribute: %" PRIu64, u.incomplete);
	if (dprintf(summary, "sha256:%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", hex, s.bytes, u.entries, u.devices) < 0)
		die(EXIT_FAILED, "write the summary: %s", strerror(errno));
}

/* Packs and says what came of it. */
static void run_pack(const struct options *o, int summary)
{
	uint64_t bytes;
	char hex[65];
	struct err e;

	if (pack(!o->plain, hex, &bytes, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (dprintf(summary, "sha256:%s %" PRIu64 "\n", hex, bytes) < 0)
		die(EXIT_FAILED, "write the summary: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	int copy = -1, summary = STDOUT_FILENO, keep[2], n = 0, dir;
	struct options o;
	struct err e;

	msg_init("layertar");
	/* Names in pax headers are UTF-8; in this locale libarchive has nothing to convert, and no module to load. */
	setlocale(LC_CTYPE, "C.UTF-8");
	parse(&o, argc, argv);
	open_output(o.copy, &copy);
	open_output(o.summary, &summary);
	if (copy >= 0)
		keep[n++] = copy;
	if (summary > STDERR_FILENO)
		keep[n++] = summary;
	dir = open(o.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		die(EXIT_FAILED, "enter '%s': %s", o.dir, strerror(errno));
	if (jail_enter(dir, o.dir, keep, (size_t)n, &e) < 0)
		die_err(EXIT_FAILED, &e);
	if (o.unpack)
		run_unpack(&o, copy, summary);
	else
		run_pack(&o, summary);
	return 0;
}
