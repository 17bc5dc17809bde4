/*
 * netlink.h - building netlink messages and reading the kernel's answers, in as few system calls as possible.
 *
 * The theory (netlink(7), rtnetlink(7)): several messages may go into one sendmsg(2). The kernel works through all of
 * them before sendmsg returns and has by then queued an answer for each that asked for one (NLM_F_ACK) or failed;
 * only dumps need a wait. So one send and one or two non-blocking receives do a whole batch. Errors carry the
 * kernel's own words (extended ack).
 *
 * Why not libmnl: Debian ships no static one, and this little is needed; a static musl tool starts 0.3 ms sooner than
 * a glibc one.
 */
#ifndef NETNS_VETH_NETLINK_H
#define NETNS_VETH_NETLINK_H

#include "common/err.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Messages under construction, one behind the other. */
struct nl_buf {
	unsigned char *data;
	size_t len, room;
	size_t msg;     /* where the open message begins */
	uint32_t count; /* messages so far; the sequence number of message i is i + 1 */
	bool failed;    /* out of memory or a message too large: nl_talk reports it */
};

/* Begins a message with a family header of n bytes (ifinfomsg, nfgenmsg ...). NLM_F_REQUEST is added. */
void nl_begin(struct nl_buf *b, uint16_t type, uint16_t flags, const void *header, size_t n);

/* Appends an attribute to the open message. */
void nl_put(struct nl_buf *b, uint16_t type, const void *data, size_t n);
void nl_put_u32(struct nl_buf *b, uint16_t type, uint32_t v);
void nl_put_str(struct nl_buf *b, uint16_t type, const char *s);

/* Opens a nested attribute; the value goes to nl_nest_end. */
size_t nl_nest(struct nl_buf *b, uint16_t type);
void nl_nest_end(struct nl_buf *b, size_t at);

/* Appends bytes that are no attribute (the ifinfomsg inside VETH_INFO_PEER). */
void nl_raw(struct nl_buf *b, const void *data, size_t n);

/* Frees the memory and makes the buffer empty again. */
void nl_free(struct nl_buf *b);
#define AUTO_NL __attribute__((cleanup(nl_free))) struct nl_buf

/* Opens a socket of NETLINK_ROUTE or NETLINK_NETFILTER in the current network namespace, with extended acks. */
int nl_open(int protocol, struct err *e);

/* One error or acknowledgement. */
struct nl_error {
	int code;       /* errno, 0 for an acknowledgement */
	uint32_t seq;   /* of the message it answers */
	char text[160]; /* the kernel's words, or "" */
};

/* The message at *pos of a received datagram, *pos moved behind it; NULL at the end or when what is left is no whole
 * message. */
const struct nlmsghdr *nl_next(const void *data, size_t n, size_t *pos);

/* Reads NLMSG_ERROR. -1 with errno EINVAL when the message is too short. */
int nl_parse_error(const struct nlmsghdr *h, struct nl_error *ret);

/* The attribute of that type after a family header of skip bytes, or inside a nested attribute; NULL when missing or
 * shorter than min. */
const struct nlattr *nl_find(const struct nlmsghdr *h, size_t skip, uint16_t type, size_t min);
const struct nlattr *nl_find_in(const struct nlattr *nest, uint16_t type, size_t min);

/* The payload of an attribute and its size. */
const void *nl_data(const struct nlattr *a);
size_t nl_size(const struct nlattr *a);

/* Called for every message that is no acknowledgement; -1 with *e set ends the exchange. */
typedef int nl_fn(const struct nlmsghdr *h, void *arg, struct err *e);

/* Sends the buffer and reads the answers. The first error fills *e ("what": the kernel's cause and words) and, when
 * ret_seq is not NULL, the number of the failed message. fn (may be NULL) sees replies. */
int nl_talk(int fd, struct nl_buf *b, nl_fn *fn, void *arg, uint32_t *ret_seq, const char *what, struct err *e);

/* Sends one dump request (NLM_F_DUMP in the message) and hands every record to fn. */
int nl_dump(int fd, struct nl_buf *b, nl_fn *fn, void *arg, const char *what, struct err *e);

#endif
