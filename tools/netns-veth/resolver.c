/* resolver.c - see resolver.h */
#include "resolver.h"
#include "common/fd.h"
#include "common/num.h"
#include "common/proc.h"
#include "spec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define RESOLVER_DIR "/run/netns-veth"
/* A name that only our dnsmasq knows, whoever else may listen at that address. */
#define PROBE_NAME "probe.netns-veth"

enum {
	PATH_SIZE = 128,
	DNS_PORT = 53,
	CARRIER_MS = 1000,
	ANSWER_MS = 1500,
	END_MS = 1000,
	PACKET_MAX = 512,
	CMDLINE_MAX = 4096
};

extern char **environ;

/* RESOLVER_DIR/HASH/NAME into buf. */
static const char *place(const struct network *n, const char *name, char buf[PATH_SIZE])
{
	snprintf(buf, PATH_SIZE, RESOLVER_DIR "/%016llx/%s", network_hash(n->path), name);
	return buf;
}

/* Whether the command line (NUL-ended words) has that word. */
static bool has_word(const char *text, size_t n, const char *word)
{
	for (const char *p = text; p < text + n; p += strlen(p) + 1)
		if (strcmp(p, word) == 0)
			return true;
	return false;
}

/* A pidfd of our dnsmasq, or -1. The pid in the file may be another's by now: the descriptor comes first, then the look at
 * its command line. */
static int open_process(const struct network *n)
{
	char path[PATH_SIZE], word[PATH_SIZE + 16], line[32], cmdline[CMDLINE_MAX + 1];
	AUTO_FD fd = -1;
	AUTO_FD file = -1;
	ssize_t size;
	pid_t pid;

	if (file_read_line(AT_FDCWD, place(n, "pid", path), line, sizeof(line)) < 0 || num_pid(line, &pid) < 0)
		return -1;
	fd = sys_pidfd_open(pid, 0);
	snprintf(word, sizeof(word), "--pid-file=%s", path);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	size = fd < 0 || file < 0 ? -1 : read(file, cmdline, CMDLINE_MAX);
	if (size <= 0)
		return -1;
	cmdline[size] = '\0';
	return has_word(cmdline, (size_t)size, word) ? fd_take(&fd) : -1;
}

/* Writes one of our files: what the next start need not find out again. */
static void note(const struct network *n, const char *name, const char *text)
{
	char path[PATH_SIZE];
	AUTO_FD fd = open(place(n, name, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd >= 0)
		(void)fd_write_all(fd, text, strlen(text));
}

/* Runs dnsmasq, which comes back when it listens. 0, or why not. */
static const char *run_dnsmasq(const struct network *n)
{
	char path[PATH_SIZE], pid[PATH_SIZE + 16], hosts[PATH_SIZE + 16], record[64], ip[IP_TEXT_LEN];
	char interface[IFNAME_SIZE + 16], domain[PATH_SIZE + 16];
	posix_spawn_file_actions_t fa;
	struct exit_info x;
	pid_t child;
	const char *argv[] = {"dnsmasq",
	                      "--conf-file=/dev/null",
	                      pid,
	                      "--no-hosts",
	                      hosts,
	                      interface,
	                      "--except-interface=lo",
	                      "--bind-dynamic",
	                      record,
	                      domain,
	                      "--expand-hosts",
	                      "--domain-needed",
	                      n->internal ? "--no-resolv" : "--resolv-file=/etc/resolv.conf",
	                      NULL};
	int code;

	snprintf(pid, sizeof(pid), "--pid-file=%s", place(n, "pid", path));
	snprintf(hosts, sizeof(hosts), "--hostsdir=%s", place(n, "hosts", path));
	snprintf(interface, sizeof(interface), "--interface=%s", n->bridge);
	snprintf(record, sizeof(record), "--host-record=" PROBE_NAME ",%s", ip_text(n->gateway, ip));
	snprintf(domain, sizeof(domain), "--domain=%.63s", network_name(n));
	if (posix_spawn_file_actions_init(&fa) != 0)
		return "no memory";
	code = posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	code = code ? code : posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	code = code ? code : posix_spawnp(&child, argv[0], &fa, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (code)
		return code == ENOENT ? "dnsmasq is not installed" : "dnsmasq cannot be run";
	return exit_wait(child, &x) == 0 && exit_to_status(&x) == 0
	           ? NULL
	           : "dnsmasq does not start: something else may have port 53 of the bridge's address";
}

/* The directories, which whom dnsmasq becomes has to read, whatever umask there is. */
static bool make_places(const struct network *n)
{
	char path[PATH_SIZE];
	mode_t mask = umask(022);
	bool made = (mkdir(RESOLVER_DIR, 0755) == 0 || errno == EEXIST) &&
	            (mkdir(place(n, "", path), 0755) == 0 || errno == EEXIST) &&
	            (mkdir(place(n, "hosts", path), 0755) == 0 || errno == EEXIST);

	umask(mask);
	return made;
}

bool resolver_up(const struct network *n)
{
	char path[PATH_SIZE];
	const char *why;
	int fd;

	if (!n->resolver || access(place(n, "none", path), F_OK) == 0)
		return false;
	fd = open_process(n);
	if (fd >= 0) {
		close(fd);
		return access(place(n, "proved", path), F_OK) < 0;
	}
	if (!make_places(n))
		return false;
	(void)unlink(place(n, "proved", path));
	why = run_dnsmasq(n);
	if (why)
		note(n, "none", why);
	return !why;
}

/* A question for the probe's address. Its size. */
static size_t write_question(unsigned char *p, unsigned int id)
{
	static const unsigned char rest[] = "\1\0\0\1\0\0\0\0\0\0"
	                                    "\5probe\12netns-veth\0\0\1\0\1";

	p[0] = (unsigned char)(id >> 8);
	p[1] = (unsigned char)id;
	memcpy(p + 2, rest, sizeof(rest) - 1);
	return sizeof(rest) + 1;
}

bool resolver_is_answer(const unsigned char *p, size_t n, unsigned int id)
{
	/* Header: id, flags (QR on top of the first byte, RCODE in the second), questions, answers. */
	return n >= 12 && p[0] == id >> 8 && p[1] == (id & 0xff) && (p[2] & 0x80) && (p[3] & 0x0f) == 0 &&
	       (p[6] || p[7]);
}

/* Waits until the kernel has noticed that a link has its carrier: till then the bridge drops what comes from that port, or what
 * the host answers. A lost ARP request would be repeated after a second only. */
static void await_carrier(const char *link, int rtnl)
{
	struct link l = {0};
	struct err ignored;

	for (int i = 0; i < CARRIER_MS && rt_link_find(rtnl, link, &l, &ignored) == 0 && l.index && !l.running; i++)
		(void)poll(NULL, 0, 1);
}

/* Asks once and waits for the answer. */
static bool answers(const struct network *n)
{
	AUTO_FD fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = {
	    .sin_family = AF_INET, .sin_port = htons(DNS_PORT), .sin_addr.s_addr = htonl(n->gateway)};
	unsigned char packet[PACKET_MAX];
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint16_t id;
	ssize_t size;

	if (fd < 0 || getrandom(&id, sizeof(id), 0) != sizeof(id) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    send(fd, packet, write_question(packet, id), 0) < 0 || poll(&p, 1, ANSWER_MS) <= 0)
		return false;
	size = recv(fd, packet, sizeof(packet), 0);
	return size > 0 && resolver_is_answer(packet, (size_t)size, id);
}

/* Ends the process, and waits for that: a next one wants the port. */
static void end_process(const struct network *n)
{
	AUTO_FD fd = open_process(n);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (fd < 0)
		return;
	(void)sys_pidfd_send_signal(fd, SIGTERM);
	if (poll(&p, 1, END_MS) > 0)
		return;
	(void)sys_pidfd_send_signal(fd, SIGKILL);
	(void)poll(&p, 1, -1);
}

void resolver_prove(const struct network *n, int rtnl, const char *link)
{
	await_carrier(link, rtnl);
	await_carrier(n->bridge, rtnl);
	if (answers(n)) {
		note(n, "proved", "");
		return;
	}
	end_process(n);
	note(n, "none", "containers do not get an answer: a firewall of the host may drop what they send to port 53");
}

bool resolver_serves(const struct network *n)
{
	char path[PATH_SIZE];
	AUTO_FD fd = -1;

	if (!n->resolver || access(place(n, "none", path), F_OK) == 0)
		return false;
	fd = open_process(n);
	return fd >= 0;
}

void resolver_reason(const struct network *n, char *buf, size_t size)
{
	char path[PATH_SIZE];

	if (file_read_line(AT_FDCWD, place(n, "none", path), buf, size) < 0)
		buf[0] = '\0';
}

void resolver_names(const struct network *n, const char *lines, size_t size)
{
	char made[PATH_SIZE], path[PATH_SIZE];
	AUTO_FD fd = -1;

	if (!n->resolver)
		return;
	/* Not made in the directory that is watched: what is read there should be whole, and under one name. */
	fd = open(place(n, "names", made), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd >= 0 && fchmod(fd, 0644) == 0 && fd_write_all(fd, lines, size) == 0)
		(void)rename(made, place(n, "hosts/names", path));
}

void resolver_down(const struct network *n)
{
	static const char *const files[] = {"pid", "none", "proved", "names", "hosts/names"};
	char path[PATH_SIZE];

	if (!n->resolver)
		return;
	end_process(n);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(place(n, files[i], path));
	(void)rmdir(place(n, "hosts", path));
	(void)rmdir(place(n, "", path));
	(void)rmdir(RESOLVER_DIR);
}
