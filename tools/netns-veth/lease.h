/*
 * lease.h - who has which address: DIR/leases/ADDRESS, one file a container.
 *
 *     NAME NETNS-INODE BOOT-ID HOST-INTERFACE
 *     address ADDRESS                                          the file's name, for who reads it by another
 *     address6 ADDRESS                                         where the network has IPv6; also a link of that name
 *     inside INTERFACE                                         the namespace is not ours: we joined it
 *     mac MAC                                                  where it is not the one that follows from the address
 *     hostname NAME                                            before the aliases on the container's own line
 *     alias NAME                                               under which the others find it, for each
 *     hosts FILE                                               where the container reads the others' names (hosts.h)
 *     port HOST-ADDRESS HOST-PORT CONTAINER-PORT PROTOCOL      for each published port
 *     up                                                       when everything has been made
 *
 * The file is made with O_EXCL under the network's lock and says enough to undo the container whoever died at
 * whatever point: a lease without "up" whose network is not locked is half-made, one of another boot or whose
 * namespace file is gone or another's is stale. leasetext.c reads and writes the text, lease.c the files.
 */
#ifndef NETNS_VETH_LEASE_H
#define NETNS_VETH_LEASE_H

#include "common/err.h"
#include "common/proc.h"
#include "network.h"
#include "port.h"
#include "spec.h"

#include <stdbool.h>
#include <sys/types.h>

#define LEASE_NAME_MAX 63
#define HOST_NAME_MAX_LEN 63
#define LEASE_FILE_MAX ((size_t)256 * 1024)

/* Names under which a container is found. */
enum { ALIASES_MAX = 64 };
struct aliases {
	char (*v)[HOST_NAME_MAX_LEN + 1]; /* room for ALIASES_MAX, or NULL while there is none */
	size_t n;
};

struct lease {
	uint32_t ip;
	struct ip6 ip6; /* zero: none */
	char name[LEASE_NAME_MAX + 1];
	ino_t netns; /* 0: not made yet */
	char boot[BOOT_ID_LEN + 1];
	char link[IFNAME_SIZE];   /* the host's end */
	char inside[IFNAME_SIZE]; /* "" for eth0 in a namespace of its own */
	bool mac_given;
	uint8_t mac[MAC_LEN];
	char hostname[HOST_NAME_MAX_LEN + 1]; /* "" when there is none */
	struct aliases aliases;
	char *hosts; /* a path, or NULL */
	struct ports ports;
	bool up;
};

/* Adds a name; one that is there already is no error. Refuses what name_is_host or name_is_object would. */
int aliases_add(struct aliases *a, const char *name, struct err *e);

/* Whether its text could not be read. */
bool lease_damaged(const struct lease *l);

/* The MAC address inside. */
void lease_mac(const struct lease *l, uint8_t ret[MAC_LEN]);

void lease_free(struct lease *l);
#define AUTO_LEASE __attribute__((cleanup(lease_free))) struct lease

/* Reads the text of a lease file (n bytes). -1 with errno EINVAL or ENOMEM; free *ret either way. */
int lease_parse(const char *text, size_t n, struct lease *ret);

/* The text of a lease in new memory, or NULL with errno. */
char *lease_format(const struct lease *l, size_t *ret_n);

/* Claims l->ip, or a free address when it is 0, with the IPv6 one that belongs to it or l->ip6, and the name; writes the
 * file. EEXIST, ENOSPC when the pool is full. */
int lease_claim(const struct network *n, struct lease *l, struct err *e);

/* The address that lease_claim would give, without claiming it. ENOSPC. */
int lease_peek(const struct network *n, uint32_t *ret, struct err *e);

/* Writes what has been learnt since (namespace, link, up) into the file. */
int lease_update(const struct network *n, const struct lease *l, struct err *e);

/* Reads the lease of an address; of a name. 0 found, 1 there is none, -1 error. A file that is not whole comes back
 * with what its links say (salvage.h): the addresses, and perhaps the name. */
int lease_read(const struct network *n, uint32_t ip, struct lease *ret, struct err *e);
int lease_find(const struct network *n, const char *name, struct lease *ret, struct err *e);

/* Removes the files. Missing ones are no error. */
int lease_release(const struct network *n, const struct lease *l, struct err *e);

/* Calls fn for each lease of the network; -1 from fn ends it. */
typedef int lease_fn(const struct network *n, struct lease *l, void *arg, struct err *e);
int lease_each(const struct network *n, lease_fn *fn, void *arg, struct err *e);

/* Removes names and IPv6 addresses whose lease is gone. */
int lease_sweep_links(const struct network *n, struct err *e);

/* The boot's id into buf. */
int boot_id(char buf[BOOT_ID_LEN + 1], struct err *e);

#endif
