/*
 * seccompile - compile a profile of system calls (docker's JSON, or the OCI runtime specification's) into a filter that
 * rootfs-pivot and nsenter-lite load.
 *
 * Compiling takes libseccomp some 10 ms, which no start should pay: so it is done beforehand, by this program, and with
 * --cache only once for the same profile, capabilities, kernel and library.
 */
#include "cache.h"
#include "common/fd.h"
#include "common/land.h"
#include "common/msg.h"
#include "common/opt.h"
#include "common/seccomp_file.h"
#include "filter.h"
#include "profile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PROFILE_MAX (4u << 20)

enum { O_CACHE = OPT_LONG, O_CAP_ADD, O_CAP_DROP, O_EXPLAIN, O_KERNEL, O_RAW };

static const struct opt options[] = {
    {'o', "output", OPT_ARG, "FILE", "write the filter to FILE (default: standard output)"},
    {O_CACHE, "cache", OPT_ARG, "DIR", "keep it in DIR, too, and take it from there when it is made already"},
    {O_CAP_ADD, "cap-add", OPT_ARG, "CAP", "the command keeps a capability (or ALL) beside the default ones"},
    {O_CAP_DROP, "cap-drop", OPT_ARG, "CAP", "it does not keep one (or ALL)"},
    {O_KERNEL, "kernel", OPT_ARG, "N.M", "for this version of the kernel instead of the running one"},
    {O_EXPLAIN, "explain", OPT_NO_ARG, NULL, "print the filter in a readable form instead"},
    {O_RAW, "raw", OPT_NO_ARG, NULL, "write the bare instructions, as bwrap --seccomp and others take them"},
};

static const struct opt_spec spec = {
    .tool = "seccompile",
    .synopsis = "[OPTIONS] PROFILE",
    .about = "Compile a docker or OCI profile of system calls into a filter for rootfs-pivot and nsenter-lite.",
    .table = options,
    .n = sizeof(options) / sizeof(options[0]),
    .usage_status = EXIT_USAGE,
};

struct config {
	const char *profile, *output, *cache;
	struct profile_world world;
	bool explain, raw;
};

/* The running kernel's version. */
static unsigned int running_kernel(void)
{
	struct utsname u;
	unsigned int version = 0;

	if (uname(&u) < 0 || profile_kernel(u.release, 0, &version) < 0)
		die(EXIT_FAILED, "find out the version of the kernel");
	return version;
}

static void parse(struct config *c, int argc, char **argv)
{
	struct opt_parser o;
	struct err e = {0};
	int id;

	*c = (struct config){.world = {land_caps_default(), running_kernel()}};
	opt_begin(&o, &spec, argc, argv);
	while ((id = opt_next(&o)) != -1) {
		if (id == 'o')
			c->output = o.arg;
		else if (id == O_CACHE)
			c->cache = o.arg;
		else if (id == O_EXPLAIN)
			c->explain = true;
		else if (id == O_RAW)
			c->raw = true;
		else if (id == O_KERNEL && profile_kernel(o.arg, 1, &c->world.kernel) < 0)
			opt_usage(&spec, "--kernel: '%s': a version such as 6.1 is expected", o.arg);
		else if ((id == O_CAP_ADD || id == O_CAP_DROP) &&
		         land_caps_change(&c->world.caps, o.arg, id == O_CAP_ADD, &e) < 0)
			die_err(EXIT_USAGE, &e);
	}
	if (argc - o.index != 1)
		opt_usage(&spec, "one profile is expected");
	c->profile = argv[o.index];
	if (c->raw && c->cache)
		opt_usage(&spec, "--raw and --cache exclude each other");
}

/* The profile's text. */
static void read_profile(const struct config *c, char **ret_text, size_t *ret_n)
{
	struct err e = {0};

	if (strcmp(c->profile, "-") != 0) {
		if (file_read(AT_FDCWD, c->profile, PROFILE_MAX, ret_text, ret_n, &e) < 0)
			die_err(EXIT_FAILED, &e);
	} else if (fd_read_all(STDIN_FILENO, PROFILE_MAX, ret_text, ret_n) < 0) {
		die(EXIT_FAILED, "read a profile from standard input: %s", strerror(errno));
	}
}

/* Dies of an error in the profile; names the file. */
static _Noreturn void die_of_profile(const struct config *c, const struct err *cause)
{
	struct err e = {0};

	err_set(&e, cause->code, "'%s': %s", strcmp(c->profile, "-") ? c->profile : "standard input", cause->text);
	if (*cause->hint)
		err_hint(&e, "%s", cause->hint);
	die_err(EXIT_FAILED, &e);
}

/* What the filter depends on: the words in front say what beside the text. */
static char *make_origin(const struct config *c, const char *text, size_t n, size_t *ret_n)
{
	const struct scmp_version *v = seccomp_version();
	char *origin;
	FILE *out = open_memstream(&origin, ret_n);

	if (out) {
		fprintf(out, "seccompile %s libseccomp %u.%u.%u kernel %x caps %" PRIx64 "\n", VERSION, v->major,
		        v->minor, v->micro, c->world.kernel, c->world.caps);
		fwrite(text, 1, n, out);
	}
	if (!out || fclose(out) != 0)
		die(EXIT_FAILED, "out of memory");
	return origin;
}

/* Compiles; the file's bytes. */
static void compile(const struct config *c, const char *text, size_t n, const char *origin, size_t n_origin,
                    char **ret_data, size_t *ret_n)
{
	struct seccomp_header h = {.magic = SECCOMP_FILE_MAGIC, .arch = seccomp_native_arch()};
	AUTO_FREE struct sock_filter *code = NULL;
	struct filter f;
	struct err e = {0};
	size_t n_code = 0, head = c->raw ? 0 : sizeof(h);

	if (profile_compile(text, n, &c->world, &f, &h.flags, &e) < 0 || filter_program(&f, &code, &n_code, &e) < 0)
		die_of_profile(c, &e);
	filter_free(&f);
	h.n = (uint32_t)n_code;
	h.origin = (uint32_t)n_origin;
	*ret_n = head + n_code * sizeof(*code) + (c->raw ? 0 : n_origin);
	*ret_data = malloc(*ret_n);
	if (!*ret_data)
		die(EXIT_FAILED, "out of memory");
	memcpy(*ret_data, &h, head);
	memcpy(*ret_data + head, code, n_code * sizeof(*code));
	if (!c->raw)
		memcpy(*ret_data + head + n_code * sizeof(*code), origin, n_origin);
}

/* Prints the readable form. */
static void explain(const struct config *c, const char *text, size_t n)
{
	struct filter f;
	struct err e = {0};
	uint32_t flags;

	if (profile_compile(text, n, &c->world, &f, &flags, &e) < 0 || filter_explain(&f, STDOUT_FILENO, &e) < 0)
		die_of_profile(c, &e);
	filter_free(&f);
}

/* Takes the filter from the cache, or compiles it and leaves it there. */
static void find_or_compile(const struct config *c, const char *text, size_t n, char **ret_data, size_t *ret_n)
{
	size_t n_origin;
	AUTO_FREE char *origin = make_origin(c, text, n, &n_origin);
	AUTO_FREE char *path = c->cache ? cache_path(c->cache, origin, n_origin) : NULL;
	struct err e = {0};

	if (path && cache_find(path, origin, n_origin, ret_data, ret_n))
		return;
	compile(c, text, n, origin, n_origin, ret_data, ret_n);
	if (!path)
		return;
	if (mkdir(c->cache, 0700) < 0 && errno != EEXIST)
		die(EXIT_FAILED, "make the directory '%s': %s", c->cache, strerror(errno));
	if (file_write_atomic(AT_FDCWD, path, *ret_data, *ret_n, 0600, &e) < 0)
		die_err(EXIT_FAILED, &e);
}

/* Puts the bytes where they are wanted. */
static void put(const struct config *c, const char *data, size_t n)
{
	struct err e = {0};

	if (c->output) {
		if (file_write_atomic(AT_FDCWD, c->output, data, n, 0600, &e) < 0)
			die_err(EXIT_FAILED, &e);
		return;
	}
	if (isatty(STDOUT_FILENO))
		opt_usage(&spec, "the filter is no text for a terminal: use --output or --explain");
	if (fd_write_all(STDOUT_FILENO, data, n) < 0)
		die(EXIT_FAILED, "write to standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	AUTO_FREE char *text = NULL;
	AUTO_FREE char *data = NULL;
	struct config c;
	size_t n, n_data;

	msg_init("seccompile");
	parse(&c, argc, argv);
	read_profile(&c, &text, &n);
	if (c.explain) {
		explain(&c, text, n);
		return 0;
	}
	find_or_compile(&c, text, n, &data, &n_data);
	put(&c, data, n_data);
	return 0;
}
