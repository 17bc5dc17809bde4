/* test_inroot.c - whatever a root holds, its paths stay inside. */
#include "check.h"
#include "common/fd.h"
#include "common/inroot.h"
#include "common/inroot_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char top[] = "/tmp/test_inroot.XXXXXX";
static int root = -1;

/* Writes a small file at a path relative to the top directory. */
static void put(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	f = fopen(path, "w");
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

/* Whether a file or link is there, relative to the top directory. */
static int there(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return lstat(path, &st) == 0;
}

/* Makes the root: files in and outside of it, and links of every kind. */
static void make(void)
{
	char path[PATH_MAX];

	if (!CHECK(mkdtemp(top)))
		exit(check_done());
	snprintf(path, sizeof(path), "%s/root", top);
	CHECK(mkdir(path, 0755) == 0);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(root >= 0);
	put("secret", "outside");
	put("root/file", "inside");
	CHECK(mkdirat(root, "dir", 0755) == 0);
	CHECK(symlinkat("../../../..", root, "up") == 0);
	CHECK(symlinkat("../secret", root, "relative") == 0);
	snprintf(path, sizeof(path), "%s/secret", top);
	CHECK(symlinkat(path, root, "absolute") == 0);
	CHECK(symlinkat("/file", root, "good") == 0);
	CHECK(symlinkat("/new", root, "dangling") == 0);
	CHECK(symlinkat("loop", root, "loop") == 0);
	CHECK(symlinkat("../../secret2", root, "relative2") == 0);
	CHECK(symlinkat("todir/../chain2", root, "chain") == 0 && symlinkat("/todir/target", root, "chain2") == 0);
	CHECK(symlinkat("todir/deep/file", root, "fchain") == 0 && symlinkat("self/x", root, "self") == 0);
	CHECK(symlinkat("/dir", root, "todir") == 0);
	CHECK(mkfifoat(root, "fifo", 0644) == 0);
}

/* The error code of reading a path, 0 when it could be read as 'want'. */
static int reads(const char *path, const char *want)
{
	AUTO_FREE char *data = NULL;
	struct err e = {0};
	size_t n;

	if (inroot_read(root, path, 4096, &data, &n, &e) < 0)
		return e.code;
	return strcmp(data, want) ? -1 : 0;
}

static void test_read(void)
{
	CHECK(reads("/file", "inside") == 0);
	CHECK(reads("file", "inside") == 0);
	CHECK(reads("/good", "inside") == 0);
	CHECK(reads("/../../file", "inside") == 0);
	CHECK(reads("/up/file", "inside") == 0);
	CHECK(reads("/relative", "") == ENOENT);
	CHECK(reads("/absolute", "") == ENOENT);
	CHECK(reads("/loop", "") == ELOOP);
	CHECK(reads("/fifo", "") == EINVAL);
	CHECK(reads("/dir", "") == EINVAL);
	CHECK(reads("/file/x", "") == ENOTDIR);
	CHECK(reads("", "") == ENOENT);
}

static void test_read_max(void)
{
	AUTO_FREE char *data = NULL;
	struct err e = {0};
	size_t n;

	CHECK(inroot_read(root, "/file", 5, &data, &n, &e) < 0 && e.code == EFBIG);
}

static void test_magic_links(void)
{
	AUTO_FD fs = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct err e = {0};
	int fd;

	CHECK(inroot_open(fs, "/proc/self/root", O_PATH, &fd, &e) < 0 && e.code == ELOOP);
	CHECK(inroot_open(fs, "/proc/self/cwd/..", O_PATH, &fd, &e) < 0 && e.code == ELOOP);
}

/* Whether the directory can be made, and is there afterwards. */
static int makes(const char *path)
{
	struct err e = {0};
	AUTO_FD fd = -1;
	struct stat st;

	if (inroot_mkdir_p(root, path, 0750, (uid_t)-1, (gid_t)-1, &fd, &e) < 0)
		return e.code ? e.code : -1;
	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) ? 0 : -2;
}

static void test_mkdir(void)
{
	struct stat st;
	mode_t old = umask(077);

	CHECK(makes("/") == 0 && makes("/dir") == 0);
	CHECK(makes("/a//b/./c/") == 0 && there("root/a/b/c"));
	CHECK(fstatat(root, "a/b", &st, 0) == 0 && (st.st_mode & 07777) == 0750);
	CHECK(makes("/todir/x/../y") == 0 && there("root/dir/x") && there("root/dir/y"));
	CHECK(makes("/up/etcetera") == 0 && there("root/etcetera"));
	CHECK(makes("/dangling/x") == 0 && there("root/new/x") && makes("/dangling") == 0);
	CHECK(makes("/absolute/x") == 0 && makes("/relative2/x") == 0 && there("root/secret2/x"));
	CHECK(makes("/chain/x/y") == 0 && there("root/dir/target/x/y"));
	CHECK(makes("/file/x") == ENOTDIR && makes("/file") == ENOTDIR);
	CHECK(makes("/loop/x") == ELOOP);
	CHECK(makes("") == ENOENT);
	umask(old);
}

static void test_mkdir_long(void)
{
	char path[PATH_MAX + 100];

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	CHECK(makes(path) == ENAMETOOLONG);
}

/* Opens or makes a file; the error's code, or -1 without one. */
static int makes_file(const char *path)
{
	struct err e = {0};
	AUTO_FD fd = -1;

	if (inroot_file(root, path, &fd, &e) < 0)
		return e.code ? e.code : -1;
	return fd >= 0 ? 0 : -2;
}

static void test_file(void)
{
	CHECK(makes_file("/file") == 0 && makes_file("/good") == 0 && makes_file("/fifo") == 0);
	CHECK(reads("/file", "inside") == 0);
	CHECK(makes_file("/f/g/h") == 0 && there("root/f/g/h"));
	CHECK(makes_file("bare") == 0 && there("root/bare"));
	CHECK(makes_file("/dir") == EISDIR && makes_file("/") == EISDIR && makes_file("/todir") == EISDIR);
	CHECK(makes_file("/relative") == 0 && there("root/secret") && reads("/relative", "") == 0);
	CHECK(makes_file("/fchain") == 0 && there("root/dir/deep/file") && makes_file("/self") == ELOOP);
	CHECK(makes_file("/missing/") == -1);
	CHECK(makes_file("/missing/..") == -1 || !there("root/missing"));
}

/* Everything, in a root of its own. */
static void test_all(void)
{
	char command[PATH_MAX];

	strcpy(top, "/tmp/test_inroot.XXXXXX");
	make();
	test_read();
	test_read_max();
	test_magic_links();
	test_mkdir();
	test_mkdir_long();
	test_file();
	/* The name that links and dots lead to is a file inside by now, not the one outside. */
	CHECK(reads("/../secret", "") == 0 && !there("secret2"));
	close(root);
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	CHECK(system(command) == 0);
}

/* What the fallback has beside: places that openat2(2) resolves in the kernel. */
static void test_walk(void)
{
	AUTO_FD fs = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char path[PATH_MAX] = "";
	struct stat by_name, st;

	for (int i = 0; i < 2 * WALK_DEPTH; i++)
		strcat(path, i % 3 == 2 ? "../" : "tmp/../"); /* up and down, and above the root */
	strcat(path, "proc/self/status");
	AUTO_FD deep = inroot_walk(fs, path, O_RDONLY);
	AUTO_FD dir = inroot_walk(fs, "/proc/net/", O_PATH | O_DIRECTORY);
	AUTO_FD dots = inroot_walk(fs, "..", O_PATH);
	AUTO_FD link = inroot_walk(fs, "/proc/self", O_PATH | O_NOFOLLOW);

	CHECK(deep >= 0 && dir >= 0);
	CHECK(dots >= 0 && fstat(dots, &st) == 0 && stat("/", &by_name) == 0 && st.st_ino == by_name.st_ino);
	CHECK(link >= 0 && fstat(link, &st) == 0 && S_ISLNK(st.st_mode));
	errno = 0;
	CHECK(inroot_walk(fs, "/proc/self/status/", O_PATH) < 0 && errno == ENOTDIR);
	CHECK(inroot_walk(fs, "/proc/self/fd/0", O_PATH) < 0 && errno == ELOOP);
	CHECK(inroot_walk(fs, "/proc/self/ns/mnt", O_RDONLY) < 0 && errno == ELOOP);
	memset(path, 'a', 300);
	CHECK(inroot_walk(fs, path, O_PATH) < 0 && errno == ENAMETOOLONG);
}

/* From now on openat2(2) is answered as by a kernel, or a filter, that does not have it. */
static int without_openat2(uint32_t answer)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

int main(void)
{
	static const uint32_t answers[] = {EPERM, ENOSYS};

	test_all();
	test_walk();
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct open_how how = {.flags = O_PATH};

		CHECK(without_openat2(answers[i]) == 0);
		errno = 0;
		CHECK(syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how)) < 0 && errno == (int)answers[i]);
		test_all();
	}
	return check_done();
}
