/*
 * writer.c - see writer.h.
 *
 * The command must never wait for the disk's troubles: whatever becomes of the log, the streams are read. One read,
 * one time, one write: the records of a read are built in a buffer and leave together, unless the file becomes full
 * between.
 */
#include "writer.h"

#include "common/fd.h"
#include "common/proc.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Once the disk takes data again: says in the log what is missing. */
static void note_dropped(struct writer *w)
{
	struct log *l = &w->log;
	char line[200];
	uint64_t dropped = l->dropped;
	size_t n;

	if (!dropped)
		return;
	line[0] = '\n';
	n = !l->raw ? CRI_HEADER_LEN : l->mid_line;
	if (!l->raw)
		cri_header(line, w->time, CRI_STDERR, false);
	n += (size_t)snprintf(line + n, sizeof(line) - n, "[logwrite: %" PRIu64 " %s were dropped: %s]\n", dropped,
	                      l->raw ? "bytes" : "records", strerror(l->drop_errno));
	l->dropped = 0;
	log_append(l, line, n, dropped);
}

void writer_flush(struct writer *w)
{
	note_dropped(w);
	log_append(&w->log, w->out, w->out_n, w->out_records);
	w->out_n = 0;
	w->out_records = 0;
}

/* Adds one record, whose text comes in two parts: what was held, and what has just been read. */
static void add_record(struct writer *w, enum cri_stream stream, bool partial, const char *data, size_t n)
{
	struct source *s = &w->source[stream];
	size_t need = CRI_HEADER_LEN + s->held_n + n + 1;
	char *p;

	if (w->out_n + need > sizeof(w->out))
		writer_flush(w);
	if (log_is_full(&w->log, w->out_n, need)) {
		writer_flush(w);
		log_rotate(&w->log);
	}
	p = w->out + w->out_n;
	cri_header(p, w->time, stream, partial);
	p += CRI_HEADER_LEN;
	memcpy(p, s->held, s->held_n);
	memcpy(p + s->held_n, data, n);
	p[s->held_n + n] = '\n';
	w->out_n += need;
	w->out_records++;
	s->held_n = 0;
}

void writer_feed(struct writer *w, enum cri_stream stream, const char *data, size_t n)
{
	struct source *s = &w->source[stream];

	if (n == 0 && s->held_n > 0)
		add_record(w, stream, true, data, 0);
	while (n > 0) {
		const char *newline = memchr(data, '\n', n);
		size_t len = newline ? (size_t)(newline - data) : n;
		size_t room = CRI_TEXT_MAX - s->held_n;

		if (len > room) {
			add_record(w, stream, true, data, room);
			data += room;
			n -= room;
		} else if (newline) {
			add_record(w, stream, false, data, len);
			data += len + 1;
			n -= len + 1;
		} else {
			memcpy(s->held + s->held_n, data, len);
			s->held_n += len;
			n = 0;
		}
	}
}

void writer_raw(struct writer *w, const char *data, size_t n)
{
	note_dropped(w);
	while (n > 0) {
		size_t part = log_room(&w->log, data, n);

		log_append(&w->log, data, part, part);
		data += part;
		n -= part;
		if (n > 0)
			log_rotate(&w->log);
		/* A file that cannot be followed by a new one is written on. */
		if (n > 0 && w->log.size) {
			log_append(&w->log, data, n, n);
			return;
		}
	}
}

/* Copies what was read; a copy that breaks is given up. False when nobody wants any more of it. */
static bool tee(struct source *s, const char *data, size_t n)
{
	struct pollfd p = {.fd = s->tee, .events = POLLOUT};

	while (s->tee >= 0 && n > 0) {
		ssize_t done = write(s->tee, data, n);

		if (done > 0) {
			data += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN) {
			poll(&p, 1, -1);
		} else if (errno != EINTR) {
			s->tee_errno = errno;
			s->tee = -1;
		}
	}
	return s->tee_errno != EPIPE;
}

int writer_lost(const struct writer *w)
{
	for (size_t i = 0; i < CRI_STREAMS; i++)
		if (w->source[i].tee_errno && w->source[i].tee_errno != EPIPE)
			return w->source[i].tee_errno;
	return 0;
}

/* Reads a stream once. One whose copy nobody reads any more ends, so that the command hears of it as in any pipeline. */
static void take(struct writer *w, enum cri_stream stream)
{
	struct source *s = &w->source[stream];
	ssize_t n = read(s->fd, w->in, sizeof(w->in));
	bool open;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	time_text(w->time, sizeof(w->time));
	open = n > 0 && tee(s, w->in, (size_t)n);
	if (!open)
		fd_close(&s->fd);
	if (w->log.raw) {
		writer_raw(w, w->in, n > 0 ? (size_t)n : 0);
		return;
	}
	if (n > 0)
		writer_feed(w, stream, w->in, (size_t)n);
	if (!open)
		writer_feed(w, stream, w->in, 0);
	writer_flush(w);
}

void writer_run(struct writer *w)
{
	for (;;) {
		struct pollfd p[CRI_STREAMS];
		bool any = false;

		for (size_t i = 0; i < CRI_STREAMS; i++) {
			p[i] = (struct pollfd){.fd = w->source[i].fd, .events = POLLIN};
			any = any || w->source[i].fd >= 0;
		}
		if (!any)
			return;
		if (poll(p, CRI_STREAMS, -1) < 0)
			continue;
		for (size_t i = 0; i < CRI_STREAMS; i++)
			if (p[i].revents)
				take(w, (enum cri_stream)i);
	}
}
