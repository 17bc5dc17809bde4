/* claim.c - see claim.h */
#include "claim.h"
#include "common/fd.h"
#include "common/num.h"
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

enum { CHOICES_MAX = 128 };

/* Opens a directory and locks it. The descriptor, or -1 with errno: ENOENT also where it was removed meanwhile. */
static int open_locked(const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int r;

	do
		r = fd < 0 ? -1 : flock(fd, LOCK_EX);
	while (r < 0 && errno == EINTR);
	if (r < 0 || fstat(fd, &st) < 0)
		return -1;
	if (st.st_nlink > 0)
		return fd_take(&fd);
	errno = ENOENT;
	return -1;
}

int claims_open(const struct network *n, int *ret, struct err *e)
{
	char path[PORTS_DIR_SIZE];

	network_ports_dir(n, path);
	do
		*ret = open_locked(path);
	while (*ret < 0 && errno == ENOENT && (mkdir(path, 0755) == 0 || errno == EEXIST));
	return *ret < 0 ? err_set(e, errno, "open and lock the directory '%s'", path) : 0;
}

#define CLAIM_DIR_SIZE 20
#define CLAIM_PATH_SIZE (CLAIM_DIR_SIZE + IP6_TEXT_LEN)

/* "tcp-8080" (IPv6: "tcp6-8080") into dir, and what the claim is called: the same, or "tcp-8080/127.0.0.1". */
static void claim_path(const struct port *p, char dir[CLAIM_DIR_SIZE], char path[CLAIM_PATH_SIZE])
{
	char ip[IP6_TEXT_LEN];

	snprintf(dir, CLAIM_DIR_SIZE, "%s%s-%u", proto_name(p->proto), p->family == AF_INET6 ? "6" : "", p->host_port);
	if (port_any(p))
		snprintf(path, CLAIM_PATH_SIZE, "%s", dir);
	else
		snprintf(path, CLAIM_PATH_SIZE, "%s/%s", dir, port_host(p, ip));
}

/* What a claim is called, read back. addr is NULL where it is for every address. */
static int claim_parse(const char *dir, const char *addr, struct port *ret)
{
	char proto[8];
	const char *dash = strchr(dir, '-');
	size_t size = dash ? (size_t)(dash - dir) : 0;
	struct err ignored;
	uint64_t number;

	*ret = (struct port){.family = AF_INET};
	if (size < 2 || size >= sizeof(proto) || num_u64(dash + 1, 1, 65535, &number) < 0)
		return -1;
	memcpy(proto, dir, size);
	if (proto[size - 1] == '6') {
		ret->family = AF_INET6;
		size--;
	}
	proto[size] = '\0';
	ret->host_port = (uint16_t)number;
	if (proto_parse(proto, &ret->proto) < 0)
		return -1;
	if (!addr)
		return 0;
	return ret->family == AF_INET6 ? ip6_parse(addr, &ret->host_ip6, &ignored)
	                               : ip_parse(addr, &ret->host_ip, &ignored);
}

/* Whether the claim's lease still exists and is of this boot; a claim without one is removed. One that cannot be read
 * (its network writes it just now) lives. */
static bool claim_lives(int claims, const char *path)
{
	char boot[BOOT_ID_LEN + 1];
	AUTO_FREE char *text = NULL;
	AUTO_LEASE l = {0};
	struct err ignored;
	struct stat st;
	size_t n;

	if (fstatat(claims, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (st.st_nlink > 1 &&
	    (boot_id(boot, &ignored) < 0 || file_read(claims, path, LEASE_FILE_MAX, &text, &n, &ignored) < 0 ||
	     lease_parse(text, n, &l) < 0 || strcmp(l.boot, boot) == 0))
		return true;
	unlinkat(claims, path, 0);
	return false;
}

/* Whether a claim for any one address in the directory of the port lives. The directory of a port without any is
 * removed. */
static bool any_lives(int claims, const char *dir)
{
	int fd = openat(claims, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *x;
	bool found = false;

	if (!d) {
		fd_close(&fd);
		return false;
	}
	while (!found && (x = readdir(d)))
		found = x->d_name[0] != '.' && claim_lives(fd, x->d_name);
	closedir(d);
	if (!found)
		unlinkat(claims, dir, AT_REMOVEDIR);
	return found;
}

/* Whether a container has the port. */
static bool is_claimed(int claims, const struct port *p)
{
	char dir[CLAIM_DIR_SIZE], path[CLAIM_PATH_SIZE];
	struct stat st;

	claim_path(p, dir, path);
	if (fstatat(claims, dir, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (!S_ISDIR(st.st_mode))
		return claim_lives(claims, dir);
	return port_any(p) ? any_lives(claims, dir) : claim_lives(claims, path);
}

/* The host's end of a port as bind(2) takes it; its size. */
static socklen_t host_address(const struct port *p, struct sockaddr_storage *ret)
{
	struct sockaddr_in *four = (void *)ret;
	struct sockaddr_in6 *six = (void *)ret;

	*ret = (struct sockaddr_storage){.ss_family = p->family};
	if (p->family == AF_INET6) {
		six->sin6_port = htons(p->host_port);
		memcpy(&six->sin6_addr, p->host_ip6.b, IP6_LEN);
		return sizeof(*six);
	}
	four->sin_port = htons(p->host_port);
	four->sin_addr.s_addr = htonl(p->host_ip);
	return sizeof(*four);
}

/* A socket of the port's family and protocol. On a kernel without SCTP nobody can listen on such a port, and any
 * other protocol's will do to have a number proposed. */
static int host_socket(const struct port *p)
{
	bool stream = p->proto != IPPROTO_UDP;
	int fd = socket(p->family, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, p->proto);

	return fd < 0 && p->proto == IPPROTO_SCTP ? socket(p->family, SOCK_DGRAM | SOCK_CLOEXEC, 0) : fd;
}

/* Binds (and unless it is UDP listens) and gives up again; with port 0 the kernel's choice is put in. */
static int try_host(struct port *p)
{
	AUTO_FD fd = host_socket(p);
	struct sockaddr_storage a;
	socklen_t size = host_address(p, &a);
	int on = 1;

	/* A closed connection that lingers is no reason to refuse a TCP port. IPv4 is another port's business. */
	if (fd < 0 || (p->proto == IPPROTO_TCP && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0) ||
	    (p->family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
	    bind(fd, (const struct sockaddr *)&a, size) < 0 || (p->proto == IPPROTO_TCP && listen(fd, 1) < 0) ||
	    getsockname(fd, (struct sockaddr *)&a, &size) < 0)
		return -1;
	p->host_port = ntohs(p->family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&a)->sin6_port
	                                           : ((struct sockaddr_in *)(void *)&a)->sin_port);
	return 0;
}

/* Whether another one of the list is the same port of the host. */
static bool is_double(const struct ports *p, size_t i)
{
	const struct port *q = &p->v[i];

	for (size_t k = 0; k < p->n; k++)
		if (k != i && p->v[k].host_port == q->host_port && p->v[k].proto == q->proto &&
		    p->v[k].family == q->family && (port_any(&p->v[k]) || port_any(q) || port_same_host(&p->v[k], q)))
			return true;
	return false;
}

/* Refuses a port with its cause. */
static int refuse(const struct port *p, int code, const char *hint, struct err *e)
{
	char text[PORT_TEXT_LEN];

	err_set(e, code, "publish %s/%s", port_text(p, text), proto_name(p->proto));
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

/* Whether the port's twin, which follows it, can have the same number; it gets it. */
static bool twin_free(int claims, struct ports *p, size_t i)
{
	if (i + 1 == p->n || !p->v[i + 1].twin)
		return true;
	p->v[i + 1].host_port = p->v[i].host_port;
	return !is_double(p, i + 1) && !is_claimed(claims, &p->v[i + 1]) && try_host(&p->v[i + 1]) == 0;
}

/* One port that may be any: the kernel proposes until one is free here too. */
static int choose_free(int claims, struct ports *p, size_t i, struct err *e)
{
	for (int tries = 0; tries < CHOICES_MAX; tries++) {
		p->v[i].host_port = 0;
		if (try_host(&p->v[i]) < 0)
			return refuse(&p->v[i], errno, "the host gave no free port", e);
		if (!is_double(p, i) && !is_claimed(claims, &p->v[i]) && twin_free(claims, p, i))
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
static int make_one(int claims, const struct network *n, const char *lease, const struct port *p, struct err *e)
{
	char dir[CLAIM_DIR_SIZE], path[CLAIM_PATH_SIZE];

	claim_path(p, dir, path);
	if ((!port_any(p) && mkdirat(claims, dir, 0755) < 0 && errno != EEXIST) ||
	    linkat(n->dir, lease, claims, path, 0) < 0)
		return refuse(p, errno, "the claim could not be made", e);
	return 0;
}

/* Removes the claims of the first n ports. The lock is held. */
static void remove_claims(int claims, const struct port *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char dir[CLAIM_DIR_SIZE], path[CLAIM_PATH_SIZE];

		claim_path(&v[i], dir, path);
		unlinkat(claims, path, 0);
		if (!port_any(&v[i]))
			unlinkat(claims, dir, AT_REMOVEDIR);
	}
}

/* The lease of an address, relative to the network's directory. */
static void lease_name(uint32_t ip, char buf[32])
{
	char text[IP_TEXT_LEN];

	snprintf(buf, 32, "leases/%s", ip_text(ip, text));
}

int claims_make(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct err *e)
{
	char lease[32];

	lease_name(ip, lease);
	for (size_t i = 0; i < p->n; i++)
		if (make_one(claims, n, lease, &p->v[i], e) < 0) {
			remove_claims(claims, p->v, i);
			return -1;
		}
	return 0;
}

int claims_owned(int claims, const struct network *n, uint32_t ip, const struct ports *p, struct ports *ret,
                 struct err *e)
{
	char lease[32], dir[CLAIM_DIR_SIZE], path[CLAIM_PATH_SIZE];
	struct stat own, st;

	*ret = (struct ports){.v = calloc(p->n + 1, sizeof(*ret->v))};
	lease_name(ip, lease);
	if (!ret->v || fstatat(n->dir, lease, &own, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "read the claims of '%s/%s'", n->path, lease);
	for (size_t i = 0; i < p->n; i++) {
		claim_path(&p->v[i], dir, path);
		if (fstatat(claims, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == own.st_ino &&
		    st.st_dev == own.st_dev)
			ret->v[ret->n++] = p->v[i];
	}
	return 0;
}

/* What walk hands to its visitor: a claim by its directory and name; NULL for every address. */
typedef int claim_fn(int at, const char *dir, const char *addr, void *arg, struct err *e);

/* Calls fn for each claim in one directory; of_port is the port's whose addresses they are, or NULL at the top. */
static int walk(int claims, const char *of_port, claim_fn *fn, void *arg, struct err *e)
{
	int fd = openat(claims, of_port ? of_port : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *x;
	struct stat st;

	if (!d) {
		fd_close(&fd);
		return err_set(e, errno, "list the published ports");
	}
	while (r == 0 && (x = readdir(d))) {
		if (x->d_name[0] == '.' || fstatat(fd, x->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (!of_port && S_ISDIR(st.st_mode))
			r = walk(claims, x->d_name, fn, arg, e);
		else
			r = of_port ? fn(fd, of_port, x->d_name, arg, e) : fn(fd, x->d_name, NULL, arg, e);
	}
	closedir(d);
	if (r == 0 && of_port)
		unlinkat(claims, of_port, AT_REMOVEDIR);
	return r;
}

/* What claims_found hands to its visits. */
struct finding {
	struct stat own;
	struct ports *found;
};

static int find_one(int at, const char *dir, const char *addr, void *arg, struct err *e)
{
	struct finding *f = arg;
	struct stat st;
	struct port p;

	if (fstatat(at, addr ? addr : dir, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_ino != f->own.st_ino ||
	    st.st_dev != f->own.st_dev || claim_parse(dir, addr, &p) < 0)
		return 0;
	return ports_append(f->found, &p, e);
}

int claims_found(int claims, const struct network *n, uint32_t ip, struct ports *ret, struct err *e)
{
	struct finding f = {.found = ret};
	char lease[32];

	lease_name(ip, lease);
	if (fstatat(n->dir, lease, &f.own, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "read the claims of '%s/%s'", n->path, lease);
	return walk(claims, NULL, find_one, &f, e);
}

static int sweep_one(int at, const char *dir, const char *addr, void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	(void)claim_lives(at, addr ? addr : dir);
	return 0;
}

int claims_sweep(const struct network *n, bool last, struct err *e)
{
	char path[PORTS_DIR_SIZE];
	AUTO_FD claims = -1;

	network_ports_dir(n, path);
	claims = open_locked(path);
	if (claims < 0)
		return errno == ENOENT ? 0 : err_set(e, errno, "open and lock the directory '%s'", path);
	if (walk(claims, NULL, sweep_one, NULL, e) < 0)
		return -1;
	/* Others in it keep it. */
	if (last)
		rmdir(path);
	return 0;
}

void claims_release(int claims, const struct ports *p)
{
	remove_claims(claims, p->v, p->n);
}
