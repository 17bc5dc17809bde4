/* claim.c - see claim.h */
#include "claim.h"
#include "common/fd.h"
#include "lease.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHOICES_MAX = 128, OWNER_MAX = 128 * 1024, OWNER_PATH_MAX = PATH_MAX + 40 };

int claims_open(const struct network *n, int *ret, struct err *e)
{
	char path[PATH_MAX + 16];
	AUTO_FD fd = -1;
	int r;

	snprintf(path, sizeof(path), "%s", n->path);
	strcpy(strrchr(path, '/'), "/.ports");
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return err_set(e, errno, "make the directory '%s'", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	do
		r = fd < 0 ? -1 : flock(fd, LOCK_EX);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(e, errno, "lock the directory '%s'", path);
	*ret = fd_take(&fd);
	return 0;
}

/* "tcp-8080" */
static void port_dir(const struct port *p, char buf[16])
{
	snprintf(buf, 16, "%s-%u", proto_name(p->proto), p->host_port);
}

/* "tcp-8080" and "tcp-8080/127.0.0.1" */
static void claim_path(const struct port *p, char dir[16], char path[48])
{
	char ip[IP_TEXT_LEN];

	port_dir(p, dir);
	snprintf(path, 48, "%s/%s", dir, ip_text(p->host_ip, ip));
}

/* The lease that a claim of the network belongs to. */
static void owner_text(const struct network *n, uint32_t ip, char buf[OWNER_PATH_MAX])
{
	char text[IP_TEXT_LEN];

	snprintf(buf, OWNER_PATH_MAX, "%s/leases/%s", n->path, ip_text(ip, text));
}

/* Whether a claim's lease still exists and is of this boot; a claim without one is removed. */
static bool claim_lives(int dir, const char *name)
{
	char owner[OWNER_PATH_MAX], boot[BOOT_ID_LEN + 1];
	AUTO_FREE char *lease = NULL;
	struct err ignored;
	size_t n;

	if (boot_id(boot, &ignored) < 0)
		return true;
	if (file_read_line(dir, name, owner, sizeof(owner)) > 0 &&
	    file_read(AT_FDCWD, owner, OWNER_MAX, &lease, &n, &ignored) == 0 && strstr(lease, boot))
		return true;
	unlinkat(dir, name, 0);
	return false;
}

/* Whether a container has the port. */
static bool is_claimed(int claims, const struct port *p)
{
	char dir[16], ip[IP_TEXT_LEN];
	struct dirent *x;
	bool found = false;
	int fd;
	DIR *d;

	port_dir(p, dir);
	fd = openat(claims, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		fd_close(&fd);
		return false;
	}
	ip_text(p->host_ip, ip);
	while (!found && (x = readdir(d)))
		if (x->d_name[0] != '.' &&
		    (!p->host_ip || strcmp(x->d_name, "0.0.0.0") == 0 || strcmp(x->d_name, ip) == 0))
			found = claim_lives(fd, x->d_name);
	closedir(d);
	return found;
}

/* Binds (and for TCP listens) and gives up again; with port 0 the kernel's choice is put in. */
static int try_host(struct port *p)
{
	bool tcp = p->proto == IPPROTO_TCP;
	AUTO_FD fd = socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(p->host_port), .sin_addr.s_addr = htonl(p->host_ip)};
	socklen_t size = sizeof(a);
	int on = 1;

	/* A closed connection that lingers is no reason to refuse a TCP port. */
	if (fd < 0 || (tcp && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0) ||
	    bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0 || (tcp && listen(fd, 1) < 0) ||
	    getsockname(fd, (struct sockaddr *)&a, &size) < 0)
		return -1;
	p->host_port = ntohs(a.sin_port);
	return 0;
}

/* Whether another one of the list is the same port of the host. */
static bool is_double(const struct ports *p, size_t i)
{
	const struct port *q = &p->v[i];

	for (size_t k = 0; k < p->n; k++)
		if (k != i && p->v[k].host_port == q->host_port && p->v[k].proto == q->proto &&
		    (!p->v[k].host_ip || !q->host_ip || p->v[k].host_ip == q->host_ip))
			return true;
	return false;
}

/* Refuses a port with its cause. */
static int refuse(const struct port *p, int code, const char *hint, struct err *e)
{
	char ip[IP_TEXT_LEN];

	err_set(e, code, "publish %s:%u/%s", ip_text(p->host_ip, ip), p->host_port, proto_name(p->proto));
	return err_hint(e, "%s", hint);
}

/* One port that was asked for. */
static int check_fixed(int claims, struct ports *p, size_t i, struct err *e)
{
	if (is_double(p, i))
		return refuse(&p->v[i], EADDRINUSE, "it is published twice here", e);
	if (is_claimed(claims, &p->v[i]))
		return refuse(&p->v[i], EADDRINUSE, "another container has published it", e);
	if (try_host(&p->v[i]) == 0)
		return 0;
	return refuse(&p->v[i], errno,
	              errno == EADDRINUSE      ? "a process of the host listens there"
	              : errno == EADDRNOTAVAIL ? "the host has no such address"
	                                       : "the host refused it",
	              e);
}

/* One port that may be any: the kernel proposes until one is free here too. */
static int choose_free(int claims, struct ports *p, size_t i, struct err *e)
{
	for (int tries = 0; tries < CHOICES_MAX; tries++) {
		p->v[i].host_port = 0;
		if (try_host(&p->v[i]) < 0)
			return refuse(&p->v[i], errno, "the host gave no free port", e);
		if (!is_double(p, i) && !is_claimed(claims, &p->v[i]))
			return 0;
	}
	return refuse(&p->v[i], EADDRINUSE, "no free port was found", e);
}

int claims_choose(int claims, struct ports *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].host_port && check_fixed(claims, p, i, e) < 0)
			return -1;
	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].host_port && choose_free(claims, p, i, e) < 0)
			return -1;
	return 0;
}

/* Makes one claim. */
static int make_one(int claims, const char *owner, const struct port *p, struct err *e)
{
	char dir[16], path[48], line[OWNER_PATH_MAX + 1];
	int n = snprintf(line, sizeof(line), "%s\n", owner);
	AUTO_FD fd = -1;

	claim_path(p, dir, path);
	if (mkdirat(claims, dir, 0755) < 0 && errno != EEXIST)
		return refuse(p, errno, "the claim could not be made", e);
	fd = openat(claims, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || fd_write_all(fd, line, (size_t)n) < 0)
		return refuse(p, errno, "the claim could not be written", e);
	return 0;
}

/* Removes the claims of the first n ports. The lock is held. */
static void remove_claims(int claims, const struct port *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char dir[16], path[48];

		claim_path(&v[i], dir, path);
		unlinkat(claims, path, 0);
		unlinkat(claims, dir, AT_REMOVEDIR);
	}
}

int claims_make(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct err *e)
{
	char owner[OWNER_PATH_MAX];

	owner_text(n, ip, owner);
	for (size_t i = 0; i < p->n; i++)
		if (make_one(claims, owner, &p->v[i], e) < 0) {
			remove_claims(claims, p->v, i);
			return -1;
		}
	return 0;
}

int claims_owned(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct ports *ret,
                 struct err *e)
{
	char owner[OWNER_PATH_MAX];

	*ret = (struct ports){.v = calloc(p->n + 1, sizeof(*ret->v))};
	if (!ret->v)
		return err_set(e, errno, "read the claims of '%s'", n->path);
	owner_text(n, ip, owner);
	for (size_t i = 0; i < p->n; i++) {
		char dir[16], path[48], line[OWNER_PATH_MAX];

		claim_path(&p->v[i], dir, path);
		if (file_read_line(claims, path, line, sizeof(line)) > 0 && strcmp(line, owner) == 0)
			ret->v[ret->n++] = p->v[i];
	}
	return 0;
}

void claims_release(int claims, const struct ports *p)
{
	remove_claims(claims, p->v, p->n);
}
