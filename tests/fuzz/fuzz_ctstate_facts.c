/*
 * fuzz_ctstate_facts.c - a container whose facts are any bytes: read, shown as a row and as JSON.
 *
 * The input is cut at 0xfe into the files of one container, in the order of the list below.
 */
#include "../unit/ctstate_sources.h"
#include "fuzz.h"

#include <sched.h>
#include <sys/mount.h>

static const char *const names[] = {"created", "exit",    "pid",   "net",  "command", "labels",
                                    "mounts",  "publish", "flags", "name", "image",   "entrypoint-length",
                                    "summary", "memory",  "cpus",  "env",  "network", "supervisor"};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

/* Writes a piece of the input as a fact, or removes the fact when there is no piece left. */
static void write_fact(int dir, const char *name, const uint8_t *data, size_t n)
{
	char path[64];
	AUTO_FD fd = -1;

	snprintf(path, sizeof(path), "c/%s", name);
	fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_MUST(fd >= 0 && fd_write_all(fd, data, n) == 0);
}

/* Goes to a tmpfs that only this process sees, where it may: fast, and nothing stays. Otherwise the working
 * directory, which run.sh removes. */
static void go_private(void)
{
	if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", "/dev/shm", "tmpfs", 0, NULL) == 0)
		FUZZ_MUST(chdir("/dev/shm") == 0);
}

/* A directory that is used for both halves of the state. */
static int directory(void)
{
	static int fd = -1;
	char path[] = "fuzz-ctstate.XXXXXX";
	AUTO_FD cwd = -1;

	if (fd >= 0)
		return fd;
	cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	go_private();
	FUZZ_MUST(mkdtemp(path));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	FUZZ_MUST(fd >= 0 && mkdirat(fd, "c", 0700) == 0 && fchdir(cwd) == 0);
	return fd;
}

/* The whole of JSON is made of what UTF-8 allows, without control characters. */
static void check_text(const struct buf *b)
{
	unsigned int rune;
	size_t len;

	for (size_t i = 0; i < b->n; i += len) {
		len = utf8_next(b->p + i, b->n - i, &rune);
		FUZZ_MUST(rune >= 0x20 && !(rune == UTF8_REPLACEMENT && len == 1));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int dir = directory();
	struct state_dirs d = {dir, dir, "/r"};
	struct row_style style = {.clean = true, .size = true, .dirs = &d};
	struct arena a = {0};
	struct buf out = {0};
	struct tmpl *t;
	struct err e;
	struct ct c;

	for (size_t i = 0; i < N_NAMES; i++) {
		const uint8_t *end = size ? memchr(data, 0xfe, size) : NULL;
		size_t n = end ? (size_t)(end - data) : size;

		write_fact(dir, names[i], data, n);
		data += n + (end != NULL);
		size -= n + (end != NULL);
	}
	json_print(&out, view_make(&a, &d, "c", true), 0);
	check_text(&out);
	out.n = 0;
	FUZZ_MUST(tmpl_parse(&a, "{{json .}}{{.Label \"a\"}}", &t, &e) == 0 && ct_begin(&a, &d, "c", true, &c));
	ct_need(&a, &d, &c, row_prepare(t, &style));
	FUZZ_MUST(tmpl_exec(&a, t, row_make(&a, &c, &style), 0, &out, &e) == 0);
	check_text(&out);
	buf_free(&out);
	arena_free(&a);
	return 0;
}
