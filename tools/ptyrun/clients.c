/* clients.c - see clients.h */
#include "clients.h"
#include "attach.h"

#include "common/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

void clients_accept(struct relay *r)
{
	AUTO_FD fd = accept4(r->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	for (size_t i = SINK_CLIENT; fd >= 0 && i < SINK_COUNT; i++)
		if (r->sink[i].fd < 0)
			r->sink[i] = (struct sink){.fd = fd_take(&fd), .sent = r->down_n, .socket = true};
}

void clients_take(struct relay *r, struct sink *s)
{
	char buf[ATTACH_CHUNK + 1];
	ssize_t n = recv(s->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		fd_close(&s->fd);
	} else if (buf[0] == ATTACH_DATA) {
		r->up_n = (size_t)n - 1;
		memcpy(r->up, buf + 1, r->up_n);
		r->up_sent = 0;
	} else if (buf[0] == ATTACH_SIZE && n == 1 + sizeof(r->size)) {
		memcpy(&r->size, buf + 1, sizeof(r->size));
		ioctl(r->master, TIOCSWINSZ, &r->size);
	}
}
