/* netlink.c - see netlink.h */
#include "netlink.h"
#include "common/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SOL_NETLINK_LEVEL 270

enum { RECEIVE_SIZE = 32768 };

/* Room for n more bytes, zeroed and rounded up to the alignment of netlink; NULL on failure. */
static unsigned char *grow(struct nl_buf *b, size_t n)
{
	size_t aligned = NLMSG_ALIGN(n);

	if (b->failed)
		return NULL;
	if (b->len + aligned > b->room) {
		size_t room = b->room ? b->room * 2 : 2048;

		while (room < b->len + aligned)
			room *= 2;
		unsigned char *p = realloc(b->data, room);

		if (!p) {
			b->failed = true;
			return NULL;
		}
		b->data = p;
		b->room = room;
	}
	unsigned char *at = b->data + b->len;

	memset(at, 0, aligned);
	b->len += aligned;
	return at;
}

/* The length of the open message goes into its header. */
static void msg_update(struct nl_buf *b)
{
	uint32_t len = (uint32_t)(b->len - b->msg);

	if (!b->failed)
		memcpy(b->data + b->msg, &len, sizeof(len));
}

void nl_raw(struct nl_buf *b, const void *data, size_t n)
{
	unsigned char *p = grow(b, n);

	if (p && n)
		memcpy(p, data, n);
	msg_update(b);
}

void nl_begin(struct nl_buf *b, uint16_t type, uint16_t flags, const void *header, size_t n)
{
	struct nlmsghdr h = {.nlmsg_type = type, .nlmsg_flags = flags | NLM_F_REQUEST, .nlmsg_seq = ++b->count};

	b->msg = b->len;
	nl_raw(b, &h, sizeof(h));
	nl_raw(b, header, n);
}

void nl_put(struct nl_buf *b, uint16_t type, const void *data, size_t n)
{
	struct nlattr a = {.nla_len = (uint16_t)(NLA_HDRLEN + n), .nla_type = type};

	if (n > UINT16_MAX - NLA_HDRLEN) {
		b->failed = true;
		return;
	}
	unsigned char *p = grow(b, NLA_HDRLEN + n);

	if (!p)
		return;
	memcpy(p, &a, sizeof(a));
	if (n)
		memcpy(p + NLA_HDRLEN, data, n);
	msg_update(b);
}

void nl_put_u32(struct nl_buf *b, uint16_t type, uint32_t v)
{
	nl_put(b, type, &v, sizeof(v));
}

void nl_put_str(struct nl_buf *b, uint16_t type, const char *s)
{
	nl_put(b, type, s, strlen(s) + 1);
}

size_t nl_nest(struct nl_buf *b, uint16_t type)
{
	size_t at = b->len;

	nl_put(b, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void nl_nest_end(struct nl_buf *b, size_t at)
{
	size_t n = b->len - at;

	if (b->failed || n > UINT16_MAX) {
		b->failed = true;
		return;
	}
	uint16_t len = (uint16_t)n;

	memcpy(b->data + at, &len, sizeof(len));
}

void nl_free(struct nl_buf *b)
{
	free(b->data);
	*b = (struct nl_buf){0};
}

int nl_open(int protocol, struct err *e)
{
	AUTO_FD fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int on = 1;

	if (fd < 0)
		return err_set(e, errno, "open a netlink socket for %s",
		               protocol == NETLINK_NETFILTER ? "nftables" : "links and addresses");
	/* Old kernels lack these two: then errors only have their number. */
	setsockopt(fd, SOL_NETLINK_LEVEL, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK_LEVEL, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd_take(&fd);
}

const struct nlmsghdr *nl_next(const void *data, size_t n, size_t *pos)
{
	const struct nlmsghdr *h;

	if (*pos > n || n - *pos < sizeof(*h))
		return NULL;
	h = (const void *)((const unsigned char *)data + *pos);
	if (h->nlmsg_len < sizeof(*h) || h->nlmsg_len > n - *pos)
		return NULL;
	*pos += NLMSG_ALIGN((size_t)h->nlmsg_len);
	return h;
}

const void *nl_data(const struct nlattr *a)
{
	return (const unsigned char *)a + NLA_HDRLEN;
}

size_t nl_size(const struct nlattr *a)
{
	return a->nla_len - (size_t)NLA_HDRLEN;
}

/* Searches n bytes of attributes. */
static const struct nlattr *find(const unsigned char *p, size_t n, uint16_t type, size_t min)
{
	while (n >= sizeof(struct nlattr)) {
		const struct nlattr *a = (const void *)p;
		size_t step;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > n)
			return NULL;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return nl_size(a) >= min ? a : NULL;
		step = NLA_ALIGN((size_t)a->nla_len);
		if (step > n)
			return NULL;
		p += step;
		n -= step;
	}
	return NULL;
}

const struct nlattr *nl_find(const struct nlmsghdr *h, size_t skip, uint16_t type, size_t min)
{
	size_t off = NLMSG_HDRLEN + NLMSG_ALIGN(skip);

	return h->nlmsg_len < off ? NULL : find((const unsigned char *)h + off, h->nlmsg_len - off, type, min);
}

const struct nlattr *nl_find_in(const struct nlattr *nest, uint16_t type, size_t min)
{
	return find(nl_data(nest), nl_size(nest), type, min);
}

int nl_parse_error(const struct nlmsghdr *h, struct nl_error *ret)
{
	const struct nlmsgerr *m = (const void *)((const unsigned char *)h + NLMSG_HDRLEN);
	const struct nlattr *a;
	size_t skip = sizeof(*m);

	if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(*m) || m->error > 0 || m->error < -4095) {
		errno = EINVAL;
		return -1;
	}
	*ret = (struct nl_error){.code = -m->error, .seq = h->nlmsg_seq};
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;
	/* Unless capped, the rest of the refused message stands between. */
	if (!(h->nlmsg_flags & NLM_F_CAPPED) && m->msg.nlmsg_len > sizeof(m->msg))
		skip += m->msg.nlmsg_len - sizeof(m->msg);
	a = nl_find(h, skip, NLMSGERR_ATTR_MSG, 1);
	if (a) {
		size_t n = strnlen(nl_data(a), nl_size(a));

		n = n < sizeof(ret->text) ? n : sizeof(ret->text) - 1;
		memcpy(ret->text, nl_data(a), n);
		ret->text[n] = '\0';
	}
	return 0;
}

/* What has been learnt from the answers so far. */
struct talk {
	nl_fn *fn;
	void *arg;
	const char *what;
	struct nl_error bad; /* the first error; code 0 while there is none */
	bool done;           /* end of a dump */
	bool lost;           /* there were more answers than the socket holds */
};

/* One answer of the kernel. */
static int take(struct talk *t, const struct nlmsghdr *h, struct err *e)
{
	struct nl_error x;

	if (h->nlmsg_type == NLMSG_DONE) {
		t->done = true;
		return 0;
	}
	if (h->nlmsg_type != NLMSG_ERROR)
		return t->fn ? t->fn(h, t->arg, e) : 0;
	if (nl_parse_error(h, &x) < 0)
		return err_set(e, EPROTO, "%s: read the kernel's answer", t->what);
	if (x.code && !t->bad.code)
		t->bad = x;
	return 0;
}

/* Receives one datagram and takes what is in it. 1 when there was one, 0 when there is none (MSG_DONTWAIT). */
static int receive(int fd, int flags, struct talk *t, struct err *e)
{
	_Alignas(struct nlmsghdr) unsigned char data[RECEIVE_SIZE];
	const struct nlmsghdr *h;
	size_t pos = 0;
	ssize_t n;

	do
		n = recv(fd, data, sizeof(data), flags);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	/* The first answers are still there to be read. */
	if (n < 0 && errno == ENOBUFS) {
		t->lost = true;
		return 1;
	}
	if (n < 0)
		return err_set(e, errno, "%s: receive from netlink", t->what);
	while ((h = nl_next(data, (size_t)n, &pos)))
		if (take(t, h, e) < 0)
			return -1;
	return 1;
}

static int transmit(int fd, struct nl_buf *b, const char *what, struct err *e)
{
	ssize_t n;

	if (b->failed)
		return err_set(e, ENOMEM, "%s: build the netlink message", what);
	do
		n = send(fd, b->data, b->len, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? err_set(e, errno, "%s: send to netlink", what) : 0;
}

/* Words the first error. */
static int refused(const struct talk *t, uint32_t *ret_seq, struct err *e)
{
	if (ret_seq)
		*ret_seq = t->bad.seq;
	err_set(e, t->bad.code, "%s", t->what);
	if (t->bad.code == EPERM)
		err_hint(e, "needs CAP_NET_ADMIN: run it as root");
	else if (t->bad.text[0])
		err_hint(e, "the kernel says: %s", t->bad.text);
	return -1;
}

int nl_talk(int fd, struct nl_buf *b, nl_fn *fn, void *arg, uint32_t *ret_seq, const char *what, struct err *e)
{
	struct talk t = {.fn = fn, .arg = arg, .what = what};
	int got;

	if (transmit(fd, b, what, e) < 0)
		return -1;
	while ((got = receive(fd, MSG_DONTWAIT, &t, e)) > 0)
		;
	if (got < 0)
		return -1;
	if (t.bad.code)
		return refused(&t, ret_seq, e);
	return t.lost ? err_set(e, ENOBUFS, "%s: receive from netlink", what) : 0;
}

int nl_dump(int fd, struct nl_buf *b, nl_fn *fn, void *arg, const char *what, struct err *e)
{
	struct talk t = {.fn = fn, .arg = arg, .what = what};

	if (transmit(fd, b, what, e) < 0)
		return -1;
	while (!t.done && !t.bad.code)
		if (receive(fd, 0, &t, e) < 0 || t.lost)
			return t.lost ? err_set(e, ENOBUFS, "%s: receive from netlink", what) : -1;
	return t.bad.code ? refused(&t, NULL, e) : 0;
}
