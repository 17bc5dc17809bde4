/* paths.c - files: devices, what of /proc and /sys can be seen and written, the mount table. */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* One node of /dev. */
static void print_node(int dir, const char *name)
{
	char text[128] = "";
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (S_ISLNK(st.st_mode)) {
		if (readlinkat(dir, name, text, sizeof(text) - 1) > 0)
			printf("%s: link to %s\n", name, text);
	} else if (S_ISDIR(st.st_mode)) {
		printf("%s: directory %04o\n", name, st.st_mode & 07777);
	} else if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
		fd = openat(dir, name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		printf("%s: %c %u:%u %03o, open %s\n", name, S_ISCHR(st.st_mode) ? 'c' : 'b', major(st.st_rdev),
		       minor(st.st_rdev), st.st_mode & 07777, fd < 0 ? error_name(errno) : "done");
		if (fd >= 0)
			close(fd);
	} else {
		printf("%s: file\n", name);
	}
}

/* Makes a node of the device, opens it for reading and removes it again. */
static void print_mknod(const char *what, mode_t type, dev_t number)
{
	static const char path[] = "/tmp/.probe-node";
	int fd;

	printf("new node of %s: ", what);
	if (mknod(path, type | 0600, number) < 0) {
		puts(error_name(errno));
		return;
	}
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	printf("made, open %s\n", fd < 0 && (errno == EPERM || errno == EACCES) ? error_name(errno) : "not refused");
	if (fd >= 0)
		close(fd);
	unlink(path);
}

void probe_devices(const struct probe *p)
{
	struct dirent **list;
	int dir = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = scandir("/dev", &list, NULL, alphasort);

	(void)p;
	puts("[devices]");
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			print_node(dir, list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	print_mknod("null", S_IFCHR, makedev(1, 3));
	print_mknod("kmsg", S_IFCHR, makedev(1, 11));
	close(dir);
}

/* Covered, or not there, or what the kernel has. */
static const char *cover(const char *path)
{
	struct stat st;
	struct dirent *entry;
	bool empty = true;
	DIR *d;

	if (stat(path, &st) < 0)
		return "hidden";
	if (S_ISCHR(st.st_mode))
		return st.st_rdev == makedev(1, 3) ? "hidden" : "a device";
	if (!S_ISDIR(st.st_mode))
		return "shown";
	d = opendir(path);
	while (d && (entry = readdir(d)))
		empty &= entry->d_name[0] == '.';
	if (d)
		closedir(d);
	return empty ? "hidden" : "shown";
}

static unsigned long writable, walked;

/* Counts what can be opened for writing. Nothing is written: opening alone changes nothing here. */
static int try_write(const char *path, const struct stat *st, int type, struct FTW *at)
{
	int fd;

	(void)at;
	if (type != FTW_F || !S_ISREG(st->st_mode))
		return 0;
	walked++;
	fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (writable++ < 8)
		printf("writable: %s\n", path);
	close(fd);
	return 0;
}

static void print_walk(const char *path)
{
	writable = walked = 0;
	nftw(path, try_write, 32, FTW_PHYS);
	printf("%s: %s%s\n", path, walked ? "" : "(nothing seen) ",
	       writable ? "writable" : "nothing can be opened for writing");
}

/* The answer to opening a file for writing. */
static void print_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	printf("%s for writing: %s\n", path, fd < 0 ? error_name(errno) : "done");
	if (fd >= 0)
		close(fd);
}

static void print_mkdir(const char *path)
{
	int r = mkdir(path, 0700);

	printf("new directory %s: %s\n", path, r < 0 ? error_name(errno) : "done");
	if (r == 0)
		rmdir(path);
}

void probe_paths(const struct probe *p)
{
	static const char *const hidden[] = {
	    "/proc/acpi",       "/proc/asound",        "/proc/interrupts",  "/proc/kcore",
	    "/proc/keys",       "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
	    "/proc/timer_list", "/proc/timer_stats",   "/sys/firmware",     "/sys/devices/virtual/powercap",
	};

	puts("[paths]");
	/* On a privileged container's kernel these are there or not. */
	for (size_t i = 0; !p->privileged && i < sizeof(hidden) / sizeof(hidden[0]); i++)
		printf("%s: %s\n", hidden[i], cover(hidden[i]));
	if (p->privileged)
		printf("/proc/timer_list, /proc/keys: %s, %s\n", cover("/proc/timer_list"), cover("/proc/keys"));
	print_open("/proc/sys/kernel/core_pattern");
	print_open("/proc/sys/kernel/hostname");
	print_open("/proc/self/exe");
	print_open("/proc/1/oom_score_adj");
	print_open("/sys/kernel/mm/transparent_hugepage/enabled");
	print_mkdir("/sys/fs/cgroup/probe");
	print_mkdir("/probe-directory");
	if (p->privileged)
		return;
	/* Not in every kernel. */
	printf("/proc/sysrq-trigger for writing: %s\n",
	       open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC) < 0 ? "refused" : "done");
	print_walk("/proc/sys");
	print_walk("/proc/fs");
	print_walk("/proc/irq");
	print_walk("/sys");
}

/* The flags of a mount that matter, out of its options. */
static void put_flags(const char *options)
{
	static const char *const flags[] = {"ro", "nosuid", "nodev", "noexec"};
	char list[520];

	snprintf(list, sizeof(list), ",%s,", options);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		char word[16];

		snprintf(word, sizeof(word), ",%s,", flags[i]);
		if (strstr(list, word))
			printf(" %s", flags[i]);
	}
}

/* The covers are told in [paths]; which hierarchies there are is the machine's matter. */
static bool is_left_out(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/fs/cgroup/", 15) == 0 ||
	       strcmp(path, "/sys/firmware") == 0 || strncmp(path, "/sys/devices/", 13) == 0;
}

void probe_mounts(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char line[8192];

	puts("[mounts]");
	while (f && fgets(line, sizeof(line), f)) {
		char path[256], options[512], type[64], *rest = strstr(line, " - ");

		if (sscanf(line, "%*d %*d %*s %*s %255s %511s", path, options) != 2 || !rest ||
		    sscanf(rest, " - %63s", type) != 1)
			continue;
		if (is_left_out(path))
			continue;
		/* The three files lie on whatever the host has; so does /sys/fs/cgroup. */
		printf("%s", path);
		if (strncmp(path, "/etc/", 5) != 0 && strcmp(path, "/sys/fs/cgroup") != 0)
			printf(" %s", type);
		put_flags(options);
		putchar('\n');
	}
	if (f)
		fclose(f);
}
