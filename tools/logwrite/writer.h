/*
 * writer.h - from descriptors to the log.
 */
#ifndef LOGWRITE_WRITER_H
#define LOGWRITE_WRITER_H

#include "cri.h"
#include "log.h"

#define WRITER_READ_SIZE 65536
#define WRITER_OUT_SIZE 131072

/* One stream: where it is read, where its bytes are copied to, and the line that has not ended yet. */
struct source {
	int fd;        /* -1: none, or ended */
	int tee;       /* -1: none, or broken */
	int tee_errno; /* why it is broken */
	size_t held_n;
	char *held; /* CRI_TEXT_MAX bytes */
};

/* What is small stands together: a writer that has nothing to do is to need few pages. */
struct writer {
	struct log log;
	struct source source[CRI_STREAMS];
	char time[CRI_TIME_LEN + 1];
	size_t out_n;
	uint64_t out_records;
	char held[CRI_STREAMS][CRI_TEXT_MAX];
	char in[WRITER_READ_SIZE];
	char out[WRITER_OUT_SIZE];
};

/* Reads both streams until their end and writes everything to the log. */
void writer_run(struct writer *w);

/* Turns n bytes of a stream into records; called by writer_run. With n 0 the stream has ended. */
void writer_feed(struct writer *w, enum cri_stream stream, const char *data, size_t n);

/* Writes n bytes of a stream to a raw log. */
void writer_raw(struct writer *w, const char *data, size_t n);

/* Why a copy is not whole, an errno value; 0 when it is, or when nobody wanted any more of it. */
int writer_lost(const struct writer *w);

/* Writes out the records that are ready. */
void writer_flush(struct writer *w);

#endif
