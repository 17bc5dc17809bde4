/*
 * explain.c - see explain.h
 *
 * The commands have the same effect on a root that is nobody's enemy; the tool itself opens every target below the root
 * and mounts by descriptor.
 */
#include "explain.h"

#include "common/fd.h"
#include "common/msg.h"
#include "kernel.h"
#include "mountopt.h"
#include "profile.h"
#include "spec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Prints text so that a shell reads it back as one word, or part of one. */
static void put(const char *text)
{
	if (*text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-")]) {
		fputs(text, stdout);
		return;
	}
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
	putchar('\'');
}

/* Prints a path below the new root, which the lines call $R. */
static void put_target(const char *target)
{
	fputs(" \"$R\"", stdout);
	if (*target)
		put(target);
}

/* mount -t TYPE -o OPTIONS SOURCE TARGET */
static void put_mount(const char *type, const char *options, const char *source, const char *target)
{
	printf("mount -t %s", type);
	if (*options) {
		fputs(" -o ", stdout);
		put(options);
	}
	putchar(' ');
	put(source);
	put_target(target);
	putchar('\n');
}

/* mkdir -p TARGET */
static void put_mkdir(const char *target)
{
	fputs("mkdir -p", stdout);
	put_target(target);
	putchar('\n');
}

/* A new volume's content. */
static void put_fill(const struct step *s)
{
	fputs("[ -n \"$(ls -A ", stdout);
	put(s->source);
	fputs(")\" ] || cp -a", stdout);
	put_target(s->target);
	fputs("/. ", stdout);
	put(s->source);
	putchar('\n');
}

/* The directories above TARGET. */
static void put_parents(const char *target)
{
	AUTO_FREE char *parent = keep(target);

	*strrchr(parent, '/') = '\0';
	if (*parent)
		put_mkdir(parent);
}

/* The mount point of a bind, a directory or a file as its source is. */
static void put_mount_point(const struct step *s)
{
	struct stat st;

	if (!s->make_target)
		return;
	if (stat(s->source, &st) < 0 || S_ISDIR(st.st_mode)) {
		put_mkdir(s->target);
		return;
	}
	put_parents(s->target);
	fputs("touch", stdout);
	put_target(s->target);
	putchar('\n');
}

/* A bind: mount, then its options, then its propagation. */
static void put_bind(const struct step *s)
{
	const char *how = s->recursive ? "rbind" : "bind";
	char words[256];

	mountopt_words(s, words, sizeof(words));
	printf("mount --%s ", how);
	if (s->idmap) {
		fputs("-o ", stdout);
		put("X-mount.idmap=");
		put(s->idmap);
		putchar(' ');
	}
	put(s->source);
	put_target(s->target);
	if (*words) {
		printf("\nmount -o remount,bind,%.*s", (int)strlen(words) - 1, words);
		put_target(s->target);
	}
	printf("\nmount --make-%s%s", s->recursive ? "r" : "",
	       s->propagation == MS_SHARED  ? "shared"
	       : s->propagation == MS_SLAVE ? "slave"
	                                    : "private");
	put_target(s->target);
	putchar('\n');
}

/* What --dev does. */
static void put_dev(const struct plan *p)
{
	char shm[80];

	put_mount("tmpfs", "nosuid,noexec,strictatime,mode=755,size=65536k", "tmpfs", "/dev");
	puts("for d in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do\n"
	     "\tset -- $d; mknod -m 666 \"$R\"/dev/$1 c $2 $3\n"
	     "done\n"
	     "ln -s pts/ptmx \"$R\"/dev/ptmx\n"
	     "ln -s /proc/self/fd \"$R\"/dev/fd\n"
	     "for n in 0.stdin 1.stdout 2.stderr; do ln -s /proc/self/fd/${n%.*} \"$R\"/dev/${n#*.}; done\n"
	     "mkdir \"$R\"/dev/pts \"$R\"/dev/shm \"$R\"/dev/mqueue");
	put_mount("devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5", "devpts", "/dev/pts");
	snprintf(shm, sizeof(shm), "nosuid,nodev,noexec,mode=1777,size=%" PRIu64, p->shm_size);
	put_mount("tmpfs", shm, "tmpfs", "/dev/shm");
	put_mount("mqueue", "nosuid,nodev,noexec", "mqueue", "/dev/mqueue");
	if (!p->init)
		return;
	fputs("touch \"$R\"/dev/init; mount --bind -o ro ", stdout);
	put(p->init);
	puts(" \"$R\"/dev/init");
}

/* What is made rather than mounted. */
static void put_made(const struct step *s)
{
	put_parents(s->target);
	switch (s->kind) {
	case STEP_DIR:
		printf("mkdir -p -m %04o", (unsigned int)s->mode);
		break;
	case STEP_DEVICE:
		fputs("cp -a ", stdout);
		put(s->source);
		break;
	case STEP_FILE:
		printf("cat <&%d >", s->fd);
		break;
	default:
		fputs("ln -s ", stdout);
		put(s->source);
		break;
	}
	put_target(s->target);
	putchar('\n');
}

/* One step. */
static void put_step(const struct plan *p, const struct step *s)
{
	switch (s->kind) {
	case STEP_BIND:
		put_mount_point(s);
		if (s->fill)
			put_fill(s);
		put_bind(s);
		break;
	case STEP_FS:
	case STEP_SYSTEM:
		if (s->make_target)
			put_mkdir(s->target);
		put_mount(s->type, s->options, s->source, s->target);
		break;
	case STEP_DEV:
		put_mkdir("/dev");
		put_dev(p);
		break;
	case STEP_CGROUPS:
		put_mount("cgroup2",
		          p->profile == PROFILE_PRIVILEGED ? "nosuid,nodev,noexec" : "ro,nosuid,nodev,noexec", "cgroup",
		          "/sys/fs/cgroup");
		break;
	case STEP_DIR:
	case STEP_DEVICE:
	case STEP_FILE:
	case STEP_SYMLINK:
		put_made(s);
		break;
	}
}

/* A path that is made read-only. */
static void put_read_only(const char *path)
{
	fputs("[ ! -e", stdout);
	put_target(path);
	fputs(" ] || mount --rbind -o ro", stdout);
	put_target(path);
	put_target(path);
	putchar('\n');
}

/* A path that is hidden. */
static void put_mask(const char *path)
{
	fputs("if [ -d", stdout);
	put_target(path);
	fputs(" ]; then mount -t tmpfs -o ro tmpfs", stdout);
	put_target(path);
	fputs("; elif [ -e", stdout);
	put_target(path);
	fputs(" ]; then mount --bind -o ro /dev/null", stdout);
	put_target(path);
	puts("; fi");
}

/* The covers and protections of profile and options. */
static void put_shield(const struct plan *p)
{
	for (const char *const *path = profile_read_only(p); *path; path++)
		put_read_only(*path);
	for (size_t i = 0; i < p->read_only.n; i++)
		put_read_only(p->read_only.v[i]);
	for (const char *const *path = profile_masked(p); *path; path++)
		put_mask(*path);
	for (size_t i = 0; i < p->mask.n; i++)
		put_mask(p->mask.v[i]);
}

/* The new root as a mount. */
static int put_root(const struct plan *p)
{
	AUTO_FREE char *options = NULL;
	AUTO_FREE char *all = NULL;
	struct err e = {0};

	printf("mount --make-r%s /\nR=", p->propagation == MS_SLAVE ? "slave" : "private");
	put(p->newroot);
	putchar('\n');
	if (!p->overlay) {
		puts("mount --rbind \"$R\" \"$R\"");
		return 0;
	}
	if (spec_overlay(p->overlay, &options, &e) < 0)
		die_err(EXIT_OWN, &e);
	if (asprintf(&all, "%s%s", options, p->overlay_volatile ? ",volatile" : "") < 0)
		die(EXIT_OWN, "out of memory");
	put_mount("overlay", all, "overlay", "");
	return 0;
}

int explain(const struct plan *p)
{
	if (p->unshare)
		puts("# in a mount namespace of its own: unshare --mount");
	put_root(p);
	for (int devices = 0; devices < 2; devices++)
		for (size_t i = 0; i < p->n_steps; i++)
			if ((p->step[i].kind == STEP_DEVICE) == devices)
				put_step(p, &p->step[i]);
	if (p->cwd_make)
		put_mkdir(p->cwd);
	put_shield(p);
	if (p->root_read_only)
		puts("mount -o remount,bind,ro \"$R\"");
	if (p->outside) {
		fputs("cd \"$R\"\nexec", stdout);
	} else {
		fputs("cd \"$R\" && pivot_root . . && umount -l . && cd ", stdout);
		put(p->cwd ? p->cwd : "/");
		printf("\numask %04o\nexec setpriv --inh-caps=-all", (unsigned int)p->umask);
		if (p->no_new_privs == 1 || (p->no_new_privs < 0 && p->profile == PROFILE_DEFAULT))
			fputs(" --no-new-privs", stdout);
		fputs(p->init ? " -- /dev/init --" : " --", stdout);
	}
	for (char *const *arg = p->command; *arg; arg++) {
		putchar(' ');
		put(*arg);
	}
	putchar('\n');
	if (fflush(stdout) != 0)
		die(EXIT_OWN, "write to standard output: %s", strerror(errno));
	return 0;
}
