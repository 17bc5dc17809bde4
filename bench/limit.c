/*
 * limit.c - the floor: what a container's start, life and end cost the kernel when one process does nothing but the
 * system calls, stage by stage. Whatever a tool takes beyond this is its own.
 *
 * The work is that of "mydocker run --rm -m 64m --cpus 1 --pids-limit 100 [-p ...] busybox true": a control group with
 * three limits, the namespaces, a veth pair in a bridge with an address, a route and a published port (with -N), overlay,
 * proc, sysfs, /dev, the masks, the pivot, capabilities, the default profile's filter, and the exec of a program that
 * has no C library and ends at once (nothing.c). What is left out is what only people need: names, state, logs, messages.
 *
 * Parent and child work one after the other, so each stage's time is the whole machine's; the child's clock readings go
 * to a shared page.
 */
#include "limit.h"

#include "common/cgroup.h"
#include "common/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum stage {
	GROUP,
	CLONE,
	NETWORK,
	JOIN,
	OVERLAY,
	PROC_SYS,
	DEV,
	MASKS,
	PIVOT,
	PRIVILEGES,
	EXEC_EXIT,
	CLEAN_UP,
	STAGES,
};

static const char *const stage_names[STAGES] = {
    "control group with three limits",
    "clone3 with six namespaces",
    "veth, bridge, address, route, port",
    "join the group, cgroup namespace",
    "overlay",
    "proc and sysfs",
    "/dev with nodes, pts, shm, mqueue",
    "masks and read-only paths",
    "pivot, old root detached",
    "capabilities and filter",
    "exec, exit, namespaces' end",
    "directories and group removed",
};

struct limit {
	int rounds;
	bool network;
	const char *json;
	char *lower;
	char dir[256]; /* upper, work and root are made there each time */
	int program;   /* nothing.c's, for execveat */
	struct cg_map groups;
	double *us[STAGES];
	volatile double *clock; /* shared: the end of each of the child's stages */
	int go[2];              /* the parent has made the network */
};

void limit_die(const char *what)
{
	fprintf(stderr, "limit: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* --- control groups */

/* The limits in each version's words. */
static const struct {
	const char *controller, *v1, *v1_value, *v2, *v2_value;
} limits[] = {
    {"memory", "memory.limit_in_bytes", "67108864", "memory.max", "67108864"},
    {"cpu", "cpu.cfs_quota_us", "100000", "cpu.max", "100000 100000"},
    {"pids", "pids.max", "100", "pids.max", "100"},
};

#define GROUP_NAME "mydockerlimit"

/* Writes one value. */
static void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		limit_die(path);
	close(fd);
}

/* The group's directory in the hierarchy of a limit; NULL where no hierarchy has its controller. */
static const struct cg_hierarchy *group_path(const struct limit *l, size_t limit, char path[PATH_MAX])
{
	const struct cg_hierarchy *h = cg_find(&l->groups, limits[limit].controller);

	if (h)
		snprintf(path, PATH_MAX, "%s/" GROUP_NAME, h->mount);
	return h;
}

static void group_make(const struct limit *l)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		const struct cg_hierarchy *h = group_path(l, i, path);

		if (!h)
			continue;
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			limit_die(path);
		snprintf(path, sizeof(path), "%s/" GROUP_NAME "/%s", h->mount, h->v2 ? limits[i].v2 : limits[i].v1);
		put(path, h->v2 ? limits[i].v2_value : limits[i].v1_value);
	}
}

static void group_remove(const struct limit *l)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		const struct cg_hierarchy *h = group_path(l, i, path);

		if (!h)
			continue;
		if (rmdir(path) < 0 && errno != ENOENT)
			limit_die(path);
	}
}

/* --- the child's stages */

static void join(const struct limit *l)
{
	struct err e;

	if (cg_join(&l->groups, GROUP_NAME, true, &e) < 0) {
		errno = e.code;
		limit_die("join the group");
	}
	if (unshare(CLONE_NEWCGROUP) < 0)
		limit_die("cgroup namespace");
}

static void do_mount(const char *type, const char *target, unsigned long flags, const char *options)
{
	if (mount(type, target, type, flags, options) < 0)
		limit_die(target);
}

static void mount_root(const struct limit *l)
{
	char options[PATH_MAX + 64];

	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=upper,workdir=work", l->lower);
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		limit_die("propagation");
	do_mount("overlay", "root", 0, options);
	if (chdir("root") < 0)
		limit_die("root");
}

static void mount_system(void)
{
	do_mount("proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	do_mount("sysfs", "sys", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
}

static void mount_dev(void)
{
	static const struct {
		const char *name;
		unsigned int major, minor;
	} nodes[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
	             {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
	static const char *const links[][2] = {{"pts/ptmx", "dev/ptmx"},
	                                       {"/proc/self/fd", "dev/fd"},
	                                       {"/proc/self/fd/0", "dev/stdin"},
	                                       {"/proc/self/fd/1", "dev/stdout"},
	                                       {"/proc/self/fd/2", "dev/stderr"}};

	do_mount("tmpfs", "dev", MS_NOSUID | MS_NOEXEC, "mode=755,size=64m");
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
		if (mknod(nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) < 0)
			limit_die(nodes[i].name);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlink(links[i][0], links[i][1]) < 0)
			limit_die(links[i][1]);
	if (mkdir("dev/pts", 0755) < 0 || mkdir("dev/shm", 01777) < 0 || mkdir("dev/mqueue", 0755) < 0)
		limit_die("dev/pts");
	do_mount("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
	do_mount("tmpfs", "dev/shm", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=64m");
	do_mount("mqueue", "dev/mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* Lays a bind of a path of this root on another, read-only. A path that this kernel has not is left out. */
static void cover(const char *source, const char *target)
{
	struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (tree < 0 && errno == ENOENT)
		return;
	if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &read_only, sizeof(read_only)) < 0)
		limit_die(source);
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0 && errno != ENOENT)
		limit_die(target);
	close(tree);
}

static void mount_masks(void)
{
	static const char *const read_only[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
	static const char *const files[] = {"proc/interrupts",    "proc/kcore",      "proc/keys",
	                                    "proc/latency_stats", "proc/timer_list", "proc/sched_debug"};

	for (size_t i = 0; i < sizeof(read_only) / sizeof(*read_only); i++)
		cover(read_only[i], read_only[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (access(files[i], F_OK) == 0)
			cover("dev/null", files[i]);
	if (mount("tmpfs", "proc/acpi", "tmpfs", MS_RDONLY, "nr_inodes=2") == 0 || errno == ENOENT)
		do_mount("tmpfs", "sys/firmware", MS_RDONLY, "nr_inodes=2");
}

static void pivot(void)
{
	if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		limit_die("pivot");
}

/* The default profile's eleven capabilities, as bits. */
static void drop_privileges(void)
{
	static const uint64_t kept = 1 << CAP_CHOWN | 1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER | 1 << CAP_FSETID |
	                             1 << CAP_KILL | 1 << CAP_SETGID | 1 << CAP_SETUID | 1 << CAP_SETPCAP |
	                             1 << CAP_NET_BIND_SERVICE | 1 << CAP_SYS_CHROOT | 1u << CAP_SETFCAP;
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{.effective = (uint32_t)kept, .permitted = (uint32_t)kept}};
	static struct sock_filter code[SECCOMP_ROOM];
	struct sock_fprog filter = {.filter = code};
	size_t n;
	struct err e;

	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (!(kept >> cap & 1) && prctl(PR_CAPBSET_DROP, cap) < 0 && errno != EINVAL)
			limit_die("bounding set");
	if (syscall(SYS_capset, &header, data) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		limit_die("capabilities");
	if (seccomp_default_build(kept, code, &n, &e) < 0)
		limit_die("filter");
	filter.len = (unsigned short)n;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0)
		limit_die("filter");
}

/* All of the child's work, a clock reading after each stage. */
static _Noreturn void child(const struct limit *l)
{
	static const char *const argv[] = {"nothing", NULL};
	static const char *const envp[] = {NULL};
	char c;

	if (l->network && read(l->go[0], &c, 1) != 1)
		limit_die("the parent");
	if (l->network)
		limit_net_inside();
	l->clock[NETWORK] = now_us();
	join(l);
	l->clock[JOIN] = now_us();
	mount_root(l);
	l->clock[OVERLAY] = now_us();
	mount_system();
	l->clock[PROC_SYS] = now_us();
	mount_dev();
	l->clock[DEV] = now_us();
	mount_masks();
	l->clock[MASKS] = now_us();
	pivot();
	l->clock[PIVOT] = now_us();
	drop_privileges();
	l->clock[PRIVILEGES] = now_us();
	syscall(SYS_execveat, l->program, "", argv, envp, AT_EMPTY_PATH);
	limit_die("exec");
}

/* --- a round */

/* The directories of the overlay, made anew. */
static void make_directories(void)
{
	if (mkdir("upper", 0755) < 0 || mkdir("work", 0755) < 0 || mkdir("root", 0755) < 0)
		limit_die("directories");
}

/* overlay leaves an empty directory "work" in its work directory. */
static void remove_directories(void)
{
	if ((rmdir("work/work") < 0 && errno != ENOENT) || rmdir("work") < 0 || rmdir("upper") < 0 || rmdir("root") < 0)
		limit_die("directories");
}

static pid_t start(const struct limit *l)
{
	struct clone_args a = {
	    .flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET,
	    .exit_signal = SIGCHLD,
	};
	pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));

	if (pid < 0)
		limit_die("clone3");
	if (pid == 0)
		child(l);
	return pid;
}

/* Makes, runs and removes one container. */
static void once(struct limit *l, int round)
{
	double end[STAGES], begin = now_us();
	int status;
	pid_t pid;

	group_make(l);
	make_directories();
	end[GROUP] = now_us();
	pid = start(l);
	end[CLONE] = now_us();
	if (l->network) {
		limit_net_up(pid);
		if (write(l->go[1], "", 1) != 1)
			limit_die("the child");
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0) {
		errno = ECHILD;
		limit_die("the child failed");
	}
	end[EXEC_EXIT] = now_us();
	if (l->network)
		limit_net_down();
	remove_directories();
	group_remove(l);
	end[CLEAN_UP] = now_us();
	for (int s = NETWORK; s <= PRIVILEGES; s++)
		end[s] = l->clock[s];
	for (int s = 0; s < STAGES && round >= 0; s++)
		l->us[s][round] = end[s] - (s ? end[s - 1] : begin);
}

/* --- the report */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return v[n / 2];
}

/* The table, and the same as JSON: microseconds of each stage, and the median of the rounds' sums. */
static void report(struct limit *l)
{
	FILE *json = l->json ? fopen(l->json, "w") : NULL;
	double *sums = calloc((size_t)l->rounds, sizeof(*sums));

	if ((l->json && !json) || !sums)
		limit_die(l->json ? l->json : "memory");
	for (int i = 0; i < l->rounds; i++)
		for (int s = 0; s < STAGES; s++)
			sums[i] += l->us[s][i];
	if (json)
		fprintf(json, "{\"rounds\":%d,\"network\":%s,\"total_us\":%.1f,\"stages\":[", l->rounds,
		        l->network ? "true" : "false", median(sums, l->rounds));
	for (int s = 0; s < STAGES; s++) {
		double us = median(l->us[s], l->rounds);

		printf("%-36s %9.1f us\n", stage_names[s], us);
		if (json)
			fprintf(json, "%s{\"name\":\"%s\",\"us\":%.1f}", s ? "," : "", stage_names[s], us);
	}
	printf("%-36s %9.1f us\n", "all", median(sums, l->rounds));
	if (json && (fprintf(json, "]}\n") < 0 || fclose(json) != 0))
		limit_die(l->json);
}

static _Noreturn void usage(int status)
{
	fputs(
	    "Usage: limit [-N] [-n ROUNDS] [-j FILE] DIRECTORY LOWER PROGRAM\n"
	    "Time the kernel's part of a container, stage by stage; the medians of all rounds are printed.\n\n"
	    "  -N         with a network: the bridge limit0 and nft's map 'inet_service : ipv4_addr . inet_service'\n"
	    "             named 'ports' in the table 'ip mdlimit' must be there\n"
	    "  -q         print nothing\n"
	    "  -n ROUNDS  so many containers, one after the other (200)\n"
	    "  -j FILE    write the medians there as JSON\n"
	    "DIRECTORY is where overlay's upper directory may be, LOWER its lower one, PROGRAM a static one to run.\n",
	    status ? stderr : stdout);
	exit(status);
}

static void parse(struct limit *l, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "Nn:j:h")) != -1) {
		if (c == 'N')
			l->network = true;
		else if (c == 'n')
			l->rounds = atoi(optarg);
		else if (c == 'j')
			l->json = optarg;
		else
			usage(c == 'h' ? 0 : 2);
	}
	if (argc - optind != 3 || l->rounds < 1)
		usage(2);
	snprintf(l->dir, sizeof(l->dir), "%s", argv[optind]);
	l->lower = realpath(argv[optind + 1], NULL);
	l->program = open(argv[optind + 2], O_PATH | O_CLOEXEC);
	if (!l->lower || l->program < 0 || chdir(l->dir) < 0)
		limit_die(argv[optind]);
}

static void prepare(struct limit *l)
{
	struct err e;

	if (cg_discover(&l->groups, &e) < 0)
		l->groups.n = 0;
	l->clock = mmap(NULL, sizeof(double) * STAGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->clock == MAP_FAILED || pipe2(l->go, O_CLOEXEC) < 0)
		limit_die("prepare");
	for (int s = 0; s < STAGES; s++) {
		l->us[s] = calloc((size_t)l->rounds, sizeof(double));
		if (!l->us[s])
			limit_die("memory");
	}
	if (l->network)
		limit_net_open();
}

int main(int argc, char **argv)
{
	struct limit l = {.rounds = 200};

	parse(&l, argc, argv);
	prepare(&l);
	for (int i = -5; i < l.rounds; i++)
		once(&l, i);
	report(&l);
	return 0;
}
